-- Rows of the journal from before which say nothing about what time it is: somebody on the host has said that the
-- clock is right, though it is behind them.
CREATE TABLE clock_trust (
    seq INTEGER NOT NULL
) STRICT;

-- What lists skip by: for each 64 rows of the journal their times, and the names that stand in them. A block is read
-- only if it may hold what is looked for; what is shown, the rows themselves decide.
CREATE TABLE journal_block (
    block    INTEGER PRIMARY KEY,   -- seq / 64
    last     INTEGER NOT NULL,      -- the last row that is counted in
    earliest INTEGER NOT NULL,
    latest   INTEGER NOT NULL,
    names    TEXT NOT NULL          -- sorted, one a line: e:EVENT, o:OPERATOR, a:ASSET, s:SOURCE
) STRICT;

-- The rows that `session` and `channel` are made of.
CREATE INDEX journal_story ON journal (session, seq)
    WHERE event IN ('session-started', 'channel-opened', 'recording-closed', 'session-ended');

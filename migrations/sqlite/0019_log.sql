-- The log beside the journal: a Merkle tree over its rows, as tiles of 256 hashes of 32 bytes, and the checkpoints that
-- were signed over it. docs/evidence.md has the formats.
CREATE TABLE log_tile (
    level  INTEGER NOT NULL,        -- each hash is the root over 256^level rows
    number INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, number)
) STRICT;

-- What is beside `note` stands in its text, too, and serves to find it.
CREATE TABLE log_checkpoint (
    id     INTEGER PRIMARY KEY,
    origin TEXT NOT NULL,
    number INTEGER NOT NULL,
    size   INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    note   TEXT NOT NULL,
    UNIQUE (origin, number)
) STRICT;

CREATE INDEX log_checkpoint_size ON log_checkpoint (size, id);

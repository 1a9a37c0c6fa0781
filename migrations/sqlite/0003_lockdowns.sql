-- Critical-protection periods: orders that a second person confirms, planned periods, permits, break-glass.

ALTER TABLE lockdown ADD COLUMN confirmed_by TEXT;
ALTER TABLE lockdown ADD COLUMN lift_confirmed_by TEXT;
-- The planned period that it is, where nobody gave it.
ALTER TABLE lockdown ADD COLUMN period TEXT;
-- It ended by itself; apart from `until`, so that it is journaled once.
ALTER TABLE lockdown ADD COLUMN ended_at INTEGER;

CREATE TABLE lockdown_request (
    id           TEXT PRIMARY KEY,
    act          TEXT NOT NULL,     -- JSON: what is to be done
    requested_at INTEGER NOT NULL,
    requested_by TEXT NOT NULL,
    lapses_at    INTEGER NOT NULL,
    settled_at   INTEGER,
    settled_by   TEXT,
    outcome      TEXT CHECK (outcome IN ('confirmed', 'lapsed')),
    CHECK ((settled_at IS NULL) = (outcome IS NULL))
) STRICT;

CREATE INDEX lockdown_request_open ON lockdown_request (lapses_at) WHERE settled_at IS NULL;

CREATE TABLE lockdown_permit (
    id           TEXT PRIMARY KEY,
    lockdown     TEXT NOT NULL,
    operator     TEXT NOT NULL,
    asset        TEXT,
    until        INTEGER,
    ticket       TEXT NOT NULL,
    given_at     INTEGER NOT NULL,
    given_by     TEXT NOT NULL,
    confirmed_by TEXT,
    ended_at     INTEGER
) STRICT;

CREATE INDEX lockdown_permit_lockdown ON lockdown_permit (lockdown);

-- Codes are not kept: only what they digest to.
CREATE TABLE break_glass (
    digest    BLOB PRIMARY KEY CHECK (length(digest) = 32),
    operator  TEXT NOT NULL,
    seconds   INTEGER NOT NULL,     -- how long it opens the account
    issued_at INTEGER NOT NULL,
    issued_by TEXT NOT NULL,
    used_at   INTEGER,
    used_from TEXT
) STRICT;

CREATE INDEX break_glass_unused ON break_glass (operator) WHERE used_at IS NULL;

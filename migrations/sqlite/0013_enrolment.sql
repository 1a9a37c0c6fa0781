-- What lets a person enrol by themself, and what is kept of their own factors.

-- One an account: a new one takes the place of the last.
CREATE TABLE invitation (
    operator   TEXT PRIMARY KEY,
    digest     BLOB NOT NULL CHECK (length(digest) = 32),   -- keyed, of the code
    role       TEXT NOT NULL,       -- the account's when it was invited
    issued_at  INTEGER NOT NULL,
    issued_by  TEXT NOT NULL,       -- as in the journal
    expires_at INTEGER NOT NULL
) STRICT;

-- When a factor was changed last, by whomever: `set_at` is of the hand that the account's factors count as set by.
ALTER TABLE factor ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
UPDATE factor SET changed_at = set_at;

-- Codes that stand in for a phone that is lost, each good once.
CREATE TABLE recovery_code (
    operator  TEXT NOT NULL REFERENCES factor (operator) ON DELETE CASCADE,
    digest    BLOB NOT NULL CHECK (length(digest) = 32),    -- keyed, of the code
    issued_at INTEGER NOT NULL,
    used_at   INTEGER,
    used_from TEXT,
    PRIMARY KEY (operator, digest)
) STRICT;

-- The last passwords of an account, the one that it has now among them. A reset leaves them: none of them comes back.
CREATE TABLE password_history (
    operator TEXT NOT NULL,
    password TEXT NOT NULL,         -- PHC string
    set_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX password_history_operator ON password_history (operator, set_at);
INSERT INTO password_history SELECT operator, password, set_at FROM factor WHERE password IS NOT NULL;

-- Which text of the terms of work an account has accepted last.
CREATE TABLE terms_accepted (
    operator    TEXT PRIMARY KEY,
    version     TEXT NOT NULL,
    accepted_at INTEGER NOT NULL
) STRICT;

-- The last login of an account and the one before it; written with their rows in the journal.
CREATE TABLE last_login (
    operator        TEXT PRIMARY KEY,
    at              INTEGER,
    source          TEXT,
    failures        INTEGER NOT NULL DEFAULT 0,     -- since then
    before_at       INTEGER,
    before_source   TEXT,
    before_failures INTEGER NOT NULL DEFAULT 0      -- between the two
) STRICT;

-- Secrets and state. Who may do what stands in the policy files, not here.
-- Instants are microseconds since 1970-01-01T00:00:00Z.

-- One row an enrolled account: what it proves itself with.
CREATE TABLE factor (
    operator    TEXT PRIMARY KEY,
    password    TEXT,               -- PHC string
    totp        BLOB,               -- sealed by the vault
    totp_step   INTEGER,            -- the last 30-second step that was accepted
    enrolled_at INTEGER NOT NULL
) STRICT;

CREATE TABLE public_key (
    operator    TEXT NOT NULL REFERENCES factor (operator) ON DELETE CASCADE,
    fingerprint TEXT NOT NULL,
    line        TEXT NOT NULL,
    added_at    INTEGER NOT NULL,
    PRIMARY KEY (operator, fingerprint)
) STRICT;

-- Failed logins in a row. Apart from `factor`: an account can fail before it is enrolled.
CREATE TABLE lockout (
    operator         TEXT PRIMARY KEY,
    failures         INTEGER NOT NULL,
    first_failure_at INTEGER NOT NULL,
    locked_until     INTEGER
) STRICT;

-- Disabled by hand. A lockdown never touches this table: what was disabled before stays so after.
CREATE TABLE disabled (
    operator    TEXT PRIMARY KEY,
    reason      TEXT NOT NULL,
    disabled_at INTEGER NOT NULL,
    disabled_by TEXT NOT NULL
) STRICT;

CREATE TABLE credential (
    asset  TEXT NOT NULL,
    login  TEXT NOT NULL,
    kind   TEXT NOT NULL CHECK (kind IN ('key', 'password')),
    sealed BLOB NOT NULL,
    set_at INTEGER NOT NULL,
    set_by TEXT NOT NULL,
    PRIMARY KEY (asset, login)
) STRICT;

CREATE TABLE host_key (
    asset       TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    line        TEXT NOT NULL,
    how         TEXT NOT NULL,
    trusted_at  INTEGER NOT NULL,
    trusted_by  TEXT NOT NULL,
    PRIMARY KEY (asset, fingerprint)
) STRICT;

CREATE TABLE session (
    number    INTEGER PRIMARY KEY,  -- the order in which sessions began
    id        TEXT NOT NULL UNIQUE,
    operator  TEXT NOT NULL,
    source    TEXT NOT NULL,        -- an address, without the port
    via       TEXT NOT NULL,
    asset     TEXT NOT NULL,
    login     TEXT NOT NULL,
    started   INTEGER NOT NULL,
    ended     INTEGER,
    ending    TEXT,
    reason    TEXT,
    bytes_in  INTEGER NOT NULL DEFAULT 0,
    bytes_out INTEGER NOT NULL DEFAULT 0,
    CHECK ((ended IS NULL) = (ending IS NULL))
) STRICT;

CREATE INDEX session_operator ON session (operator, number);
CREATE INDEX session_asset ON session (asset, number);
CREATE INDEX session_live ON session (number) WHERE ended IS NULL;

CREATE TABLE channel (
    number    INTEGER PRIMARY KEY,
    session   TEXT NOT NULL REFERENCES session (id),
    recording TEXT NOT NULL UNIQUE,
    protocol  TEXT NOT NULL,
    command   TEXT,
    opened    INTEGER NOT NULL
) STRICT;

CREATE INDEX channel_session ON channel (session, number);

-- `body` is the exact text that `hash` covers. What is searched by is computed from it: a column that
-- could differ from the body would be a way to hide a row.
CREATE TABLE journal (
    seq      INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    body     TEXT NOT NULL,
    hash     BLOB NOT NULL CHECK (length(hash) = 32),
    actor    TEXT NOT NULL AS (body ->> '$.actor') VIRTUAL,
    source   TEXT AS (body ->> '$.source') VIRTUAL,
    event    TEXT NOT NULL AS (body ->> '$.event') VIRTUAL,
    operator TEXT AS (body ->> '$.operator') VIRTUAL,
    asset    TEXT AS (body ->> '$.asset') VIRTUAL,
    session  TEXT AS (body ->> '$.session') VIRTUAL
) STRICT;

CREATE INDEX journal_at ON journal (at);
CREATE INDEX journal_session ON journal (session) WHERE session IS NOT NULL;

CREATE TABLE lockdown (
    id           TEXT PRIMARY KEY,
    wording      TEXT NOT NULL,     -- JSON: scope, except, order, reason, until
    started_at   INTEGER NOT NULL,
    started_by   TEXT NOT NULL,
    lifted_at    INTEGER,
    lifted_by    TEXT,
    lift_reason  TEXT,
    CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
) STRICT;

CREATE TABLE policy (
    version    INTEGER PRIMARY KEY,
    digest     TEXT NOT NULL,
    author     TEXT NOT NULL,
    reason     TEXT NOT NULL,
    applied_at INTEGER NOT NULL,
    files      TEXT NOT NULL        -- JSON: name -> content
) STRICT;

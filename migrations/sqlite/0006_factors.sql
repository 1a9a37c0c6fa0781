-- Who set an account's factors last, when, and which role it had then; and failed proofs counted for each way in.

ALTER TABLE factor ADD COLUMN set_at INTEGER NOT NULL DEFAULT 0;
-- As in the journal: an account's name, or `local:NAME`; empty where that is not known.
ALTER TABLE factor ADD COLUMN set_by TEXT NOT NULL DEFAULT '';
ALTER TABLE factor ADD COLUMN set_as TEXT;

-- The journal knows who it was.
UPDATE factor SET set_at = enrolled_at;
UPDATE factor SET set_at = last.at, set_by = last.actor
FROM (SELECT operator, actor, at, MAX(seq) FROM journal WHERE event = 'operator-enrolled' GROUP BY operator) AS last
WHERE last.operator = factor.operator;

ALTER TABLE lockout RENAME TO lockout_of_accounts;
CREATE TABLE lockout (
    operator         TEXT NOT NULL,     -- empty: names that nobody has
    key              TEXT NOT NULL,     -- the fingerprint of the key that was proven before; empty: none was
    failures         INTEGER NOT NULL,
    first_failure_at INTEGER NOT NULL,
    locked_until     INTEGER,
    PRIMARY KEY (operator, key)
) STRICT;
INSERT INTO lockout SELECT operator, '', failures, first_failure_at, locked_until FROM lockout_of_accounts;
DROP TABLE lockout_of_accounts;

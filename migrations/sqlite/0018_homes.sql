-- Sources from which accounts have logged in with key and code. What is guessed elsewhere locks nobody out there.

CREATE TABLE home (
    operator TEXT NOT NULL,
    source   TEXT NOT NULL,     -- an IPv4 address, or the /64 of an IPv6 address
    at       INTEGER NOT NULL,  -- the last such login
    PRIMARY KEY (operator, source)
) STRICT;

ALTER TABLE lockout RENAME TO lockout_of_keys;
CREATE TABLE lockout (
    operator         TEXT NOT NULL,     -- empty: names that nobody has
    key              TEXT NOT NULL,     -- the fingerprint of the key that was proven before; empty: none was
    home             TEXT NOT NULL,     -- the home that was guessed from behind the key; empty: from elsewhere
    failures         INTEGER NOT NULL,
    first_failure_at INTEGER NOT NULL,
    locked_until     INTEGER,
    PRIMARY KEY (operator, key, home)
) STRICT;
INSERT INTO lockout SELECT operator, key, '', failures, first_failure_at, locked_until FROM lockout_of_keys;
DROP TABLE lockout_of_keys;

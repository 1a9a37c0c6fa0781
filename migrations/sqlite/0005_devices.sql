-- Devices that operators come through. No row is ever deleted: whose a key or an address was can be asked later,
-- and a key that was revoked stays so.

CREATE TABLE device (
    id            TEXT PRIMARY KEY,
    operator      TEXT NOT NULL,
    name          TEXT NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('wireguard', 'tls')),
    credential    TEXT NOT NULL UNIQUE,   -- the public key, or the certificate's fingerprint
    v4            TEXT,                   -- its addresses inside of the tunnel
    v6            TEXT,
    not_after     INTEGER,                -- the end of the certificate
    enrolled_at   INTEGER NOT NULL,
    enrolled_by   TEXT NOT NULL,
    revoked_at    INTEGER,
    revoked_by    TEXT,
    revoke_reason TEXT,
    CHECK ((kind = 'tls') = (not_after IS NOT NULL)),
    CHECK ((kind = 'wireguard') = (v4 IS NOT NULL OR v6 IS NOT NULL)),
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
) STRICT;

CREATE UNIQUE INDEX device_name ON device (operator, name) WHERE revoked_at IS NULL;
CREATE UNIQUE INDEX device_v4 ON device (v4) WHERE revoked_at IS NULL;
CREATE UNIQUE INDEX device_v6 ON device (v6) WHERE revoked_at IS NULL;

-- The device that a session came through, and from where.
ALTER TABLE session ADD COLUMN device TEXT;
ALTER TABLE session ADD COLUMN outer_source TEXT;

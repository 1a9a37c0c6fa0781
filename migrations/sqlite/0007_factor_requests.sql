-- Factors that wait for a second person's word: as they will be kept, until the request is settled.
CREATE TABLE factor_request (
    request     TEXT PRIMARY KEY REFERENCES lockdown_request (id),
    password    TEXT,               -- PHC string
    totp        BLOB,               -- sealed by the vault
    public_keys TEXT NOT NULL       -- JSON: fingerprint and line of each
) STRICT;

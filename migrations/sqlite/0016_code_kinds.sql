-- Which codes a secret makes: a phone's (`totp`), or a token's of GM/T 0021 (`gm-otp`). `totp_step` counts half minutes
-- since 1970 of both.
ALTER TABLE factor ADD COLUMN code_kind TEXT NOT NULL DEFAULT 'totp';
ALTER TABLE factor_request ADD COLUMN code_kind TEXT NOT NULL DEFAULT 'totp';

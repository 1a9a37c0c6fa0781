-- How often a security key had signed when it was used last; 0: never used, or it does not count.
ALTER TABLE public_key ADD COLUMN counter INTEGER NOT NULL DEFAULT 0;

-- Bytes of a session's streams that no recording has: where one was longer than is kept.
ALTER TABLE session ADD COLUMN unrecorded INTEGER NOT NULL DEFAULT 0;

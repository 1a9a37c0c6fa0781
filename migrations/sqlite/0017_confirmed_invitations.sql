-- Whether a second person has agreed to an invitation. Of one from before this was kept nobody knows: it is one person's.
ALTER TABLE invitation ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0;

-- When an account was enabled by hand: it is not idle from then on.
ALTER TABLE last_login ADD COLUMN enabled_at INTEGER;

-- Logins from before they were kept. An administrator on the host logs in to nothing.
INSERT INTO last_login (operator, at, source)
    SELECT body ->> '$.actor', max(at), body ->> '$.source' FROM journal
    WHERE event = 'login-accepted' AND body ->> '$.actor' IS NOT NULL GROUP BY body ->> '$.actor'
    ON CONFLICT DO NOTHING;

-- A row whose text is damaged must be found and named, and not end every question that comes by it: a computed column
-- says nothing of a text that is not JSON. Columns that nothing reads are not made again.
DROP VIEW policy_version;
DROP INDEX journal_session;
DROP INDEX journal_policy_applied;
DROP INDEX journal_command;
DROP INDEX journal_command_session;
DROP INDEX journal_judged;
DROP INDEX journal_story;

ALTER TABLE journal DROP COLUMN judged;
ALTER TABLE journal DROP COLUMN session;
ALTER TABLE journal DROP COLUMN asset;
ALTER TABLE journal DROP COLUMN operator;
ALTER TABLE journal DROP COLUMN event;
ALTER TABLE journal DROP COLUMN source;
ALTER TABLE journal DROP COLUMN actor;

ALTER TABLE journal ADD COLUMN event TEXT AS (CASE WHEN json_valid(body) THEN body ->> '$.event' END) VIRTUAL;
ALTER TABLE journal ADD COLUMN session TEXT AS (CASE WHEN json_valid(body) THEN body ->> '$.session' END) VIRTUAL;
ALTER TABLE journal ADD COLUMN judged INTEGER AS (CASE WHEN json_valid(body) THEN body ->> '$.judged' END) VIRTUAL;

CREATE INDEX journal_session ON journal (session) WHERE session IS NOT NULL;
CREATE INDEX journal_policy_applied ON journal (seq) WHERE event = 'policy-applied';
CREATE INDEX journal_command ON journal (seq) WHERE event = 'command-judged';
CREATE INDEX journal_command_session ON journal (session, seq) WHERE event = 'command-judged';
CREATE INDEX journal_judged ON journal (judged) WHERE judged IS NOT NULL;
CREATE INDEX journal_story ON journal (session, seq)
    WHERE event IN ('session-started', 'channel-opened', 'recording-closed', 'session-ended');

CREATE VIEW policy_version AS
    SELECT policy.*, EXISTS (
        SELECT 1 FROM journal WHERE event = 'policy-applied'
            AND CASE WHEN json_valid(body) THEN body ->> '$.version' END = policy.version
    ) AS applied
    FROM policy;

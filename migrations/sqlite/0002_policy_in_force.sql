-- A version comes into force by its row in the journal: one without such a row (the disk was full, the
-- gateway died) is kept and never was in force. The journal is long, and this is asked at every start.
CREATE INDEX journal_policy_applied ON journal (seq) WHERE event = 'policy-applied';

CREATE VIEW policy_version AS
    SELECT policy.*, EXISTS (
        SELECT 1 FROM journal WHERE event = 'policy-applied' AND body ->> '$.version' = policy.version
    ) AS applied
    FROM policy;

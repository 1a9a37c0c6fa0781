-- The command log is the journal's rows of judged commands, and of what somebody said to one: computed, so that
-- it cannot say something else.

ALTER TABLE journal ADD COLUMN judged INTEGER AS (body ->> '$.judged') VIRTUAL;

CREATE INDEX journal_command ON journal (seq) WHERE event = 'command-judged';
CREATE INDEX journal_command_session ON journal (session, seq) WHERE event = 'command-judged';
CREATE INDEX journal_judged ON journal (judged) WHERE judged IS NOT NULL;

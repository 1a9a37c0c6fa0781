//! From the answer to one line to the beginning of the next.

use std::time::Duration;

use super::super::current::Current;
use super::super::pace::{Expected, Settled};
use super::super::prompt::Prompt;
use super::super::stage::Owner;
use super::{Capture, CaptureStep, DRAWING, Line, Phase};

/// A shell that showed a prompt before shows the next one soon, or is busy.
const PROMPT: Duration = Duration::from_millis(100);

impl Capture {
    /// Until the answer to an Enter is complete, nothing goes on: it would not be known where the next line
    /// begins.
    pub(super) fn until_answered(&mut self, since: Duration, now: Duration) -> Option<CaptureStep> {
        self.see_owner();
        if self.stage.owner() == Owner::Program {
            if let Settled::Wait(until) = self.until_told(since, now) {
                return Some(CaptureStep::Wait(Some(until)));
            }
            self.phase = Phase::Open;
            return None;
        }
        let settled = self.prompted(self.pace.settled(now, self.expected(), since), now);
        if let Settled::Wait(until) = settled {
            return Some(CaptureStep::Wait(Some(until)));
        }
        if let Some(step) = self.clear_again(now) {
            return Some(step);
        }
        if self.queue.is_empty() {
            return Some(CaptureStep::Wait(None));
        }
        self.phase = Phase::Open;
        self.begin();
        if settled == Settled::GivenUp {
            self.current.prompt = None;
        }
        None
    }

    /// A line editor answers an Enter for sure.
    fn expected(&self) -> Expected {
        if self.accepted.is_some() { Expected::Answer } else { Expected::Anything }
    }

    /// A line editor that had a prompt and shows none is not done with its last line.
    pub(super) fn lacks_prompt(&self) -> bool {
        self.known.is_some() && self.screen.is_editing() && self.screen.cursor().column == 0
    }

    /// What looks complete may only be the pause before a prompt.
    pub(super) fn prompted(&self, settled: Settled, now: Duration) -> Settled {
        let cursor = self.screen.cursor();
        let undrawn = cursor.column == 0 || (self.current.ahead && self.began == Some(cursor));
        match settled {
            Settled::Yes if self.screen.is_editing() && undrawn => self.pace.quiet_for(DRAWING, now),
            Settled::Yes if self.turn > 0 && !self.screen.is_editing() => self.pace.quiet_for(PROMPT, now),
            settled => settled,
        }
    }

    /// A line begins where the cursor stands.
    pub(super) fn begin(&mut self) {
        if self.current.ahead {
            self.current.settle_ahead(&self.screen);
        } else if self.is_same_buffer() {
            self.current.typed.another_row();
            self.rows.clear(); // they stand there
        } else {
            let known = self.known.as_ref();
            let prepared = known.and_then(|known| Prompt::of_prepared_line(&self.screen, known));
            let given = prepared.is_some();
            let prompt = prepared.unwrap_or_else(|| Prompt::at_cursor(&self.screen).or_right_of(known));
            self.current = Current { prompt: Some(prompt), silent: true, given, ..Current::default() };
            self.current.prefilled = std::mem::take(&mut self.prefilled) || self.lacks_prompt();
        }
        self.accepted = None;
        (self.current.begun, self.current.turn) = (true, self.turn);
        self.current.owner = self.stage.owner();
        if let Some(lost) = self.rows.begin(self.current.prompt.as_ref()) {
            self.late.push_back(Line::partial(lost));
        }
    }

    /// The line editor took an Enter into the line that it has: fish does, where a command is unfinished.
    fn is_same_buffer(&self) -> bool {
        self.current.begun
            && !self.current.ended
            && self.accepted.is_some()
            && self.screen.is_editing()
            && self.current.turn == self.turn
    }
}

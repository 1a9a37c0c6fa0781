//! An Enter that waits: its line is read as soon as it can be read.

use std::time::Duration;

use super::super::current::{Current, Row, What};
use super::super::escapes;
use super::super::keys::{Accept, Key};
use super::super::pace::Settled;
use super::super::prompt::Prompt;
use super::super::stage::Owner;
use super::super::unread::Unread;
use super::{Capture, CaptureStep, DRAWING, Line, Phase};
use crate::command::Confidence;

impl Capture {
    /// Reads the line whose Enter is held, as soon as it can be read.
    pub(super) fn look(&mut self, since: Duration, now: Duration) -> Option<CaptureStep> {
        if self.current.owner != Owner::Shell && self.changes_hands() {
            self.hand_back(now);
            return None;
        }
        let shells = self.current.owner == Owner::Shell;
        if let Some(text) = self.current.plainly(&self.screen).filter(|_| shells) {
            return Some(self.decide(Row { text, or: None, confidence: Confidence::Screen }, now));
        }
        let settled = self.pace.settled(now, self.current.expected(&self.screen), since);
        let settled = match settled {
            settled if self.current.ahead => self.prompted(settled, now),
            settled if self.current.owner == Owner::Program => self.until_read(settled, since, now),
            Settled::Yes if shells && self.is_behind() => self.pace.quiet_for(DRAWING, now),
            settled => settled,
        };
        if matches!(self.phase, Phase::Open) {
            return None; // it was taken back
        }
        if let Settled::Wait(until) = settled {
            return Some(CaptureStep::Wait(Some(until)));
        }
        Some(match self.current.owner {
            Owner::Shell => self.look_at_line(settled, now),
            Owner::Program => self.look_full(settled, now),
            Owner::Stranger => self.look_at_stranger(settled, now),
        })
    }

    /// The program is gone, and a shell gets this Enter, perhaps with some of what was typed before it.
    fn hand_back(&mut self, now: Duration) {
        let phase = std::mem::replace(&mut self.phase, Phase::Answer { since: now });
        if let Phase::Held { enter, .. } = phase {
            self.queued += enter.raw.len();
            self.queue.push_front(enter);
        }
        (self.prefilled, self.unread) = (true, Unread::Nothing);
        self.current = Current::default();
    }

    fn look_at_line(&mut self, settled: Settled, now: Duration) -> CaptureStep {
        if self.current.ahead {
            self.current.settle_ahead(&self.screen);
        }
        match self.current.what(&self.screen, self.known.as_ref(), settled == Settled::GivenUp) {
            What::Secret => CaptureStep::Send(self.accept(None, now)),
            What::Text(row) => self.decide(row, now),
        }
    }

    /// A shell is not done yet with what it got.
    fn is_behind(&self) -> bool {
        self.current.is_adrift(&self.screen) || self.current.lags(&self.screen)
    }

    /// Whoever has the screen may be a shell in disguise: what an Enter ends is told.
    fn look_at_stranger(&mut self, settled: Settled, now: Duration) -> CaptureStep {
        if escapes::asked(&self.screen).is_some() && self.current.asks {
            return self.look_full(settled, now);
        }
        let text = match self.current.what(&self.screen, None, settled == Settled::GivenUp) {
            What::Secret => String::new(),
            What::Text(row) => row.text,
        };
        let line = self.line(text, None, Confidence::Partial);
        self.judged(String::new());
        CaptureStep::Judge(Line { stranger: true, ..line })
    }

    fn look_full(&mut self, settled: Settled, now: Duration) -> CaptureStep {
        if self.holds_left_over() {
            return self.look_left_over();
        }
        let given_up = settled == Settled::GivenUp || self.stage.has_panes();
        let confidence = if given_up { Confidence::Partial } else { Confidence::Screen };
        let asked = match self.stage.has_panes() {
            true => Some(self.screen.left_of_cursor().trim().to_owned()),
            false => escapes::asked(&self.screen).filter(|_| self.is_accept()),
        };
        match asked {
            Some(text) => {
                let line = self.line(text, None, confidence);
                self.judged(String::new());
                CaptureStep::Judge(line)
            }
            None => CaptureStep::Send(self.accept(None, now)),
        }
    }

    /// Nothing of it was shown, so nothing of it is told: it may be a password.
    fn look_left_over(&mut self) -> CaptureStep {
        let line = self.line(String::new(), None, Confidence::Partial);
        self.judged(String::new());
        CaptureStep::Judge(Line { unanswered: true, ..line })
    }

    /// What an empty or an unfinished line says is known when there is more of it.
    fn decide(&mut self, row: Row, now: Duration) -> CaptureStep {
        let sure = row.is_sure();
        if row.text.trim().is_empty() && sure && !self.rows.is_open() {
            return CaptureStep::Send(self.accept(Some(row.text), now));
        }
        let shells = self.current.prompt.as_ref().is_some_and(Prompt::is_shells);
        let shell = self.screen.is_editing() || shells || self.rows.is_open();
        let moved = self.current.typed.may_have_moved();
        let whole = self.rows.with(&row.text);
        let goes_on = sure && shell && self.is_enter() && self.rows.goes_on(&whole, moved);
        let or = row.or.map(|or| self.rows.with(&or));
        let line = self.line(whole, or, row.confidence);
        self.judged(row.text);
        if goes_on { CaptureStep::Unfinished(line) } else { CaptureStep::Judge(line) }
    }

    fn line(&self, text: String, or: Option<String>, confidence: Confidence) -> Line {
        let prompt =
            self.rows.first().or(self.current.prompt.as_ref()).filter(|_| self.current.owner == Owner::Shell);
        let prompt = prompt.map(|prompt| prompt.text().to_owned()).unwrap_or_default();
        let alternate = self.screen.is_full() && self.current.owner == Owner::Shell;
        let editing = self.screen.is_editing();
        Line { text, or, confidence, prompt, alternate, stranger: false, unanswered: false, editing }
    }

    fn is_enter(&self) -> bool {
        matches!(&self.phase, Phase::Held { enter, .. } if enter.key == Key::Accept(Accept::Enter))
    }

    fn is_accept(&self) -> bool {
        matches!(&self.phase, Phase::Held { enter, .. } if matches!(enter.key, Key::Accept(_)))
    }

    fn judged(&mut self, row: String) {
        match std::mem::replace(&mut self.phase, Phase::Open) {
            Phase::Held { enter, .. } => self.phase = Phase::Judged { enter, row },
            phase => self.phase = phase,
        }
    }
}

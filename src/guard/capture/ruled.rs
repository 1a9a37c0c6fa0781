//! What becomes of a line that was judged: it runs, goes on in another row, or is cleared away.

use std::time::Duration;

use super::super::current::Current;
use super::super::full_screen::started;
use super::super::keys::{Accept, Key};
use super::super::stage::Owner;
use super::refused::Refused;
use super::{Capture, CaptureStep, Line, Phase};

/// Ctrl-C clears a line in every shell, in all its modes.
const CLEAR: u8 = 0x03;
/// To the end of the line, and away with it: programs other than shells may end at Ctrl-C.
const CLEAR_GENTLY: [u8; 2] = [0x05, 0x15];

impl Capture {
    /// The Enter of a row that the shell asks more for; all of them are judged when the line is whole.
    pub fn go_on(&mut self, line: Line, now: Duration) -> Vec<u8> {
        let row = match &mut self.phase {
            Phase::Judged { row, .. } => Some(std::mem::take(row)),
            _ => None,
        };
        self.rows.keep(line.text, self.current.prompt.clone(), self.screen.cursor().row + 1);
        self.accept(row, now)
    }

    /// The Enter of a line that may run: the bytes that go on.
    pub fn pass(&mut self, now: Duration) -> Vec<u8> {
        let row = match &mut self.phase {
            Phase::Judged { row, .. } => Some(std::mem::take(row)),
            _ => None,
        };
        match self.current.owner {
            Owner::Shell => {
                self.stage.passed(started(&self.rows.with(row.as_deref().unwrap_or_default())));
                self.screen.set_taken(self.stage.owner() != Owner::Shell);
            }
            Owner::Program => self.stage.passed_inside(),
            Owner::Stranger => {}
        }
        let bytes = self.accept(row, now);
        self.rows.clear();
        bytes
    }

    pub(super) fn accept(&mut self, row: Option<String>, now: Duration) -> Vec<u8> {
        let phase = std::mem::replace(&mut self.phase, Phase::Answer { since: now });
        let (Phase::Held { enter, .. } | Phase::Judged { enter, .. }) = phase else { return Vec::new() };
        self.prefilled = enter.key == Key::Accept(Accept::AndNext);
        // What asks for a password is not a shell, and where a program's cursor stands is not a prompt.
        let asked = self.rows.first().or(self.current.prompt.as_ref()).filter(|prompt| !prompt.is_blank());
        if let Some(prompt) = asked.filter(|_| row.is_some() && self.current.owner == Owner::Shell) {
            self.known = Some(prompt.clone());
        }
        self.accepted = row.filter(|_| self.screen.is_editing());
        self.current.ended |= enter.key == Key::End;
        let owner = self.current.owner;
        self.forget_read(now);
        self.sent_to(owner, enter.key);
        self.told = self.tells(&enter, owner);
        if self.accepted.is_none() {
            self.current = Current::default();
        }
        if enter.key == Key::PasteBegin {
            (self.current.begun, self.current.owner, self.current.turn) = (true, owner, self.turn);
            self.current.key(enter.key, &self.screen);
        }
        self.pace.sent(now, false);
        enter.raw.into_vec()
    }

    /// A line that must not run: the bytes that clear it, so that nothing half-typed remains.
    pub fn refuse(&mut self, now: Duration) -> Vec<u8> {
        let plain = self.current.typed.plain().is_some() && !self.current.prefilled;
        let alone = plain && !self.screen.is_editing() && !self.in_program();
        if self.holds_left_over() {
            self.drop_ahead();
        }
        self.give_up(now);
        self.pace.sent(now, false);
        if self.screen.is_editing() {
            let row = self.screen.cursor().row;
            self.refused = Some(Refused { row, turn: self.turn, tries: 5, gently: false });
        }
        // Without a line editor, Ctrl-U clears the line and leaves the program alone.
        vec![if alone { 0x15 } else { CLEAR }]
    }

    /// The same for a line that a program asked for which is no shell.
    pub fn refuse_told(&mut self, now: Duration) -> Vec<u8> {
        self.give_up(now);
        self.pace.sent(now, false);
        let row = self.screen.cursor().row;
        self.refused = Some(Refused { row, turn: self.turn, tries: 5, gently: true });
        CLEAR_GENTLY.to_vec()
    }

    /// Stops what runs already.
    pub fn refuse_late(&mut self, now: Duration) -> Vec<u8> {
        self.give_up(now);
        self.pace.sent(now, false);
        vec![CLEAR]
    }

    /// A shell that was busy may have lost the key that clears the line.
    pub(super) fn clear_again(&mut self, now: Duration) -> Option<CaptureStep> {
        let refused = self.refused.take()?;
        // A new prompt stands in a new row, and most line editors begin anew for it.
        let moved_on = refused.turn != self.turn || self.screen.cursor().row > refused.row;
        if (moved_on && !self.lacks_prompt()) || (refused.gently && self.current.is_empty(&self.screen)) {
            return None;
        }
        if refused.tries == 0 {
            self.prefilled = true;
            return None;
        }
        // A killed program may have left the interrupt off.
        let gently = !refused.gently && refused.tries <= 2;
        self.refused = Some(Refused { tries: refused.tries - 1, gently, ..refused });
        self.phase = Phase::Answer { since: now };
        self.pace.sent(now, false);
        Some(CaptureStep::Send(if gently { CLEAR_GENTLY.to_vec() } else { vec![CLEAR] }))
    }
}

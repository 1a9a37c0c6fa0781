//! Who has the screen. Full screen is earned, not printed: any program can switch to the alternate screen, and
//! only one that is known for it, from a line that was judged, has its Enters to itself there.

use super::full_screen::{Started, Takes};
use super::prompt::Prompt;
use crate::terminal::screen::Screen;

/// Whose the keys are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Owner {
    /// A shell's, or a program's that asks for lines: each is judged, whatever the screen.
    #[default]
    Shell,
    /// A full-screen program's that a judged line started.
    Program,
    /// Somebody's who took the screen, and nobody knows who: a line is logged, and runs unless a set names it.
    Stranger,
}

#[derive(Debug, Default)]
pub(super) struct Stage {
    owner: Owner,
    /// What the line that runs may do to the screen.
    started: Takes,
    /// The program was told to run something: it leaves the screen for that, and comes back.
    returns: bool,
    /// Prompts may be other ones than before.
    dressed: bool,
    full: bool,
    pastes: bool,
}

/// What became of the screen.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Nothing,
    /// A line editor has begun.
    Begins,
    /// The screen is somebody else's.
    Changes,
}

impl Stage {
    pub(super) fn owner(&self) -> Owner {
        self.owner
    }

    /// It shows other terminals on one screen.
    pub(super) fn has_panes(&self) -> bool {
        self.started == Takes::Panes
    }

    /// A shell's line runs.
    pub(super) fn passed(&mut self, Started { takes, dresses }: Started) {
        (self.started, self.returns) = (takes, false);
        self.dressed |= dresses;
        if self.full && takes != Takes::Nothing {
            self.owner = Owner::Program;
        }
    }

    /// The full-screen program runs what it was told.
    pub(super) fn passed_inside(&mut self) {
        self.returns = true;
    }

    /// Before something is shown that may switch the screen. `stands`: a shell's prompt does.
    pub(super) fn before_switch(&mut self, stands: bool) {
        // The program that had the screen is gone, and whatever takes it now is another one.
        if !self.full && stands {
            self.started = Takes::Nothing;
        }
    }

    /// After it. `again`: the mode was switched on, perhaps not for the first time.
    pub(super) fn switched(&mut self, screen: &Screen, again: bool) -> Turn {
        let (full, pastes) = (screen.is_full(), screen.takes_pastes());
        let (was_full, pasted) =
            (std::mem::replace(&mut self.full, full), std::mem::replace(&mut self.pastes, pastes));
        if full != was_full {
            return self.turned(full);
        }
        let begins = pastes
            && again
            && full
            && self.owner == Owner::Program
            && match self.started {
                Takes::Screen { pastes } => !pastes || pasted,
                Takes::Nothing => true,
                Takes::Panes => false,
            };
        match begins {
            true => {
                self.owner = Owner::Shell;
                Turn::Begins
            }
            false => Turn::Nothing,
        }
    }

    fn turned(&mut self, full: bool) -> Turn {
        if full {
            self.owner = match self.started {
                // Where prompts may be any, nobody can be told from a shell.
                Takes::Nothing if self.dressed => Owner::Shell,
                Takes::Nothing => Owner::Stranger,
                Takes::Screen { .. } | Takes::Panes => Owner::Program,
            };
        } else {
            self.owner = Owner::Shell;
            if self.dressed && !std::mem::take(&mut self.returns) {
                self.started = Takes::Nothing;
            }
        }
        Turn::Changes
    }

    /// Looks for a shell that stands there and did not before. `typed`: the last keys; `fresh`: a line begins.
    pub(super) fn finds_shell(&mut self, screen: &Screen, known: Option<&Prompt>, typed: &str, fresh: bool) {
        if self.owner == Owner::Shell || self.has_panes() {
            return;
        }
        // Editors begin a line by a comment's sign, which may look just like a prompt.
        let alike = Takes::Screen { pastes: true } == self.started;
        let known = known.is_some_and(|known| {
            known.asks_again(screen, typed)
                && (!alike || !known.is_short() || (typed.is_empty() && known.was_last(screen)))
        });
        let looks = self.owner == Owner::Stranger && fresh && Prompt::at_cursor(screen).is_shells();
        if known || looks {
            self.owner = Owner::Shell;
        }
    }
}

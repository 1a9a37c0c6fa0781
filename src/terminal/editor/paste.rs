//! What arrives between a terminal's paste brackets is text: no key in it moves, completes or ends anything but
//! a line. Something that is no text spoils the paste.

use super::keys::Key;

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paste {
    #[default]
    None,
    /// After the opening one, and waiting for all of it.
    Arriving,
    /// Between the brackets.
    Open,
    /// Between them still, and dropped up to the closing one.
    Spoiled,
}

pub(super) enum Passed {
    Key(Key),
    Nothing,
    /// The paste is spoiled here.
    Refused,
}

impl Paste {
    /// What a key is while a paste may be under way.
    pub(super) fn filter(&mut self, key: Key) -> Passed {
        match (*self, key) {
            (_, Key::PasteBegins) => self.turn(Self::Arriving, Passed::Nothing),
            (_, Key::PasteEnds) => self.turn(Self::None, Passed::Nothing),
            (Self::None, key) => Passed::Key(key),
            // A bracket that is never closed holds nobody.
            (Self::Spoiled, Key::Interrupt) => self.turn(Self::None, Passed::Key(key)),
            (Self::Spoiled, _) => Passed::Nothing,
            (Self::Arriving | Self::Open, Key::Char(_) | Key::Enter) => Passed::Key(key),
            (Self::Arriving | Self::Open, Key::Tab) => Passed::Key(Key::Char(' ')),
            (Self::Arriving | Self::Open, _) => self.turn(Self::Spoiled, Passed::Refused),
        }
    }

    /// All of it is here.
    pub(super) fn arrived(&mut self) {
        if *self == Self::Arriving {
            *self = Self::Open;
        }
    }

    /// The rest of a paste under way is not wanted.
    pub(super) fn spoil(&mut self) {
        if *self != Self::None {
            *self = Self::Spoiled;
        }
    }

    fn turn(&mut self, next: Self, passed: Passed) -> Passed {
        *self = next;
        passed
    }
}

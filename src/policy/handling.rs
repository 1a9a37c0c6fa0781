//! How what a rule allows is handled: conditions that are asked for or not.

use serde::Serialize;

/// Each is off unless a rule asks for it; of several rules, one is enough.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Handling {
    /// Shells and commands come with a terminal, or not at all.
    #[serde(skip_serializing_if = "is_off")]
    pub terminal: bool,
    /// A channel ends where its recording would leave something out.
    #[serde(skip_serializing_if = "is_off")]
    pub full_recording: bool,
    /// Programs without a terminal end with their session.
    #[serde(skip_serializing_if = "is_off")]
    pub die_with_session: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde calls it
fn is_off(flag: &bool) -> bool {
    !flag
}

impl Handling {
    pub(super) const NAMES: [&'static str; 3] = ["terminal", "full_recording", "die_with_session"];

    /// In the order of [`Self::NAMES`].
    pub(super) fn of([terminal, full_recording, die_with_session]: [bool; 3]) -> Self {
        Self { terminal, full_recording, die_with_session }
    }

    fn flags(self) -> [bool; 3] {
        [self.terminal, self.full_recording, self.die_with_session]
    }

    /// What either asks for.
    pub(super) fn and(self, other: Self) -> Self {
        let ([a, b, c], [d, e, f]) = (self.flags(), other.flags());
        Self::of([a || d, b || e, c || f])
    }

    /// The names of what is asked for.
    pub fn asked(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().zip(self.flags()).filter(|(_, on)| *on).map(|(name, _)| name)
    }

    /// How strict it is beside another; `None` where each asks for something else.
    pub(super) fn compare(self, other: Self) -> Option<std::cmp::Ordering> {
        use std::cmp::Ordering::{Equal, Greater, Less};
        match (self.and(other) == self, self.and(other) == other) {
            (true, true) => Some(Equal),
            (true, false) => Some(Greater),
            (false, true) => Some(Less),
            (false, false) => None,
        }
    }
}

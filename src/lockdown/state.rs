//! The states of an order, from when it was planned or asked for to its end.

use serde::Serialize;

/// Where an order stands. Requested, it may lapse; in force, it is lifted or ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Planned in the policy files; it begins by itself.
    Planned,
    /// Waits for a second person.
    Requested,
    /// Nobody confirmed it in time.
    Lapsed,
    InForce,
    Lifted,
    /// Its `until` has come.
    Ended,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Requested => "requested",
            Self::Lapsed => "lapsed",
            Self::InForce => "in-force",
            Self::Lifted => "lifted",
            Self::Ended => "ended",
        }
    }
}

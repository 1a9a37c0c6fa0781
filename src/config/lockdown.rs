//! Whose word a lockdown takes, and for how long: `[lockdown]`.

use super::checks::some_time;
use super::unit::TimeSpan;
use crate::lockdown::Deed;

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table, [lockdown]")]
pub struct LockdownConfig {
    /// What takes two persons.
    pub dual: Vec<Deed>,
    /// How long a request waits for the second one.
    #[serde(deserialize_with = "some_time")]
    pub confirm_within: TimeSpan,
    /// How long an account's factors confirm nothing after somebody else has set them.
    pub confirm_after: TimeSpan,
    /// How long before a planned period a terminal is told, once each; empty: never.
    pub announce: Vec<TimeSpan>,
}

impl Default for LockdownConfig {
    fn default() -> Self {
        let announce = vec![TimeSpan::seconds(30 * 60), TimeSpan::seconds(5 * 60)];
        Self {
            dual: Vec::new(),
            confirm_within: TimeSpan::seconds(60 * 60),
            confirm_after: TimeSpan::seconds(24 * 60 * 60),
            announce,
        }
    }
}

impl LockdownConfig {
    /// Whether this takes two persons. Who could set an officer's factors alone could be both of them.
    pub fn takes_two(&self, deed: Deed) -> bool {
        self.dual.contains(&deed) || (deed == Deed::Factors && !self.dual.is_empty())
    }
}

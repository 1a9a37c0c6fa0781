//! What counts as logged in, and when an account locks: `[auth]`.

use std::num::NonZeroU32;

use super::checks::{code_time, some_factors, some_time};
use super::unit::{TimeSpan, count};
use crate::auth::Alternatives;

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table, [auth]")]
pub struct Auth {
    /// What counts as logged in, one chain of several; never empty.
    #[serde(deserialize_with = "some_factors")]
    pub factors: Alternatives,
    /// How long a proven code also covers further logins; zero: each asks for one.
    #[serde(deserialize_with = "code_time")]
    pub remember: TimeSpan,
    /// Failures in a row that lock an account.
    pub lock_after: NonZeroU32,
    #[serde(deserialize_with = "some_time")]
    pub lock_for: TimeSpan,
}

impl Default for Auth {
    fn default() -> Self {
        Self {
            factors: Alternatives::default(),
            remember: TimeSpan::ZERO,
            lock_after: count(5),
            lock_for: TimeSpan::seconds(30 * 60),
        }
    }
}

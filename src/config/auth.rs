//! What counts as logged in, and when an account locks: `[auth]`.

use std::num::NonZeroU32;
use std::path::Path;

use super::checks::{code_time, gm_otp_digits, gm_otp_step, password_length, some_factors, some_time};
use super::security_key_maker::{SecurityKeyMaker, security_key_makers};
use super::unit::{TimeSpan, count};
use crate::auth::Alternatives;
use crate::auth::gm_otp::{GmOtpDigits, GmOtpStep, GmOtpTerms};

/// One account, from two sources at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondAddress {
    /// Both are told.
    Tell,
    /// The second is refused.
    Refuse,
}

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
    /// How long an invitation lets somebody enrol by themself.
    #[serde(deserialize_with = "some_time")]
    pub invite_valid: TimeSpan,
    /// Characters of a new password, at least.
    #[serde(deserialize_with = "password_length")]
    pub password_length: NonZeroU32,
    /// How old a password may get before a login by it has to change it; zero: it does not age.
    pub password_max_age: TimeSpan,
    /// For how long a login with key and code makes its source a home of the account; zero: there are no homes.
    pub home_for: TimeSpan,
    /// Failed logins from one source, within so long, that block it; zero: none does.
    pub block_after: u32,
    #[serde(deserialize_with = "some_time")]
    pub block_within: TimeSpan,
    /// For how long at first, and at most: each block in a row is twice as long.
    #[serde(deserialize_with = "some_time")]
    pub block_for: TimeSpan,
    #[serde(deserialize_with = "some_time")]
    pub block_longest: TimeSpan,
    /// What becomes of a login while the account is logged in from another source.
    pub second_address: SecondAddress,
    /// Blocks within an hour that raise an alarm.
    pub block_alarm: NonZeroU32,
    /// An account that nobody has used for so long stops working; zero: none does.
    pub idle_account: TimeSpan,
    /// How long a dynamic password of GM/T 0021 lasts: what the tokens were made for.
    #[serde(deserialize_with = "gm_otp_step")]
    pub gm_otp_step: GmOtpStep,
    #[serde(deserialize_with = "gm_otp_digits")]
    pub gm_otp_digits: GmOtpDigits,
    /// Whose security keys are enrolled, if they say whose they are; empty: anybody's, and nobody asks.
    #[serde(rename = "security_key_maker", deserialize_with = "security_key_makers")]
    pub security_key_makers: Vec<SecurityKeyMaker>,
}

impl Auth {
    /// The same; a relative path of a file starts at `base`.
    pub(super) fn settle(mut self, base: &Path) -> Self {
        self.security_key_makers.iter_mut().for_each(|maker| maker.ca = base.join(&maker.ca));
        self
    }

    /// What all dynamic passwords have in common.
    pub fn gm_otp(&self) -> GmOtpTerms {
        GmOtpTerms { step: self.gm_otp_step, digits: self.gm_otp_digits }
    }
}

impl Default for Auth {
    fn default() -> Self {
        Self {
            factors: Alternatives::default(),
            remember: TimeSpan::ZERO,
            lock_after: count(5),
            lock_for: TimeSpan::seconds(30 * 60),
            invite_valid: TimeSpan::seconds(24 * 60 * 60),
            password_length: count(12),
            password_max_age: TimeSpan::ZERO,
            idle_account: TimeSpan::seconds(90 * 24 * 60 * 60),
            gm_otp_step: GmOtpStep::default(),
            gm_otp_digits: GmOtpDigits::default(),
            home_for: TimeSpan::seconds(30 * 24 * 60 * 60),
            block_after: 30,
            block_within: TimeSpan::seconds(10 * 60),
            block_for: TimeSpan::seconds(5 * 60),
            block_longest: TimeSpan::seconds(24 * 60 * 60),
            second_address: SecondAddress::Tell,
            block_alarm: count(10),
            security_key_makers: Vec::new(),
        }
    }
}

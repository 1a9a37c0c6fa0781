//! What is explained: a request, what its names stand for, and what stands beside the policy.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::unknown::Unknown;
use crate::lockdown::Lockdowns;
use crate::policy::rule::Attempt;
use crate::policy::{Asset, Operator, Policy, Request};

/// What stands beside the policy.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    pub lockdowns: &'a Lockdowns,
    /// The account is disabled by hand, for this reason.
    pub disabled: Option<&'a str>,
    /// For times in texts.
    pub zone: &'a TimeZone,
}

/// A request with what its names stand for.
pub(super) struct Case<'a> {
    pub(super) policy: &'a Policy,
    pub(super) request: &'a Request,
    pub(super) beside: &'a Beside<'a>,
    pub(super) operator: Result<&'a Operator, Unknown>,
    pub(super) asset: Result<&'a Asset, Unknown>,
}

impl<'a> Case<'a> {
    /// What rules are asked about, if there is such an account and such an asset.
    pub(super) fn attempt(&self) -> Option<Attempt<'a>> {
        let request = self.request;
        Some(Attempt {
            operator: self.operator.as_ref().ok()?,
            source: request.source,
            via: request.via,
            asset: self.asset.as_ref().ok()?,
            login: &request.login,
            protocol: request.protocol,
            file: request.file,
            forward_to: request.forward_to.as_ref(),
            at: request.at,
        })
    }
}

/// What clocks show there: `2026-05-01 22:00 +08:00`, with seconds where there are any.
pub fn wall(at: Timestamp, zone: &TimeZone) -> String {
    let shown = at.to_zoned_datetime(zone.clone());
    let format = if shown.second() == 0 { "%Y-%m-%d %H:%M %:z" } else { "%Y-%m-%d %H:%M:%S %:z" };
    shown.strftime(format).to_string()
}

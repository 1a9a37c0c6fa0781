//! Why a request is allowed or denied: every check, every rule, where the conditions come from, and when that
//! changes; and the same question put for everybody ([`Policy::accesses`]).
//!
//! Nothing here decides. Whoever asks says who decides; checks and fields are asked one by one from the lists
//! that the decision itself goes through.

mod access;
mod change;
mod checks;
mod compare;
mod origins;
mod rules;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::lockdown::Lockdowns;

use super::rule::Attempt;
use super::suggest::closest;
use super::{Asset, Decision, Operator, Policy, Request};

pub use access::{Access, Inquiry};
pub use change::{Change, Outlook};
pub use checks::Check;
pub use origins::Origins;
pub use rules::{Compared, Considered};

/// One decision with everything that made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub decision: Decision,
    /// In their order; the first that failed is the reason. What asks an account or an asset that does not
    /// exist is left out.
    pub checks: Vec<Check>,
    /// What matches first, then what comes nearest. Empty where the account or the asset does not exist.
    pub rules: Vec<Considered>,
    pub origins: Origins,
    pub outlook: Outlook,
}

/// What stands beside the policy.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    pub lockdowns: &'a Lockdowns,
    /// The account is disabled by hand, for this reason.
    pub disabled: Option<&'a str>,
    /// For times in texts.
    pub zone: &'a TimeZone,
}

/// A name that the policy does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no {kind} {name:?}{}", nearest.as_ref().map_or(String::new(), |near| format!(": did you mean {near:?}?")))]
pub struct Unknown {
    kind: &'static str,
    name: String,
    nearest: Option<String>,
}

impl Unknown {
    fn new<'a>(kind: &'static str, name: &str, known: impl Iterator<Item = &'a str>) -> Self {
        Self { kind, name: name.to_owned(), nearest: closest(name, known).map(ToOwned::to_owned) }
    }
}

/// A request with what its names stand for.
struct Case<'a> {
    policy: &'a Policy,
    request: &'a Request,
    beside: &'a Beside<'a>,
    operator: Result<&'a Operator, Unknown>,
    asset: Result<&'a Asset, Unknown>,
}

impl<'a> Case<'a> {
    /// What rules are asked about, if there is such an account and such an asset.
    fn attempt(&self) -> Option<Attempt<'a>> {
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

impl Policy {
    /// Explains what `decide` says of a request.
    pub fn explain(
        &self,
        request: &Request,
        beside: &Beside<'_>,
        decide: impl Fn(&Request) -> Decision,
    ) -> Explanation {
        let (operator, asset) = (self.known_operator(&request.operator), self.known_asset(&request.asset));
        let case = Case { policy: self, request, beside, operator, asset };
        let decision = decide(request);
        Explanation {
            checks: checks::all(&case),
            rules: rules::considered(&case),
            origins: Origins::of(&case, &decision),
            outlook: Outlook::of(&case, &decision, decide),
            decision,
        }
    }

    pub fn known_operator(&self, name: &str) -> Result<&Operator, Unknown> {
        let known = || self.operators().map(|operator| operator.name.as_str());
        self.operator(name).ok_or_else(|| Unknown::new("operator", name, known()))
    }

    pub fn known_asset(&self, name: &str) -> Result<&Asset, Unknown> {
        let known = || self.assets().map(|asset| asset.name.as_str());
        self.asset(name).ok_or_else(|| Unknown::new("asset", name, known()))
    }
}

impl Asset {
    pub fn known_login(&self, name: &str) -> Result<(), Unknown> {
        let mut known = self.logins.iter().map(|login| login.as_str());
        if known.clone().any(|login| login == name) {
            return Ok(());
        }
        Err(Unknown::new("login", name, known.by_ref()))
    }
}

/// What clocks show there: `2026-05-01 22:00 +08:00`, with seconds where there are any.
pub fn wall(at: Timestamp, zone: &TimeZone) -> String {
    let shown = at.to_zoned_datetime(zone.clone());
    let format = if shown.second() == 0 { "%Y-%m-%d %H:%M %:z" } else { "%Y-%m-%d %H:%M:%S %:z" };
    shown.strftime(format).to_string()
}

#[cfg(test)]
mod tests;

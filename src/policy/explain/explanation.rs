//! One decision with everything that made it.

use super::case::{Beside, Case};
use super::change::Outlook;
use super::checks::{self, Check};
use super::origins::Origins;
use super::rules::{self, Considered};
use crate::policy::{Decision, Policy, Request};

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
}

//! A row of the journal that tells of a decision, and the request that it was made on.

use jiff::Timestamp;
use serde::Deserialize;

use super::super::super::error::AdminError;
use crate::domain::{Digest, FileAccess, Protocol, SessionId, Via};
use crate::policy::{Address, Decision, Reason, Request};

/// A row of the journal, as far as it is asked again.
#[derive(Deserialize)]
pub(super) struct Said {
    pub(super) at: Timestamp,
    pub(super) source: String,
    pub(super) operator: String,
    /// Rows of earlier releases do not have it.
    #[serde(default)]
    pub(super) via: Via,
    pub(super) asset: String,
    pub(super) login: String,
    pub(super) protocol: Protocol,
    #[serde(default)]
    pub(super) file: FileAccess,
    pub(super) forward_to: Option<String>,
    pub(super) session: Option<SessionId>,
    pub(super) decision: String,
    pub(super) reason: String,
    pub(super) policy: Digest,
}

/// What came out, as far as it is known.
pub(super) enum Old {
    Decision(Decision),
    Word(bool),
}

/// What the policy decided; `None` where something beside it did.
pub(super) fn decided(said: &Said, then: Option<Decision>) -> Option<Old> {
    if said.reason == Reason::Lockdown.as_str() {
        return None;
    }
    let Some(then) = then else { return Some(Old::Word(said.decision == "allow")) };
    let (word, reason) = match &then {
        Decision::Allow(_) => ("allow", Reason::Rule),
        Decision::Deny(denial) => ("deny", denial.reason),
    };
    (said.decision == word && said.reason == reason.as_str()).then_some(Old::Decision(then))
}

pub(super) fn request(said: &Said) -> Result<Request, AdminError> {
    let source = said
        .source
        .parse()
        .map_err(|_| AdminError::internal(format!("{:?} is not an address", said.source)))?;
    Ok(Request {
        operator: said.operator.clone(),
        source,
        via: said.via,
        asset: said.asset.clone(),
        login: said.login.clone(),
        protocol: said.protocol,
        file: said.file,
        forward_to: said.forward_to.as_deref().map(Address::parse).transpose().map_err(AdminError::failed)?,
        at: said.at,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn said(decision: &str, reason: &str) -> Said {
        let row = serde_json::json!({
            "at": "2026-05-06T01:00:00Z", "actor": "a", "source": "192.0.2.1", "event": "decision", "operator": "a",
            "asset": "b", "login": "c", "protocol": "shell", "decision": decision, "reason": reason, "rules": [],
            "policy": Digest::ZERO,
        });
        serde_json::from_value(row).unwrap()
    }

    #[test]
    fn what_the_policy_did_not_decide_is_not_asked_again() {
        let denied = |reason: Reason| Some(Decision::Deny(reason.into()));
        let (lockdown, disabled) = (Reason::Lockdown, Reason::OperatorDisabled);
        assert!(decided(&said("deny", lockdown.as_str()), denied(lockdown)).is_none());
        assert!(decided(&said("deny", lockdown.as_str()), None).is_none());
        assert!(decided(&said("deny", disabled.as_str()), denied(Reason::NoRule)).is_none());
        assert!(matches!(
            decided(&said("deny", disabled.as_str()), denied(disabled)),
            Some(Old::Decision(_))
        ));
        assert!(matches!(decided(&said("allow", "rule"), None), Some(Old::Word(true))));
    }

    #[test]
    fn a_row_of_an_earlier_release_came_directly() {
        let request = super::request(&said("allow", "rule")).unwrap();
        assert_eq!(
            (request.via, request.file, request.source.is_ipv4()),
            (Via::Direct, FileAccess::List, true)
        );
        assert!(super::request(&Said { source: "nowhere".into(), ..said("allow", "rule") }).is_err());
    }
}

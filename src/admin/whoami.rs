//! Who the caller is here.

use serde::Serialize;

use super::caller::Caller;
use super::context::Admin;

/// Who somebody is, and how they came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallerIdentity {
    pub operator: String,
    /// `local`: the host's own user, who may do everything.
    pub role: &'static str,
    /// Of whoever came from elsewhere.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub login: Option<ProvenLogin>,
}

/// What was proven at the door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProvenLogin {
    pub source: String,
    pub factors: Vec<String>,
}

pub(super) fn whoami(admin: &Admin, caller: &Caller) -> CallerIdentity {
    let operator = caller.actor().to_string();
    let Caller::Operator(who) = caller else {
        return CallerIdentity { operator, role: "local", login: None };
    };
    let standing = admin.services.live.standing();
    let role = standing.policy.operator(&operator).map(|operator| operator.role).unwrap_or_default();
    let source = who.origin().address().to_string();
    let login = ProvenLogin { source, factors: who.factors().to_vec() };
    CallerIdentity { operator, role: role.as_str(), login: Some(login) }
}

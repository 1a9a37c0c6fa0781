//! Accounts of the policy, by their names.

use super::error::AdminError;
use super::say::no;
use crate::access::Services;
use crate::auth::Factors;
use crate::diagnostic::suggest::closest;
use crate::domain::OperatorName;

/// The policy of now has this account.
pub(super) fn known(services: &Services, name: &OperatorName) -> Result<(), AdminError> {
    match services.live.standing().policy.operator(name.as_str()) {
        Some(_) => Ok(()),
        None => Err(unknown(services, name)),
    }
}

/// The error for a name that the policy does not have.
pub(super) fn unknown(services: &Services, name: &OperatorName) -> AdminError {
    let standing = services.live.standing();
    let names = standing.policy.operators().map(|operator| operator.name.as_str());
    match closest(name.as_str(), names) {
        Some(nearest) => {
            no!(services, NotFound, "operator.unknown-near", operator = name.as_str(), nearest = nearest)
        }
        None => no!(services, NotFound, "operator.unknown", operator = name.as_str()),
    }
}

/// What the account lacks for a login, as the policy asks now.
pub(super) async fn lacking(services: &Services, name: &OperatorName) -> Result<Vec<Factors>, AdminError> {
    let (standing, usual) = (services.live.standing(), &services.config.auth.factors);
    let operator = standing.policy.operator(name.as_str());
    let certified = operator.is_some_and(|operator| standing.policy.certifies(operator));
    let own = operator.and_then(|operator| operator.factors.as_ref());
    let kinds = services.store.factors().find(name).await?.map(|enrolled| enrolled.kinds_with(certified));
    Ok(own.unwrap_or(usual).lacking(kinds.unwrap_or_default()))
}

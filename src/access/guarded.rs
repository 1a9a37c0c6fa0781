//! Whose factors one person may not set alone: those of officers and auditors, since whoever sets them can be them. Where
//! anything takes two persons this does, from the invitation to its end.
//!
//! At the first set-up there is nobody to confirm: as long as fewer than two officers have factors that let them in, one
//! person is enough. What lets somebody in is read from the factors alone, by every pair that a policy can ask for: no
//! policy, no disabled account and no lock brings the first set-up back. While a lockdown is in force nobody does any of
//! it alone.

use super::services::Services;
use crate::domain::{OperatorName, Role};
use crate::lockdown::Deed;
use crate::policy::FactorPair;
use crate::store::{Enrolled, EnrolledAs, Invitation, PAGE, StoreError, WHOLE, gather};

/// Is this an account whose word counts as an officer's or an auditor's, now or when its factors were set?
pub(crate) async fn is_guarded(services: &Services, name: &OperatorName) -> Result<bool, StoreError> {
    let now = services.live.standing().policy.operator(name.as_str()).map(|operator| operator.role);
    let then = services.store.factors().find(name).await?.and_then(|enrolled| enrolled.set_as);
    Ok([now, then].iter().flatten().any(|role| matches!(role, Role::Security | Role::Auditor)))
}

/// Do a reset of this account's factors, and what replaces them, wait for a second person?
pub(crate) async fn takes_two(services: &Services, name: &OperatorName) -> Result<bool, StoreError> {
    if !services.config.lockdown.takes_two(Deed::Factors) || !is_guarded(services, name).await? {
        return Ok(false);
    }
    let somebodys =
        services.store.factors().find(name).await?.is_some_and(|enrolled| lets_in(services, &enrolled));
    Ok(somebodys || !is_first_set_up(services, None).await?)
}

/// Is there nobody yet who could be a second person: fewer than two officers beside this one, and no lockdown?
pub(crate) async fn is_first_set_up(
    services: &Services,
    beside: Option<&OperatorName>,
) -> Result<bool, StoreError> {
    let standing = services.live.standing();
    let locked = standing.locks().in_force_since(services.clock.now()).is_some();
    Ok(!locked && officers(services, beside).await? < 2)
}

/// How many officers, beside this one, have factors that let them in. An account that was an officer's counts as one,
/// whatever the policy says by now.
async fn officers(services: &Services, beside: Option<&OperatorName>) -> Result<usize, StoreError> {
    let standing = services.live.standing();
    let mut found = 0;
    let known = gather(WHOLE, |after| services.store.factors().enrolled(after, PAGE)).await?;
    for EnrolledAs { operator: name, role: then } in known {
        let now = standing.policy.operator(name.as_str()).map(|operator| operator.role);
        if Some(&name) == beside || ![now, then].contains(&Some(Role::Security)) {
            continue;
        }
        let enrolled = services.store.factors().find(&name).await?;
        found += usize::from(enrolled.is_some_and(|enrolled| lets_in(services, &enrolled)));
    }
    Ok(found)
}

/// Could these factors let somebody in, whatever a policy asks of the account: a pair that a policy can name, or what
/// `juyong.toml` does?
pub(crate) fn lets_in(services: &Services, enrolled: &Enrolled) -> bool {
    let kinds = enrolled.kinds();
    FactorPair::all().chain(services.config.auth.factors.iter()).any(|set| set.is_within(kinds))
}

/// Is this invitation one person's word alone, where these factors take two persons by now?
pub(crate) async fn lacks_second(services: &Services, invitation: &Invitation) -> Result<bool, StoreError> {
    Ok(!invitation.confirmed && takes_two(services, &invitation.operator).await?)
}

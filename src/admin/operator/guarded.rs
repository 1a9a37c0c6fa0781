//! Factors of officers and auditors. Whoever sets them can be them, so where anything takes two persons this does:
//! a request waits, and an officer confirms it.
//!
//! At the first set-up there is nobody to confirm. As long as fewer than two officers have factors that let them in,
//! one person enrols an officer or an auditor whom nobody could be so far, and goes on with it while nobody could, or
//! while the factors confirm nothing yet; an alarm tells of it. What lets somebody in is read from the factors alone, by
//! every pair that a policy can ask for: no policy, no disabled account and no lock brings the first set-up back.
//! While a lockdown is in force nobody does any of it alone.

use jiff::Timestamp;

use super::super::caller::Caller;
use super::super::error::AdminError;
use crate::access::Services;
use crate::auth::{Factor, Factors};
use crate::domain::{OperatorName, Role};
use crate::lockdown::Deed;
use crate::policy::FactorPair;
use crate::store::{Enrolled, EnrolledAs, PAGE, WHOLE, gather};

/// Is this an account whose word counts as an officer's or an auditor's, now or when its factors were set?
pub(super) async fn is_guarded(services: &Services, name: &OperatorName) -> Result<bool, AdminError> {
    let now = services.live.standing().policy.operator(name.as_str()).map(|operator| operator.role);
    let then = services.store.factors().find(name).await?.and_then(|enrolled| enrolled.set_as);
    Ok([now, then].iter().flatten().any(|role| matches!(role, Role::Security | Role::Auditor)))
}

/// Do a reset of this account's factors, and what replaces them, wait for a second person?
pub(super) async fn takes_two(services: &Services, name: &OperatorName) -> Result<bool, AdminError> {
    if !services.config.lockdown.takes_two(Deed::Factors) || !is_guarded(services, name).await? {
        return Ok(false);
    }
    let somebodys =
        services.store.factors().find(name).await?.is_some_and(|enrolled| lets_in(services, &enrolled));
    Ok(somebodys || !is_first_set_up(services, None).await?)
}

/// Does this enrolment? Whoever began one alone goes on with it alone.
pub(super) async fn enrolment_takes_two(
    services: &Services,
    caller: &Caller,
    name: &OperatorName,
    factors: &[String],
) -> Result<bool, AdminError> {
    if !services.config.lockdown.takes_two(Deed::Factors) || !is_guarded(services, name).await? {
        return Ok(false);
    }
    let alone = match services.store.factors().find(name).await? {
        None => true,
        Some(enrolled) => completes(services, caller, &enrolled, factors),
    };
    Ok(!alone || !is_first_set_up(services, Some(name)).await?)
}

/// Is there nobody yet who could be a second person: fewer than two officers beside this one, and no lockdown?
async fn is_first_set_up(services: &Services, beside: Option<&OperatorName>) -> Result<bool, AdminError> {
    let standing = services.live.standing();
    let locked = standing.locks().in_force_since(services.clock.now()).is_some();
    Ok(!locked && officers(services, beside).await? < 2)
}

/// How many officers, beside this one, have factors that let them in. An account that was an officer's counts as one,
/// whatever the policy says by now.
async fn officers(services: &Services, beside: Option<&OperatorName>) -> Result<usize, AdminError> {
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
fn lets_in(services: &Services, enrolled: &Enrolled) -> bool {
    let kinds = enrolled.kinds();
    FactorPair::all().chain(services.config.auth.factors.iter()).any(|set| set.is_within(kinds))
}

/// Does this add what the account lacks to what the same hand has set, while nobody could be it, or while it confirms
/// nothing? It replaces nothing, so it takes nobody's account from them.
fn completes(services: &Services, caller: &Caller, enrolled: &Enrolled, factors: &[String]) -> bool {
    let after = services.config.lockdown.confirm_after.as_duration();
    let ripe = enrolled.enrolled_at.saturating_add(after).unwrap_or(Timestamp::MAX);
    let open = !lets_in(services, enrolled) || services.clock.now() < ripe;
    open && is_by(caller, &enrolled.set_by)
        && factors.iter().all(|factor| !replaces(enrolled.kinds(), factor))
}

/// A code of either kind replaces a code: an account has one secret.
fn replaces(had: Factors, factor: &str) -> bool {
    match Factor::parse(factor) {
        Some(Factor::Totp | Factor::GmOtp) => had.has_code(),
        Some(factor) => had.contains(factor),
        None => true,
    }
}

/// All who are on the host are one hand.
fn is_by(caller: &Caller, hand: &str) -> bool {
    match caller {
        Caller::Local(_) => hand.starts_with("local:"),
        Caller::Operator(who) => hand == who.operator().as_str(),
    }
}

//! Whether an enrolment of an officer's or an auditor's factors waits for a second person. [`guarded`](crate::access::guarded)
//! says whose factors take two persons.
//!
//! At the first set-up one person enrols an officer or an auditor whom nobody could be so far, and goes on with it while
//! nobody could, or while the factors confirm nothing yet; an alarm tells of it.

use jiff::Timestamp;

use super::super::caller::Caller;
use super::super::error::AdminError;
use crate::access::Services;
use crate::access::guarded::{is_first_set_up, is_guarded, lets_in};
use crate::auth::{Factor, Factors};
use crate::domain::OperatorName;
use crate::lockdown::Deed;
use crate::store::Enrolled;

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

//! May this caller ask for it?

use super::caller::Caller;
use super::error::AdminError;
use super::kind::Duty;
use super::say::{no, say};
use crate::access::Services;
use crate::domain::Role;

/// The host's own user may ask for everything; an account for what is its role's by the policy of now. `what` names it
/// to whoever may not.
///
/// # Errors
/// Why not.
pub fn permit(services: &Services, caller: &Caller, duty: Duty, what: &str) -> Result<(), AdminError> {
    let Caller::Operator(who) = caller else { return Ok(()) };
    let standing = services.live.standing();
    let role = standing.policy.operator(who.operator().as_str()).map(|operator| operator.role);
    if role.is_some_and(|role| duty.is_of(role)) {
        return Ok(());
    }
    let told = |role: Role| say!(services, format!("role.{}", role.as_str()));
    Err(match duty {
        Duty::Hosts => no!(services, Refused, "console.on-host", commands = what),
        Duty::Everybodys => no!(services, Refused, "refused.operator-unknown"),
        Duty::Of(needed) => {
            let (role, needed) = (told(role.unwrap_or_default()), told(needed));
            no!(services, Refused, "console.not-yours", command = what, role = role, needed = needed)
        }
    })
}

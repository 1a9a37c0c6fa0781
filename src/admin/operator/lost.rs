//! One factor that is lost: it is taken away alone, and its owner is invited to set it anew.

use super::super::account::known;
use super::super::caller::Caller;
use super::super::context::Admin;
use super::super::error::AdminError;
use super::super::say::no;
use super::guarded;
use super::invite::{InvitationForm, InvitedAccounts, address, issue};
use crate::auth::Factor;
use crate::domain::OperatorName;
use crate::event::Event;

pub(super) async fn take_away(
    admin: &Admin,
    caller: &Caller,
    name: OperatorName,
    factor: Factor,
) -> Result<InvitedAccounts, AdminError> {
    let services = &admin.services;
    known(services, &name)?;
    if guarded::takes_two(services, &name).await? {
        return Err(no!(services, Conflict, "invite.not-two-persons", operator = name.as_str()));
    }
    if !services.store.factors().take_away(&name, factor, services.clock.now()).await? {
        let (operator, factor) = (name.as_str(), factor.as_str());
        return Err(no!(services, NotFound, "operator.no-such-factor", operator = operator, factor = factor));
    }
    services.live.remembered().forget(&name);
    let event = Event::OperatorReset { operator: name.clone(), factor: Some(factor.as_str()) };
    admin.journal(caller, event).await?;
    let standing = services.live.standing();
    let account: Vec<_> = standing.policy.operator(name.as_str()).cloned().into_iter().collect();
    let (address, address_known) = address(services);
    let invited = issue(admin, caller, &account, &address).await?;
    Ok(InvitedAccounts { invited, passed_over: Vec::new(), form: InvitationForm::Lines, address_known })
}

//! One factor that is lost: it is taken away alone, and its owner is invited to set it anew, if that is what they lack.

use super::super::account::known;
use super::super::caller::Caller;
use super::super::context::Admin;
use super::super::error::AdminError;
use super::super::officers::alarm;
use super::super::say::no;
use super::invite::{InvitationForm, InvitedAccounts, PassedOver, address, issue, obstacle};
use crate::access::guarded;
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
    if guarded::is_guarded(services, &name).await? {
        alarm(services, caller, "officer-factors", &name).await?;
    }
    if !services.store.factors().take_away(&name, factor, services.clock.now()).await? {
        let (operator, factor) = (name.as_str(), factor.as_str());
        return Err(no!(services, NotFound, "operator.no-such-factor", operator = operator, factor = factor));
    }
    services.live.remembered().forget(&name);
    let event = Event::OperatorReset { operator: name.clone(), factor: Some(factor.as_str()) };
    admin.journal(caller, event).await?;
    let standing = services.live.standing();
    let (mut open, mut passed_over) = (Vec::new(), Vec::new());
    if let Some(account) = standing.policy.operator(name.as_str()) {
        match obstacle(services, account).await? {
            None => open.push(account.clone()),
            Some(reason) => passed_over.push(PassedOver { operator: name.clone(), reason }),
        }
    }
    let (address, address_known) = address(services);
    let invited = issue(admin, caller, &open, &address).await?;
    Ok(InvitedAccounts { invited, passed_over, form: InvitationForm::Lines, address_known })
}

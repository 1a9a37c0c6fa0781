//! Invitations: codes with which people enrol by themselves. Whoever hands a code on could have used it, so what is set
//! by it counts as set by them, and an account whose factors take two persons is invited once two have said so.

use jiff::Timestamp;
use serde::Serialize;

use super::super::account::{known, lacking};
use super::super::caller::Caller;
use super::super::context::Admin;
use super::super::endpoint::{Endpoint, PORT};
use super::super::error::AdminError;
use super::super::local_time::LocalTime;
use super::super::officers::alarm;
use super::super::once::ToldOnce;
use super::super::say::no;
use crate::access::account::{AccountFacts, KeptOut};
use crate::access::enrolment::own_ways;
use crate::access::{Services, guarded};
use crate::auth::PaperCode;
use crate::config::PublicAddress;
use crate::domain::{OperatorName, OperatorSelector};
use crate::event::Event;
use crate::policy::Operator;
use crate::store::Invitation;
use crate::vault;

/// Whom to invite, and how their codes are handed out.
#[derive(Debug, Clone)]
pub struct NewInvitations {
    pub whom: Invitees,
    pub form: InvitationForm,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invitees {
    Everybody,
    Selected(Vec<OperatorSelector>),
}

/// How codes are handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationForm {
    /// On the screen: of one account.
    Lines,
    Csv,
    /// A page to print, a card a person.
    Sheet,
}

/// One who may enrol by themself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvitedAccount {
    pub operator: OperatorName,
    /// How people call them.
    pub name: Option<String>,
    pub code: ToldOnce,
    pub expires: LocalTime,
    /// Each of these would complete their factors.
    pub missing: Vec<String>,
    /// The command that brings them here.
    pub login: String,
    /// Of the gateway's host key.
    pub fingerprint: String,
    /// Why the code opens nothing now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<ClosedInvitation>,
    /// An older code was still good, and is void.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub replaced: bool,
}

/// What keeps an invited account out for now: its code is good and opens nothing until that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClosedInvitation {
    NotYetValid { from: LocalTime },
    LockedDown,
}

/// Whether a code would open anything now.
fn closed(services: &Services, operator: &Operator, now: Timestamp) -> Option<ClosedInvitation> {
    let standing = services.live.standing();
    if standing.locks().bar(&operator.account(), None, now).is_some() {
        return Some(ClosedInvitation::LockedDown);
    }
    let since = operator.validity.since().filter(|since| now < *since)?;
    Some(ClosedInvitation::NotYetValid { from: LocalTime::of(services, since) })
}

/// What became of some invitations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvitedAccounts {
    pub invited: Vec<InvitedAccount>,
    pub passed_over: Vec<PassedOver>,
    #[serde(skip)]
    pub form: InvitationForm,
    /// Whether the address is more than a guess.
    #[serde(skip)]
    pub address_known: bool,
}

/// One of a group who was not invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PassedOver {
    pub operator: OperatorName,
    /// `disabled`, `expired`, `enrolled`, `administrators` (what it lacks is not set by a person), `two-persons`.
    pub reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WithdrawnInvitation {
    pub operator: OperatorName,
    pub withdrawn: bool,
}

pub(super) async fn invite(
    admin: &Admin,
    caller: &Caller,
    new: NewInvitations,
) -> Result<InvitedAccounts, AdminError> {
    let services = &admin.services;
    let (mut open, mut passed_over) = (Vec::new(), Vec::new());
    for (operator, named) in meant(services, &new.whom)? {
        match obstacle(services, &operator).await? {
            None => open.push(operator),
            Some(reason) if named => return Err(not_invited(services, &operator.name, reason)),
            Some(reason) => passed_over.push(PassedOver { operator: operator.name, reason }),
        }
    }
    if open.len() > 1 && new.form == InvitationForm::Lines {
        return Err(no!(services, Invalid, "invite.to-a-file"));
    }
    let (address, address_known) = address(services);
    let invited = issue(admin, caller, &open, &address).await?;
    Ok(InvitedAccounts { invited, passed_over, form: new.form, address_known })
}

/// The accounts, each with whether it was named itself.
fn meant(services: &Services, whom: &Invitees) -> Result<Vec<(Operator, bool)>, AdminError> {
    let standing = services.live.standing();
    let Invitees::Selected(selectors) = whom else {
        return Ok(standing.policy.operators().map(|operator| (operator.clone(), false)).collect());
    };
    for selector in selectors {
        match selector {
            OperatorSelector::Name(name) => known(services, name)?,
            other if standing.policy.operators().any(|operator| other.matches(&operator.account())) => {}
            other => {
                let selector = other.to_string();
                return Err(no!(services, NotFound, "invite.nobody", selector = selector));
            }
        }
    }
    let named = |operator: &Operator| {
        selectors.iter().any(|one| matches!(one, OperatorSelector::Name(name) if *name == operator.name))
    };
    let selected = standing
        .policy
        .operators()
        .filter(|operator| selectors.iter().any(|selector| selector.matches(&operator.account())));
    Ok(selected.map(|operator| (operator.clone(), named(operator))).collect())
}

/// Why this account is not invited.
pub(super) async fn obstacle(
    services: &Services,
    operator: &Operator,
) -> Result<Option<&'static str>, AdminError> {
    let enrolled = services.store.factors().find(&operator.name).await?;
    let standing = services.live.standing();
    let facts = AccountFacts {
        operator,
        disabled: standing.disabled.contains_key(&operator.name),
        enrolled: enrolled.as_ref(),
        certified: standing.policy.certifies(operator),
        locks: &[],
        idle: None,
        usual: &services.config.auth.factors,
    };
    let out = facts.kept_out(services.clock.now());
    let lacks = out.iter().any(|what| matches!(what, KeptOut::NotEnrolled | KeptOut::Incomplete(_)));
    let lacking = lacking(services, &operator.name).await?;
    let over = out.iter().find(|what| matches!(what, KeptOut::Disabled | KeptOut::Expired(_)));
    Ok(match over {
        Some(over) => Some(over.as_str()),
        None if !lacks => Some("enrolled"),
        None if own_ways(lacking).next().is_none() => Some("administrators"),
        None if guarded::takes_two(services, &operator.name).await? => Some("two-persons"),
        None => None,
    })
}

fn not_invited(services: &Services, operator: &OperatorName, reason: &str) -> AdminError {
    let key = format!("invite.not-{reason}");
    no!(services, Conflict, &key, operator = operator.as_str())
}

/// Draws a code for each, keeps what they digest to, and says so in the journal.
pub(super) async fn issue(
    admin: &Admin,
    caller: &Caller,
    to: &[Operator],
    address: &PublicAddress,
) -> Result<Vec<InvitedAccount>, AdminError> {
    let services = &admin.services;
    let (mut kept, mut told) = (Vec::new(), Vec::new());
    for operator in to {
        let (invitation, invited) = drawn(services, caller, operator, address).await?;
        kept.push(invitation);
        told.push(invited);
    }
    services.store.invitations().invite(&kept).await?;
    for Invitation { operator, expires_at: until, .. } in kept {
        if guarded::is_guarded(services, &operator).await? {
            alarm(services, caller, "officer-factors", &operator).await?;
        }
        admin.journal(caller, Event::OperatorInvited { operator, until }).await?;
    }
    Ok(told)
}

/// A new invitation, of one person so far: what is kept of it, and what is told once.
pub(super) async fn drawn(
    services: &Services,
    caller: &Caller,
    operator: &Operator,
    address: &PublicAddress,
) -> Result<(Invitation, InvitedAccount), AdminError> {
    let at = services.clock.now();
    let until =
        at.saturating_add(services.config.auth.invite_valid.as_duration()).map_err(AdminError::internal)?;
    let code = PaperCode::Invitation.draw(u128::from_le_bytes(crate::platform::random::bytes()?));
    let invitation = Invitation {
        operator: operator.name.clone(),
        digest: digest(services, &operator.name, &code),
        role: operator.role,
        issued_at: at,
        issued_by: caller.actor().to_string(),
        confirmed: false,
        expires_at: until,
    };
    let lacking = lacking(services, &operator.name).await?;
    let older = services.store.invitations().find(Some(&operator.name)).await?;
    let invited = InvitedAccount {
        closed: closed(services, operator, at),
        replaced: older.is_some_and(|older| at < older.expires_at),
        operator: operator.name.clone(),
        name: operator.display.clone(),
        code: ToldOnce::new(code.expose_str().unwrap_or_default()),
        expires: LocalTime::of(services, until),
        missing: lacking.iter().map(ToString::to_string).collect(),
        login: address.ssh(operator.name.as_str()),
        fingerprint: services.signer.fingerprint(),
    };
    Ok((invitation, invited))
}

/// The account that this would invite, where that takes a second person: one that was named, for the screen.
pub(super) async fn for_two(
    services: &Services,
    new: &NewInvitations,
) -> Result<Option<OperatorName>, AdminError> {
    let Invitees::Selected(selectors) = &new.whom else { return Ok(None) };
    let ([OperatorSelector::Name(name)], InvitationForm::Lines) = (selectors.as_slice(), new.form) else {
        return Ok(None);
    };
    known(services, name)?;
    let standing = services.live.standing();
    let Some(operator) = standing.policy.operator(name.as_str()) else { return Ok(None) };
    Ok((obstacle(services, operator).await? == Some("two-persons")).then(|| name.clone()))
}

fn digest(services: &Services, name: &OperatorName, code: &crate::domain::Secret) -> crate::domain::Digest {
    let plain = PaperCode::Invitation.read(code);
    services
        .vault
        .digest(&vault::code_context(PaperCode::Invitation, Some(name)), plain.as_ref().unwrap_or(code))
}

/// Where people reach the gateway, and whether that is more than a guess.
pub(super) fn address(services: &Services) -> (PublicAddress, bool) {
    if let Some(address) = &services.config.login.address {
        return (address.clone(), true);
    }
    let Endpoint { text, certain } = Endpoint::of(&services.config.listen.ssh, PORT);
    let guess = || PublicAddress { host: text.clone(), port: PORT };
    (PublicAddress::parse(&text).unwrap_or_else(guess), certain)
}

/// Takes an invitation back.
pub(super) async fn withdraw(
    services: &Services,
    caller: &Caller,
    operator: OperatorName,
) -> Result<WithdrawnInvitation, AdminError> {
    if !services.store.invitations().withdraw(&operator).await? {
        return Err(no!(services, NotFound, "invite.none", operator = operator.as_str()));
    }
    let event = Event::InvitationWithdrawn { operator: operator.clone() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    Ok(WithdrawnInvitation { operator, withdrawn: true })
}

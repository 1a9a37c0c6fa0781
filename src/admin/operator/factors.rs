//! What became of an account's factors; and what a second person has confirmed of them, carried out.

use serde::Serialize;

use super::super::account::{known, lacking};
use super::super::caller::Caller;
use super::super::error::{AdminError, AdminErrorKind};
use super::super::lockdown::{WaitingRequest, journal_confirmed, settled_already};
use super::super::officers::alarm;
use super::super::once::ToldOnce;
use super::invite::{InvitationForm, InvitedAccounts, address, drawn};
use crate::access::Services;
use crate::access::enrolment::enrolled_event;
use crate::auth::Factors;
use crate::domain::{OperatorName, Role};
use crate::event::Event;
use crate::lockdown::Deed;
use crate::store::{EnrolError, Given, Invitation};

/// What was set, and what is still missing for a login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EnrolledFactors {
    pub operator: OperatorName,
    pub enrolled: Vec<String>,
    /// What was there before and is not any more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replaced: Vec<String>,
    /// Another account that has the same key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_also_of: Option<OperatorName>,
    /// Each of these would complete them.
    pub missing: Vec<String>,
    /// The same, as values.
    #[serde(skip)]
    pub lacking: Vec<Factors>,
    /// The secret of the one-time codes, where it was drawn here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totp_url: Option<ToldOnce>,
}

/// The account has to be enrolled anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResetFactors {
    pub operator: OperatorName,
    /// Nothing.
    pub enrolled: Vec<String>,
}

/// A change of factors that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AskedFactors {
    #[serde(flatten)]
    pub waiting: WaitingRequest,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totp_url: Option<ToldOnce>,
}

/// What became of factors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum FactorsOutcome {
    Enrolled(EnrolledFactors),
    Reset(ResetFactors),
    /// They may set their factors by themself.
    Invited(Box<InvitedAccounts>),
    /// Nothing yet.
    Asked(Box<AskedFactors>),
}

/// What was agreed on.
#[derive(Debug)]
pub(in crate::admin) enum Change {
    /// These factors are set; they waited with the request.
    Enrol(Vec<String>),
    Invite,
    Reset,
}

impl ResetFactors {
    pub(super) fn of(operator: OperatorName) -> Self {
        Self { operator, enrolled: Vec::new() }
    }
}

pub(super) fn role(services: &Services, name: &OperatorName) -> Role {
    services.live.standing().policy.operator(name.as_str()).map(|operator| operator.role).unwrap_or_default()
}

pub(super) async fn enrolled(
    services: &Services,
    operator: OperatorName,
    enrolled: Vec<String>,
    totp_url: Option<ToldOnce>,
) -> Result<EnrolledFactors, AdminError> {
    let lacking = lacking(services, &operator).await?;
    let missing = lacking.iter().map(ToString::to_string).collect();
    let (replaced, key_also_of) = (Vec::new(), None);
    Ok(EnrolledFactors { operator, enrolled, replaced, key_also_of, missing, lacking, totp_url })
}

/// Carries out what a second person has confirmed.
pub(in crate::admin) async fn change(
    services: &Services,
    caller: &Caller,
    name: OperatorName,
    change: Change,
    given: Given<'_>,
) -> Result<FactorsOutcome, AdminError> {
    journal_confirmed(services, (caller.actor(), caller.origin()), Deed::Factors, None, given).await?;
    alarm(services, caller, "officer-factors", &name).await?;
    match change {
        Change::Enrol(told) => set(services, caller, name, told, given).await,
        Change::Invite => invited(services, caller, &name, given).await,
        Change::Reset => taken(services, caller, name, given).await,
    }
}

async fn set(
    services: &Services,
    caller: &Caller,
    name: OperatorName,
    told: Vec<String>,
    given: Given<'_>,
) -> Result<FactorsOutcome, AdminError> {
    let (role, seats) = (role(services, &name), services.config.seats.get());
    let seated = services.store.factors().enrol_asked(&name, role, given, seats).await;
    let Some(keys) = with_seat(services, caller, &name, seated).await? else {
        return Err(settled_already(services));
    };
    let event = enrolled_event(name.clone(), told.clone(), &keys);
    services.journal(caller.actor(), caller.origin(), event).await?;
    Ok(FactorsOutcome::Enrolled(enrolled(services, name, told, None).await?))
}

async fn taken(
    services: &Services,
    caller: &Caller,
    name: OperatorName,
    given: Given<'_>,
) -> Result<FactorsOutcome, AdminError> {
    if !services.store.factors().reset_asked(&name, given).await? {
        return Err(settled_already(services));
    }
    let event = Event::OperatorReset { operator: name.clone(), factor: None };
    services.journal(caller.actor(), caller.origin(), event).await?;
    Ok(FactorsOutcome::Reset(ResetFactors::of(name)))
}

/// The code is told to whoever confirms: what is set by it counts as set by them.
async fn invited(
    services: &Services,
    caller: &Caller,
    name: &OperatorName,
    given: Given<'_>,
) -> Result<FactorsOutcome, AdminError> {
    known(services, name)?;
    let standing = services.live.standing();
    let account = standing.policy.operator(name.as_str()).ok_or_else(|| settled_already(services))?;
    let (address, address_known) = address(services);
    let (invitation, told) = drawn(services, caller, account, &address).await?;
    let invitation = Invitation { confirmed: true, ..invitation };
    if !services.store.invitations().invite_asked(&invitation, given).await? {
        return Err(settled_already(services));
    }
    let event = Event::OperatorInvited { operator: name.clone(), until: invitation.expires_at };
    services.journal(caller.actor(), caller.origin(), event).await?;
    let (passed_over, form) = (Vec::new(), InvitationForm::Lines);
    let outcome = InvitedAccounts { invited: vec![told], passed_over, form, address_known };
    Ok(FactorsOutcome::Invited(Box::new(outcome)))
}

/// What came of setting factors; that there was no seat for them is journaled.
pub(super) async fn with_seat<T>(
    services: &Services,
    caller: &Caller,
    operator: &OperatorName,
    done: Result<T, EnrolError>,
) -> Result<T, AdminError> {
    if let Err(EnrolError::NoSeat { seats }) = &done {
        let event = Event::SeatRefused { operator: operator.clone(), seats: *seats };
        services.journal(caller.actor(), caller.origin(), event).await?;
    }
    Ok(done?)
}

impl From<EnrolError> for AdminError {
    fn from(error: EnrolError) -> Self {
        match error {
            EnrolError::NoSeat { .. } | EnrolError::TooManyKeys | EnrolError::KeyOfAnother => {
                Self { kind: AdminErrorKind::Conflict, ..Self::failed(error) }
            }
            EnrolError::Store(_) => Self::failed(error),
        }
    }
}

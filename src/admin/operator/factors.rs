//! What became of an account's factors; and what a second person has confirmed of them, carried out.

use serde::Serialize;

use super::super::account::lacking;
use super::super::caller::Caller;
use super::super::error::{AdminError, AdminErrorKind};
use super::super::lockdown::{WaitingRequest, journal_confirmed, settled_already};
use super::super::officers::alarm;
use super::super::once::ToldOnce;
use crate::access::Services;
use crate::auth::Factors;
use crate::domain::{OperatorName, Role};
use crate::event::Event;
use crate::lockdown::Deed;
use crate::store::{EnrolError, Given};

/// What was set, and what is still missing for a login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EnrolledFactors {
    pub operator: OperatorName,
    pub enrolled: Vec<String>,
    /// What was there before and is not any more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replaced: Vec<String>,
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
    /// Nothing yet.
    Asked(Box<AskedFactors>),
}

/// What was agreed on.
#[derive(Debug)]
pub(in crate::admin) enum Change {
    /// These factors are set; they waited with the request.
    Enrol(Vec<String>),
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
    let replaced = Vec::new();
    Ok(EnrolledFactors { operator, enrolled, replaced, missing, lacking, totp_url })
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
    let factors = services.store.factors();
    let (done, event) = match &change {
        Change::Enrol(told) => {
            let (role, seats) = (role(services, &name), services.config.seats.get());
            let done = factors.enrol_asked(&name, role, given, seats).await?;
            (done, Event::OperatorEnrolled { operator: name.clone(), factors: told.clone() })
        }
        Change::Reset => (
            factors.reset_asked(&name, given).await?,
            Event::OperatorReset { operator: name.clone(), factor: None },
        ),
    };
    if !done {
        return Err(settled_already(services));
    }
    services.journal(caller.actor(), caller.origin(), event).await?;
    Ok(match change {
        Change::Enrol(told) => FactorsOutcome::Enrolled(enrolled(services, name, told, None).await?),
        Change::Reset => FactorsOutcome::Reset(ResetFactors::of(name)),
    })
}

impl From<EnrolError> for AdminError {
    fn from(error: EnrolError) -> Self {
        match error {
            EnrolError::NoSeat { .. } | EnrolError::TooManyKeys => {
                Self::new(AdminErrorKind::Conflict, error.to_string())
            }
            EnrolError::Store(_) => Self::failed(error),
        }
    }
}

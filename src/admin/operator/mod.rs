//! Accounts: what the policy says of them, what they have enrolled, and what keeps them out.

mod enrol;
mod factors;
mod filter;
mod forget;
mod guarded;
mod invite;
mod leave;
mod list;
mod lost;
mod state;

use serde::Serialize;

use super::caller::Caller;
use super::context::Admin;
use super::error::AdminError;
use super::say::no;
use crate::auth::Factor;
use crate::domain::{OperatorName, OperatorSelector, Remark};

pub use enrol::{NewCodes, NewFactors};
pub use factors::{AskedFactors, EnrolledFactors, FactorsOutcome, ResetFactors};
pub(super) use factors::{Change, change};
pub use filter::{AccountFilter, AccountState};
pub use forget::ForgottenCodes;
pub(super) use forget::logout;
pub use invite::{
    ClosedInvitation, InvitationForm, InvitedAccount, InvitedAccounts, Invitees, NewInvitations, PassedOver,
    WithdrawnInvitation,
};
pub use leave::LeftAccount;
pub use list::{AccountEntry, AccountLock, AccountPage, MadeKey, RememberedLogin, TakenSeats};
pub use state::{DisabledAccount, EnabledAccount, UnlockedAccount};

#[derive(Debug, Clone)]
pub enum OperatorRequest {
    List {
        filter: AccountFilter,
        after: Option<OperatorName>,
        limit: u32,
    },
    Show {
        operator: OperatorName,
    },
    Enrol(NewFactors),
    /// Codes with which people enrol by themselves.
    Invite(NewInvitations),
    /// Takes an invitation back.
    Withdraw {
        operator: OperatorName,
    },
    Disable {
        operator: OperatorName,
        reason: Option<Remark>,
    },
    Enable {
        operator: OperatorName,
        reason: Option<Remark>,
    },
    /// Closes all that lets somebody in; of an account that has left the policy, too.
    Leave {
        operator: OperatorName,
        reason: Remark,
    },
    /// Forgets failed attempts.
    Unlock {
        operator: OperatorName,
    },
    /// Ends what is remembered of its codes.
    Forget {
        operator: OperatorName,
    },
    /// Takes one factor away and invites to set it anew; else takes every factor away, of an account that has left the
    /// policy, too.
    Reset {
        operator: OperatorName,
        factor: Option<Factor>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum OperatorOutcome {
    List(AccountPage),
    Shown(Box<AccountEntry>),
    Factors(FactorsOutcome),
    Invited(InvitedAccounts),
    Withdrawn(WithdrawnInvitation),
    Disabled(DisabledAccount),
    Enabled(EnabledAccount),
    Unlocked(UnlockedAccount),
    Left(Box<LeftAccount>),
    Forgotten(ForgottenCodes),
}

/// Is it about the factors of whoever asks? Those take a fresh proof: a screen that was left open gives nobody a way in.
fn sets_own_factors(caller: &Caller, request: &OperatorRequest) -> bool {
    let Caller::Operator(who) = caller else { return false };
    match request {
        OperatorRequest::Enrol(NewFactors { operator, .. }) | OperatorRequest::Reset { operator, .. } => {
            operator == who.operator()
        }
        OperatorRequest::Invite(NewInvitations { whom: Invitees::Selected(selectors), .. }) => {
            selectors.iter().any(|one| matches!(one, OperatorSelector::Name(name) if name == who.operator()))
        }
        _ => false,
    }
}

pub(super) async fn perform(
    admin: &Admin,
    caller: &Caller,
    request: OperatorRequest,
) -> Result<OperatorOutcome, AdminError> {
    use OperatorOutcome as Outcome;
    let services = &admin.services;
    if sets_own_factors(caller, &request) {
        return Err(no!(services, Refused, "operator.own-factors"));
    }
    Ok(match request {
        OperatorRequest::List { filter, after, limit } => {
            Outcome::List(list::list(services, &filter, after.as_ref(), limit).await?)
        }
        OperatorRequest::Show { operator } => {
            Outcome::Shown(Box::new(list::show(services, &operator).await?))
        }
        OperatorRequest::Enrol(new) => Outcome::Factors(enrol::enrol(admin, caller, new).await?),
        OperatorRequest::Invite(new) => match invite::for_two(services, &new).await? {
            Some(operator) => Outcome::Factors(enrol::ask_to_invite(services, caller, operator).await?),
            None => Outcome::Invited(invite::invite(admin, caller, new).await?),
        },
        OperatorRequest::Withdraw { operator } => {
            Outcome::Withdrawn(invite::withdraw(services, caller, operator).await?)
        }
        OperatorRequest::Disable { operator, reason } => {
            Outcome::Disabled(state::disable(services, caller, operator, reason).await?)
        }
        OperatorRequest::Enable { operator, reason } => {
            Outcome::Enabled(state::enable(services, caller, operator, reason).await?)
        }
        OperatorRequest::Leave { operator, reason } => {
            Outcome::Left(Box::new(leave::leave(services, caller, operator, reason).await?))
        }
        OperatorRequest::Unlock { operator } => {
            Outcome::Unlocked(state::unlock(services, caller, operator).await?)
        }
        OperatorRequest::Forget { operator } => {
            Outcome::Forgotten(forget::forget(services, caller, operator).await?)
        }
        OperatorRequest::Reset { operator, factor: None } => {
            Outcome::Factors(enrol::reset(services, caller, operator).await?)
        }
        OperatorRequest::Reset { operator, factor: Some(factor) } => {
            Outcome::Invited(lost::take_away(admin, caller, operator, factor).await?)
        }
    })
}

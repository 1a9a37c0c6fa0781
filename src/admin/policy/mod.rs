//! Policy files: checked, asked, compared, and put in force.
//!
//! What needs only files is asked of a [`Ground`] of them, wherever somebody is; the rest needs the gateway.

mod apply;
mod ask;
mod check;
mod compare;
mod drift;
mod enforce;
mod files;
mod ground;
mod history;
mod objects;
mod prove;
mod replay;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::caller::Caller;
use super::context::Admin;
use super::error::AdminError;
use super::page::Page;
use super::say::no;
use crate::access::Services;
use crate::domain::Remark;
use crate::policy::Policy;

pub use apply::{PolicyApplied, PolicyInForce, UnappliedPolicy};
pub(super) use apply::{files, put, refuse};
#[cfg(test)]
pub(crate) use ask::explained;
pub use ask::{PolicyAccesses, PolicyAnswer, PolicyDocument, PolicyExplained, PolicyQuestion, ask};
pub use check::{CheckedPolicy, RightPolicy, TestedPolicy, UnfitDirectory, check, test};
pub use compare::PolicyComparison;
pub(super) use drift::is_same;
pub use drift::{differs, drift};
pub use enforce::{PolicyChange, enforce};
pub use files::read_policy;
pub use ground::{Ground, Setting};
pub use history::{PolicyEntry, PolicyShown};
pub(super) use prove::prove_apart;
pub use prove::{FailingPolicy, FaultyPolicy, UnfitPolicy, prove};
pub use replay::{PolicyReplayed, ReplayedCase, ReplayedSum};

#[derive(Debug, Clone)]
pub enum PolicyRequest {
    /// Of the policy in force.
    Ask(PolicyQuestion),
    /// What changes from one policy to another; from the one in force where no other is named.
    Diff {
        old: Option<PolicyPlace>,
        new: PolicyPlace,
    },
    /// Which decisions of the journal another policy would have made otherwise.
    Replay {
        since: Timestamp,
        new: PolicyPlace,
    },
    /// Puts a directory in force; where none is named, the one of the configuration.
    Apply {
        dir: Option<PathBuf>,
        reason: Remark,
    },
    /// Checks and compares it, and changes nothing.
    Rehearse {
        dir: Option<PathBuf>,
    },
    History {
        after: Option<u64>,
        limit: u32,
    },
    Show {
        version: u64,
    },
    Rollback {
        version: u64,
        reason: Remark,
    },
}

/// A set of policy files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyPlace {
    /// The directory of the configuration.
    Configured,
    Dir(PathBuf),
    Version(u64),
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum PolicyOutcome {
    Answered(PolicyAnswer),
    Diff(PolicyComparison),
    Replayed(PolicyReplayed),
    Applied(PolicyApplied),
    History(Page<PolicyEntry, u64>),
    Shown(Box<PolicyShown>),
    Checked(CheckedPolicy),
    Tested(TestedPolicy),
}

impl PolicyRequest {
    /// Whether it names a directory of the gateway's host.
    fn names_directory(&self) -> bool {
        let dir = |place: &PolicyPlace| matches!(place, PolicyPlace::Dir(_));
        match self {
            Self::Diff { old, new } => old.as_ref().is_some_and(dir) || dir(new),
            Self::Replay { new, .. } => dir(new),
            Self::Apply { dir, .. } | Self::Rehearse { dir } => dir.is_some(),
            Self::Ask(_) | Self::History { .. } | Self::Show { .. } | Self::Rollback { .. } => false,
        }
    }
}

pub(super) async fn perform(
    admin: &Admin,
    caller: &Caller,
    request: PolicyRequest,
) -> Result<PolicyOutcome, AdminError> {
    let services = &*admin.services;
    // Only who is on the host chooses what is read there.
    if matches!(caller, Caller::Operator(_)) && request.names_directory() {
        return Err(no!(services, Refused, "console.files-on-host", command = "policy"));
    }
    Ok(match request {
        PolicyRequest::Ask(question) => {
            PolicyOutcome::Answered(ask(&Ground::in_force(services), question).await?)
        }
        PolicyRequest::Diff { old, new } => PolicyOutcome::Diff(diff(services, old, new).await?),
        PolicyRequest::Replay { since, new } => {
            let new = policy(services, new).await?;
            PolicyOutcome::Replayed(replay::replay(services, since, &new).await?)
        }
        PolicyRequest::Apply { dir, reason } => {
            PolicyOutcome::Applied(apply::apply(services, caller, dir, &reason).await?)
        }
        PolicyRequest::Rehearse { dir } => PolicyOutcome::Applied(apply::rehearse(services, dir).await?),
        PolicyRequest::History { after, limit } => {
            PolicyOutcome::History(history::history(services, after, limit).await?)
        }
        PolicyRequest::Show { version } => {
            PolicyOutcome::Shown(Box::new(history::show(services, version).await?))
        }
        PolicyRequest::Rollback { version, reason } => {
            PolicyOutcome::Applied(apply::rollback(services, caller, version, &reason).await?)
        }
    })
}

async fn diff(
    services: &Services,
    old: Option<PolicyPlace>,
    new: PolicyPlace,
) -> Result<PolicyComparison, AdminError> {
    let new = policy(services, new).await?;
    let old = match old {
        Some(old) => Arc::new(policy(services, old).await?),
        None => Arc::clone(&services.live.standing().policy),
    };
    PolicyComparison::of(old, Arc::new(new), Setting::of(services)).await
}

async fn policy(services: &Services, place: PolicyPlace) -> Result<Policy, AdminError> {
    let dir = match place {
        PolicyPlace::Version(number) => return history::load(services, number).await,
        PolicyPlace::Configured => services.config.policy_dir.clone(),
        PolicyPlace::Dir(dir) => dir,
    };
    let setting = Setting::of(services);
    crate::access::blocking(move || ground::load(&dir, &setting)).await.map_err(AdminError::internal)?
}

/// Compares two directories, without a gateway.
///
/// # Errors
/// When one of them is not a policy.
pub async fn compare(old: &Ground, new: &Ground) -> Result<PolicyComparison, AdminError> {
    let setting = new.setting.clone();
    let (old, new) = (Arc::clone(&old.standing.policy), Arc::clone(&new.standing.policy));
    PolicyComparison::of(old, new, setting).await
}

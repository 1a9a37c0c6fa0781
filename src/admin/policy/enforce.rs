//! How a policy comes into force.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::caller::Caller;
use super::super::error::AdminError;
use crate::access::Services;
use crate::domain::{Digest, OperatorName};
use crate::event::Event;
use crate::policy::{Operator, Policy, SourceFile};
use crate::store::{NewPolicy, PAGE, WHOLE, gather};

/// Why a policy comes into force.
#[derive(Debug, Clone, Copy)]
pub struct PolicyChange<'a> {
    pub reason: &'a str,
    /// The version whose files these are again.
    pub rollback_of: Option<u64>,
}

/// Stores, journals and switches, in this order: what is stored comes into force by its row in the journal,
/// at once and after a crash alike.
///
/// # Errors
/// When it cannot be stored or journaled: then nothing has changed, but that invitations may be void.
pub async fn enforce(
    services: &Services,
    caller: &Caller,
    files: Vec<SourceFile>,
    policy: Arc<Policy>,
    change: &PolicyChange<'_>,
) -> Result<(u64, Digest), AdminError> {
    let digest = policy.digest();
    let files: BTreeMap<String, String> = files.into_iter().map(|file| (file.path, file.text)).collect();
    let (author, at) = (caller.actor().to_string(), services.clock.now());
    let new = NewPolicy { digest, author: &author, reason: change.reason, at, files: &files };
    let version = services.store.policies().add(&new).await?;
    let standing = services.live.standing();
    close_what_is_open(services, caller, &standing.policy, &policy).await?;
    let event = Event::PolicyApplied {
        version,
        digest,
        previous: (standing.policy_version > 0).then(|| standing.policy.digest()),
        rollback_of: change.rollback_of,
        reason: change.reason.to_owned(),
    };
    services.journal(caller.actor(), caller.origin(), event).await?;
    services.live.update(|standing| {
        standing.policy = policy;
        standing.policy_version = version;
    });
    Ok((version, digest))
}

/// Ends what waits for an account's owner and was given to another account than the new policy has: none at all, one of
/// another role, or one that is disabled. What is not of the account in both policies is void, so that it is also where
/// an account comes back, whatever happened in between.
async fn close_what_is_open(
    services: &Services,
    caller: &Caller,
    before: &Policy,
    after: &Policy,
) -> Result<(), AdminError> {
    let now = services.clock.now();
    let role = |policy: &Policy, name: &OperatorName| policy.operator(name.as_str()).map(|known| known.role);
    for invitation in gather(WHOLE, |after| services.store.invitations().open(now, after, PAGE)).await? {
        let name = invitation.operator;
        if [before, after].iter().any(|policy| role(policy, &name) != Some(invitation.role)) {
            withdraw(services, caller, name).await?;
        }
    }
    let open = |account: &Operator| after.operator(account.name.as_str()).is_some_and(|now| !now.disabled);
    let same = |account: &Operator| open(account) && role(after, &account.name) == Some(account.role);
    for account in before.operators().filter(|account| !same(account)) {
        services.store.factors().outdate(&account.name, now).await?;
    }
    Ok(())
}

async fn withdraw(services: &Services, caller: &Caller, operator: OperatorName) -> Result<(), AdminError> {
    services.store.invitations().withdraw(&operator).await?;
    let event = Event::InvitationWithdrawn { operator };
    services.journal(caller.actor(), caller.origin(), event).await?;
    Ok(())
}

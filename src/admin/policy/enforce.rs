//! How a policy comes into force.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::caller::Caller;
use super::super::error::AdminError;
use crate::access::Services;
use crate::domain::Digest;
use crate::event::Event;
use crate::policy::{Policy, SourceFile};
use crate::store::NewPolicy;

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
/// When it cannot be stored or journaled: then nothing has changed.
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

//! Sources from which too many logins failed: which are blocked, and an end to it by hand.

use serde::Serialize;

use super::caller::Caller;
use super::context::Admin;
use super::error::AdminError;
use super::local_time::LocalTime;
use crate::access::{Services, SourceBlock};
use crate::domain::SourceNet;
use crate::event::Event;

#[derive(Debug, Clone)]
pub enum SourceRequest {
    List,
    Unblock { source: SourceNet },
}

/// A source that is blocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlockedSource {
    pub source: SourceNet,
    pub until: LocalTime,
    /// How often in a row.
    pub times: u32,
    /// Some account is at home there, and is let in with key and code.
    pub home: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnblockedSource {
    pub source: SourceNet,
    pub was_blocked: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum SourceOutcome {
    /// As many as are kept at all, which is not many.
    List {
        rows: Vec<BlockedSource>,
    },
    Unblocked(UnblockedSource),
}

pub(super) async fn perform(
    admin: &Admin,
    caller: &Caller,
    request: SourceRequest,
) -> Result<SourceOutcome, AdminError> {
    let services = &admin.services;
    Ok(match request {
        SourceRequest::List => {
            let blocks = services.sources.blocks();
            SourceOutcome::List { rows: blocks.into_iter().map(|block| entry(services, block)).collect() }
        }
        SourceRequest::Unblock { source } => {
            admin.journal(caller, Event::SourceUnblocked { net: source }).await?;
            let was_blocked = services.sources.unblock(source);
            SourceOutcome::Unblocked(UnblockedSource { source, was_blocked })
        }
    })
}

fn entry(services: &Services, SourceBlock { source, left, times }: SourceBlock) -> BlockedSource {
    let now = services.clock.now();
    let until = LocalTime::of(services, now.saturating_add(left).unwrap_or(now));
    BlockedSource { source, until, times, home: services.homes.has_any(source, now) }
}

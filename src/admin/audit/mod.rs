//! What happened: sessions, the journal, recordings. An auditor sees what lies in their scope, and of the rest not even
//! that it is there.

mod commands;
mod entry;
mod events;
mod export;
mod filter;
mod find;
mod kill;
mod line;
mod log;
mod recording;
mod replay;
mod rows;
mod sessions;
mod show;
mod spool;
mod verify;
mod view;

use serde::Serialize;

use super::caller::Caller;
use super::context::Admin;
use super::error::AdminError;
use crate::domain::Remark;
use crate::evidence::log::LogKey;

pub use entry::{CommandEntry, EventEntry, SessionEntry};
pub use export::{ExportFormat, ExportedBytes};
pub use filter::{RecordFilter, RowWindow};
pub use kill::{KilledSession, PATIENCE as KILL_PATIENCE};
pub use log::{LogCheckpoint, LogKeyEntry, LogKeys, RowProof};
pub use replay::{Playback, ReplayFrame};
pub use rows::Records;
pub use show::{SessionShown, StoredRecording};
pub use spool::Spool;
pub use verify::{FaultCount, ProvenLog, VerifiedEvidence, VerifiedLog};

#[derive(Debug, Clone)]
pub enum AuditRequest {
    /// Sessions are named by their ids.
    Sessions {
        filter: RecordFilter,
        window: RowWindow<String>,
    },
    /// Commands and rows of the journal, by their numbers.
    Commands {
        filter: RecordFilter,
        window: RowWindow<u64>,
    },
    Events {
        filter: RecordFilter,
        /// Only these kinds; none is every kind.
        kinds: Vec<String>,
        window: RowWindow<u64>,
    },
    /// A session, by its id, the beginning of it, or a recording's.
    Show {
        session: String,
    },
    Replay {
        session: String,
        /// Every byte, also what steers a terminal.
        raw: bool,
    },
    Export {
        session: String,
        format: ExportFormat,
    },
    Verify {
        /// The key that was written down: trust begins with it.
        pinned: Option<LogKey>,
    },
    /// The last checkpoint, or the first that covers so many rows.
    Checkpoint {
        rows: Option<u64>,
    },
    Keys,
    /// That a row is in the log.
    Proof {
        row: u64,
    },
    Kill {
        session: String,
        reason: Remark,
    },
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum AuditOutcome {
    Sessions(Records<SessionEntry, String>),
    Commands(Records<CommandEntry, u64>),
    Events(Records<EventEntry, u64>),
    Shown(Box<SessionShown>),
    /// Pieces that are read as they come.
    #[serde(skip)]
    Playback(Playback),
    #[serde(skip)]
    Exported(ExportedBytes),
    Verified(Box<VerifiedEvidence>),
    Checkpoint(LogCheckpoint),
    Keys(LogKeys),
    Proof(RowProof),
    Killed(KilledSession),
}

pub(super) async fn perform(
    admin: &Admin,
    caller: &Caller,
    request: AuditRequest,
) -> Result<AuditOutcome, AdminError> {
    let services = &*admin.services;
    let view = view::View::of(services, caller);
    Ok(match request {
        AuditRequest::Sessions { filter, window } => {
            AuditOutcome::Sessions(sessions::list(services, &view, filter, window).await?)
        }
        AuditRequest::Commands { filter, window } => {
            AuditOutcome::Commands(commands::list(services, &view, filter, window).await?)
        }
        AuditRequest::Events { filter, kinds, window } => {
            AuditOutcome::Events(events::list(services, &view, filter, kinds, window).await?)
        }
        AuditRequest::Show { session } => {
            AuditOutcome::Shown(Box::new(show::show(services, &view, &session).await?))
        }
        AuditRequest::Replay { session, raw } => {
            AuditOutcome::Playback(replay::play(services, &view, &session, raw).await?)
        }
        AuditRequest::Export { session, format } => {
            AuditOutcome::Exported(export::export(services, &view, session, format).await?)
        }
        AuditRequest::Verify { pinned } => {
            AuditOutcome::Verified(Box::new(verify::verify(services, &view, pinned.as_ref()).await?))
        }
        AuditRequest::Checkpoint { rows } => AuditOutcome::Checkpoint(log::checkpoint(services, rows).await?),
        AuditRequest::Keys => AuditOutcome::Keys(log::keys(services).await?),
        AuditRequest::Proof { row } => AuditOutcome::Proof(log::proof(services, &view, row).await?),
        AuditRequest::Kill { session, reason } => {
            AuditOutcome::Killed(kill::kill(admin, caller, &session, reason).await?)
        }
    })
}

//! `juyong audit …`.

mod filter;
mod log;
mod replay;
mod table;
mod verify;

use super::out::{Out, ReaderGone};
use super::readers::{Readers, Told};
use super::say::say;
use super::tree::{Audit, Format};
use crate::access::Services;
use crate::admin::{
    AdminError, AuditOutcome, AuditRequest, ExportFormat, ExportedBytes, KILL_PATIENCE, KilledSession,
    SessionShown,
};

pub(super) use replay::play;

pub(super) fn request(services: &Services, command: &Audit, json: bool) -> Result<AuditRequest, AdminError> {
    Ok(match command {
        Audit::Sessions(filters) => AuditRequest::Sessions {
            filter: filter::read(services, filters)?,
            window: filter::window(filters, json, |id| Ok(id.clone()))?,
        },
        Audit::Commands(filters) => AuditRequest::Commands {
            filter: filter::read(services, filters)?,
            window: filter::window(filters, json, |text| filter::number(services, text))?,
        },
        Audit::Events(events) => AuditRequest::Events {
            filter: filter::read(services, &events.filters)?,
            kinds: events.event.clone(),
            window: filter::window(&events.filters, json, |text| filter::number(services, text))?,
        },
        Audit::Show { id } => AuditRequest::Show { session: id.clone() },
        Audit::Replay(asked) => AuditRequest::Replay { session: asked.id.clone(), raw: asked.raw },
        Audit::Export { id, format, .. } => {
            let format = match format {
                Format::Cast => ExportFormat::Cast,
                Format::Txt => ExportFormat::Text,
            };
            AuditRequest::Export { session: id.clone(), format }
        }
        Audit::Verify { key } => {
            let read = |text: &String| log::key(services, text);
            AuditRequest::Verify { pinned: key.as_ref().map(read).transpose()? }
        }
        Audit::Checkpoint { size } => {
            let rows = size.as_ref().map(|text| filter::number(services, text)).transpose()?;
            AuditRequest::Checkpoint { rows }
        }
        Audit::Keys => AuditRequest::Keys,
        Audit::Proof { row } => AuditRequest::Proof { row: filter::number(services, row)? },
        Audit::Kill { id, reason } => AuditRequest::Kill { session: id.clone(), reason: reason.clone() },
    })
}

/// Whether a list is printed to its end: programs get all, where nobody says how many.
pub(super) fn is_whole(command: &Audit, json: bool) -> bool {
    match command {
        Audit::Sessions(filters) | Audit::Commands(filters) => json && filters.limit.is_none(),
        Audit::Events(events) => json && events.filters.limit.is_none(),
        _ => true,
    }
}

pub(super) fn told(outcome: &AuditOutcome, readers: Readers) -> Vec<Told> {
    match outcome {
        AuditOutcome::Sessions(records) => table::listed(records, readers),
        AuditOutcome::Commands(records) => table::listed(records, readers),
        AuditOutcome::Events(records) => table::listed(records, readers),
        AuditOutcome::Shown(shown) => session(shown, readers),
        AuditOutcome::Verified(verified) => verify::told(verified, readers),
        AuditOutcome::Checkpoint(checkpoint) => vec![Told::Raw(checkpoint.note.clone())],
        AuditOutcome::Keys(keys) => log::keys(keys, readers),
        AuditOutcome::Proof(proof) => vec![Told::Raw(proof.proof.clone())],
        AuditOutcome::Killed(killed) => vec![kill(killed, readers)],
        AuditOutcome::Playback(_) | AuditOutcome::Exported(_) => Vec::new(),
    }
}

/// What went wrong, though it was done.
pub(super) fn failed(outcome: &AuditOutcome, readers: Readers) -> Option<String> {
    match outcome {
        AuditOutcome::Verified(verified) => (!verified.ok).then(|| verify::verdict(verified, readers)),
        AuditOutcome::Killed(killed) => {
            killed.left_over.then(|| say!(readers, "kill.left-over", seconds = KILL_PATIENCE.as_secs()))
        }
        _ => None,
    }
}

fn session(shown: &SessionShown, readers: Readers) -> Vec<Told> {
    let mut told = table::below_heads(std::slice::from_ref(&shown.session), readers);
    told.extend(shown.recordings.iter().map(|recording| {
        let (id, bytes, path) = (&recording.id, recording.bytes, recording.path.display());
        let path = path.to_string();
        let told = say!(readers, "audit.recording", id = id.as_str(), bytes = bytes, path = path);
        Told::Line(format!("  {told}"))
    }));
    told.extend(table::below_heads(&shown.events.rows, readers));
    let (count, next) = (shown.events.rows.len(), shown.events.next);
    told.extend(next.map(|row| Told::Error(table::more(count, "--after", &row.to_string(), readers))));
    told
}

fn kill(killed: &KilledSession, readers: Readers) -> Told {
    let KilledSession { session, operator, asset, login, may_go_on, .. } = killed;
    let key = if *may_go_on { "kill.cut-may-go-on" } else { "kill.cut" };
    let place = format!("{login}@{asset}");
    Told::Line(say!(readers, key, id = session.as_str(), operator = operator.as_str(), place = place))
}

/// Prints a file as it comes; a reader who is gone ends it.
pub(super) async fn export(
    mut bytes: ExportedBytes,
    out: &Out,
) -> Result<Result<(), AdminError>, ReaderGone> {
    while let Some(piece) = bytes.next().await {
        out.raw(piece).await?;
    }
    Ok(bytes.end().await)
}

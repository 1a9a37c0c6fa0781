//! What happened: sessions, the journal, recordings. An auditor sees what lies in their scope, and of the
//! rest not even that it is there.

mod commands;

use std::time::Duration;

use super::out::Out;
use super::run::{Caller, Failure};
use super::time;
use super::tree::{Audit, Filters, Format};
use crate::domain::{AssetName, OperatorName, RecordingId, SessionId};
use crate::evidence::cast::What;
use crate::evidence::chain::StreamDigest;
use crate::evidence::{Reader, transcript};
use crate::journal;
use crate::policy::AuditScope;
use crate::recorder;
use crate::session::Services;
use crate::store::{Filter, JournalRow, SessionRow, Through};

pub(super) async fn run(
    services: &Services,
    caller: &Caller,
    question: &Audit,
    out: &Out,
) -> Result<(), Failure> {
    let view = View::of(services, caller);
    match question {
        Audit::Sessions(filters) => sessions(services, &view, filters, out).await,
        Audit::Commands(filters) => commands::list(services, &view, filters, out).await,
        Audit::Show { id } => show(services, &view, id, out).await,
        Audit::Events(filters) => events(services, &view, filters, out).await,
        Audit::Replay { id, speed, idle_limit } => {
            replay(services, &view, id, *speed, *idle_limit, out).await
        }
        Audit::Export { id, format, .. } => export(services, &view, id, *format, out).await,
        Audit::Verify => verify(services, out).await,
    }
}

/// What a caller may see.
struct View {
    standing: std::sync::Arc<crate::live::Standing>,
    /// `None`: everything.
    scope: Option<AuditScope>,
}

impl View {
    fn of(services: &Services, caller: &Caller) -> Self {
        let standing = services.live.standing();
        let scope = match caller {
            Caller::Local(_) => None,
            Caller::Operator(who) => standing
                .policy
                .operator(who.operator().as_str())
                .map(|operator| operator.audit.clone())
                .unwrap_or_default()
                .into(),
        };
        Self { standing, scope }
    }

    fn shows(&self, operator: &str, asset: &str, source: &str) -> bool {
        let Some(scope) = &self.scope else { return true };
        let source = source.parse().ok();
        scope.covers(&self.standing.policy, operator, asset, source)
    }

    fn shows_session(&self, row: &SessionRow) -> bool {
        self.shows(row.operator.as_str(), row.asset.as_str(), &row.source)
    }
}

fn filter(services: &Services, filters: &Filters) -> Result<Filter, Failure> {
    let now = services.clock.now();
    let at = |text: &Option<String>| {
        text.as_deref().map(|text| time::moment(text, now, &services.config.timezone, false)).transpose()
    };
    let no_session =
        |id: &String| SessionId::parse(id).ok_or_else(|| Failure(format!("{id} is no session id")));
    Ok(Filter {
        operator: filters.operator.as_deref().map(OperatorName::parse).transpose()?,
        asset: filters.asset.as_deref().map(AssetName::parse).transpose()?,
        source: filters.source.as_deref().map(str::parse).transpose()?,
        session: filters.session.as_ref().map(no_session).transpose()?,
        since: at(&filters.since)?,
        until: at(&filters.until)?,
        limit: filters.limit.map(|limit| limit as usize),
    })
}

async fn sessions(services: &Services, view: &View, filters: &Filters, out: &Out) -> Result<(), Failure> {
    let filter = filter(services, filters)?;
    let rows = services.store.sessions().list(&filter, |row| view.shows_session(row)).await?;
    for row in rows {
        line(services, &row, out).await?;
    }
    Ok(())
}

async fn line(services: &Services, row: &SessionRow, out: &Out) -> Result<(), Failure> {
    let zone = &services.config.timezone;
    if out.json {
        return Ok(out.line(serde_json::to_string(&row.shown(zone))?).await?);
    }
    let ended = row.ended.map_or_else(|| "running".to_owned(), |at| time::brief(at, zone));
    let protocols: Vec<_> = row.protocols.iter().map(|protocol| protocol.as_str()).collect();
    let how = row.reason.as_deref().filter(|reason| !reason.is_empty()).unwrap_or_default();
    let ending = row.ending.map(|ending| ending.as_str()).unwrap_or_default();
    let through = row.through.as_ref().map(through).unwrap_or_default();
    let text = format!(
        "{}  {} – {ended}  {} from {}{through}  {}@{}  {}  in {} out {}  {ending} {how}",
        row.session,
        time::brief(row.started, zone),
        row.operator,
        row.source,
        row.login,
        row.asset,
        protocols.join(","),
        row.bytes_in,
        row.bytes_out,
    );
    Ok(out.line(text.trim_end()).await?)
}

fn through(through: &Through) -> String {
    let name = through.name.as_ref().map_or_else(|| through.device.to_string(), ToString::to_string);
    format!(" through {name} at {}", through.outer)
}

/// The session of this id, if there is one in view. Out of scope and not there are the same answer.
async fn find(services: &Services, view: &View, id: &str) -> Result<SessionRow, Failure> {
    let none = || Failure(format!("there is no session {id}"));
    let filter = Filter { session: Some(SessionId::parse(id).ok_or_else(none)?), ..Filter::default() };
    let rows = services.store.sessions().list(&filter, |row| view.shows_session(row)).await?;
    rows.into_iter().next().ok_or_else(none)
}

async fn show(services: &Services, view: &View, id: &str, out: &Out) -> Result<(), Failure> {
    let row = find(services, view, id).await?;
    line(services, &row, out).await?;
    if out.json {
        return Ok(());
    }
    for recording in &row.recordings {
        let path = recorder::path(&services.config.recordings, recording, began(recording, &row));
        let size = std::fs::metadata(&path).map_or(0, |about| about.len());
        out.line(format!("  recording {recording}  {size} bytes  {}", path.display())).await?;
    }
    let filter = Filter { session: Some(row.session.clone()), ..Filter::default() };
    for event in services.store.journal().list(&filter, |_| true).await? {
        out.line(format!("  {}", event.line(&services.config.timezone))).await?;
    }
    Ok(())
}

async fn events(services: &Services, view: &View, filters: &Filters, out: &Out) -> Result<(), Failure> {
    let filter = filter(services, filters)?;
    // A row of a session is in view as its session is; any other by what it names.
    let rows = services
        .store
        .journal()
        .list(&filter, |row| {
            let word = |text: &Option<String>| text.clone().unwrap_or_default();
            let operator = row.operator.clone().unwrap_or_else(|| row.actor.clone());
            view.shows(&operator, &word(&row.asset), &word(&row.source))
        })
        .await?;
    let zone = &services.config.timezone;
    for row in rows {
        out.line(row.line(zone)).await?;
    }
    Ok(())
}

/// When a recording began: its id says, and its folder is that day's.
fn began(recording: &RecordingId, row: &SessionRow) -> jiff::Timestamp {
    moment_of(recording).unwrap_or(row.started)
}

fn moment_of(recording: &RecordingId) -> Option<jiff::Timestamp> {
    let millis = i64::try_from(recording.unix_millis()).ok()?;
    jiff::Timestamp::from_millisecond(millis).ok()
}

/// The bytes of each of a session's recordings, oldest first.
fn recordings(services: &Services, row: &SessionRow) -> Result<Vec<(RecordingId, Vec<u8>)>, Failure> {
    let mut found = Vec::new();
    for id in &row.recordings {
        let path = recorder::path(&services.config.recordings, id, began(id, row));
        let bytes = std::fs::read(&path).map_err(|error| Failure(format!("{}: {error}", path.display())))?;
        found.push((id.clone(), bytes));
    }
    if found.is_empty() {
        return Err(Failure(format!("session {} has no recording", row.session)));
    }
    Ok(found)
}

async fn export(
    services: &Services,
    view: &View,
    id: &str,
    format: Format,
    out: &Out,
) -> Result<(), Failure> {
    let row = find(services, view, id).await?;
    for (recording, bytes) in recordings(services, &row)? {
        match format {
            // One player's file: of several channels, one after the other.
            Format::Cast => out.bytes(bytes).await?,
            Format::Txt => {
                if row.recordings.len() > 1 {
                    out.line(format!("── {recording}")).await?;
                }
                let events = Reader::open(bytes.as_slice())?.collect::<Result<Vec<_>, _>>()?;
                out.bytes(transcript::transcript(&events)).await?;
            }
        }
    }
    Ok(())
}

/// Plays what was shown, with its pauses.
async fn replay(
    services: &Services,
    view: &View,
    id: &str,
    speed: f64,
    idle_limit: Option<f64>,
    out: &Out,
) -> Result<(), Failure> {
    if !(speed.is_finite() && speed > 0.0) {
        return Err(Failure("--speed is a number above 0".into()));
    }
    let longest = match idle_limit {
        None => Duration::MAX,
        Some(seconds) => Duration::try_from_secs_f64(seconds)?,
    };
    let row = find(services, view, id).await?;
    for (_, bytes) in recordings(services, &row)? {
        let mut last = Duration::ZERO;
        for event in Reader::open(bytes.as_slice())? {
            let event = event?;
            let pause = event.at.saturating_sub(last).min(longest);
            last = event.at;
            let What::Output(shown) = event.what else { continue };
            if !pause.is_zero() {
                tokio::select! {
                    () = tokio::time::sleep(pause.div_f64(speed)) => {}
                    () = out.unread() => return Ok(()),
                }
            }
            out.bytes(shown).await?;
        }
    }
    Ok(())
}

/// Recomputes the journal's chain, and the digest of every recording that it tells of.
async fn verify(services: &Services, out: &Out) -> Result<(), Failure> {
    let rows = journal::verify(&services.store).await?;
    let closed =
        services.store.journal().list(&Filter::default(), |row| row.event == "recording-closed").await?;
    for row in &closed {
        recording_holds(services, row)?;
    }
    let recordings = closed.len();
    let object = serde_json::json!({ "ok": true, "rows": rows, "recordings": recordings });
    Ok(out
        .record(&object, || format!("the journal holds: {rows} rows; so do {recordings} recordings"))
        .await?)
}

/// Is the file of a closed recording still what the journal says it was?
fn recording_holds(services: &Services, row: &JournalRow) -> Result<(), Failure> {
    let body: serde_json::Value = serde_json::from_str(&row.body)?;
    let word = |key: &str| body.get(key).and_then(serde_json::Value::as_str);
    let said = body.pointer("/file/sha256").and_then(serde_json::Value::as_str).unwrap_or_default();
    let Some(id) = word("recording").and_then(RecordingId::parse) else {
        return Err(Failure(format!("journal row {} names no recording", row.seq)));
    };
    let path = recorder::path(&services.config.recordings, &id, moment_of(&id).unwrap_or(row.at));
    let fault = |what: String| {
        Failure(format!("recording {id} ({}) {what}: restore it from a backup", path.display()))
    };
    let mut file = std::fs::File::open(&path).map_err(|error| fault(format!("cannot be read: {error}")))?;
    let mut digest = StreamDigest::default();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let n = std::io::Read::read(&mut file, &mut buffer)
            .map_err(|error| fault(format!("cannot be read: {error}")))?;
        if n == 0 {
            break;
        }
        digest.update(buffer.get(..n).unwrap_or_default());
    }
    if digest.finish().sha256.to_string() == said { Ok(()) } else { Err(fault("was altered".into())) }
}

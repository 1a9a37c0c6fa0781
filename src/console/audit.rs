//! What happened: sessions, the journal, recordings. An auditor sees what lies in their scope, and of the
//! rest not even that it is there.

mod commands;
mod events;
mod export;
mod reel;
mod replay;
mod sessions;
mod verify;

use super::out::Out;
use super::run::{Caller, Failure};
use super::time::Times;
use super::tree::{Audit, Filters};
use crate::domain::{AssetName, OperatorName, RecordingId, Sense, SessionId};
use crate::policy::AuditScope;
use crate::session::Services;
use crate::store::{Filter, SessionRow};

pub(super) async fn run(
    services: &Services,
    caller: &Caller,
    question: &Audit,
    out: &Out,
) -> Result<(), Failure> {
    let view = View::of(services, caller);
    match question {
        Audit::Sessions(filters) => sessions::list(services, &view, filters, out).await,
        Audit::Commands(filters) => commands::list(services, &view, filters, out).await,
        Audit::Show { id } => sessions::show(services, &view, id, out).await,
        Audit::Events(filters) => events::list(services, &view, filters, out).await,
        Audit::Replay(asked) => replay::play(services, &view, asked, out).await,
        Audit::Export { id, format, .. } => export::write(services, &view, id, *format, out).await,
        Audit::Verify => verify::check(services, out).await,
        Audit::Kill { id, reason } => super::kill::run(services, caller, id, reason, out).await,
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

/// Which records are asked for. What was understood of its times is told to whoever reads, on standard error.
async fn filter(services: &Services, filters: &Filters, out: &Out) -> Result<Filter, Failure> {
    let times = Times::of(services);
    let at = |option, text: &Option<String>, sense| {
        text.as_deref().map(|text| times.read(option, text, sense)).transpose()
    };
    let no_session =
        |id: &String| SessionId::parse(id).ok_or_else(|| Failure(format!("{id} is no session id")));
    let filter = Filter {
        operator: filters.operator.as_deref().map(OperatorName::parse).transpose()?,
        asset: filters.asset.as_deref().map(AssetName::parse).transpose()?,
        source: filters.source.as_deref().map(str::parse).transpose()?,
        session: filters.session.as_ref().map(no_session).transpose()?,
        since: at("--since", &filters.since, Sense::Since)?,
        until: at("--until", &filters.until, Sense::Before)?,
        limit: filters.limit.map(|limit| limit as usize),
    };
    if let Some(span) = times.span(filter.since, filter.until).filter(|_| !out.json) {
        out.error(span).await?;
    }
    Ok(filter)
}

/// The session of this id, if there is one in view. Out of scope and not there are the same answer.
async fn find(services: &Services, view: &View, id: &str) -> Result<SessionRow, Failure> {
    let none = || Failure(format!("there is no session {id}"));
    let filter = Filter { session: Some(SessionId::parse(id).ok_or_else(none)?), ..Filter::default() };
    let rows = services.store.sessions().list(&filter, |row| view.shows_session(row)).await?;
    rows.into_iter().next().ok_or_else(none)
}

/// When a recording began: its id says, and its folder is that day's.
fn began(recording: &RecordingId, row: &SessionRow) -> jiff::Timestamp {
    moment_of(recording).unwrap_or(row.started)
}

fn moment_of(recording: &RecordingId) -> Option<jiff::Timestamp> {
    let millis = i64::try_from(recording.unix_millis()).ok()?;
    jiff::Timestamp::from_millisecond(millis).ok()
}

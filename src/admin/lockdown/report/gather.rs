//! The rows that a report is made of.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::super::super::error::AdminError;
use super::super::super::say::no;
use super::super::find::several;
use super::super::record;
use super::super::which::numbered;
use super::chained::Chained;
use crate::access::Services;
use crate::domain::{Digest, LockdownId, OperatorName, RecordingId, SessionId, plain, shown_time};
use crate::lockdown::State;
use crate::lockdown::report::{Happened, HappenedKind, OrderReport, ReportedOrder, ReportedRecording, Stay};
use crate::store::{Filter, JournalRow, LockdownRow, PAGE, SessionRow, WHOLE, gather};

pub(super) async fn report(services: &Services, id: &str) -> Result<OrderReport, AdminError> {
    let (now, zone) = (services.clock.now(), &services.config.timezone);
    let mut row = find(services, id).await?;
    let mut chained = Chained::of(&services.store, &row.lockdown.id).await?;
    chained.correct(&mut row);
    let over = row.over_at(now).or(row.ended_at);
    let window = Filter { since: Some(row.lockdown.started_at), until: over, ..Filter::default() };
    let about = about(services, row, over, now).await?;
    let happened = happened(services, &window).await?;
    let sessions = sessions(services, &window).await?;
    // With its lockdown a permit ends without a row.
    for passed in &mut chained.permits {
        passed.ended_at = passed.ended_at.or(about.over);
    }
    Ok(OrderReport::new(about, &happened, sessions, chained.permits, zone, now))
}

/// The order of this id; or the last time that the period of this name was held.
async fn find(services: &Services, id: &str) -> Result<LockdownRow, AdminError> {
    let mut rows = gather(WHOLE, |after| services.store.lockdowns().list(after, PAGE)).await?;
    rows.extend(record::missing(services, &rows));
    let named = |row: &LockdownRow| row.period.as_ref().is_some_and(|name| name.as_str() == id);
    let each = || rows.iter().map(|row| (row.lockdown.id.as_str(), row.lockdown.order.as_deref()));
    let whole = match rows.iter().any(named) {
        true => None,
        false => numbered(id, each).map_err(|ids| several(services, id, &ids))?,
    };
    let whole = whole.unwrap_or(id).to_owned();
    let found = rows.into_iter().rev().find(|row| row.lockdown.id.as_str() == whole || named(row));
    found.ok_or_else(|| not_begun(services, id))
}

/// What is planned has no report yet.
fn not_begun(services: &Services, id: &str) -> AdminError {
    let (standing, zone) = (services.live.standing(), &services.config.timezone);
    match standing.locks().find(id, services.clock.now()) {
        Some((period, State::Planned)) => {
            no!(
                services,
                NotFound,
                "report.planned",
                id = plain(id),
                from = shown_time(period.started_at, zone)
            )
        }
        _ => no!(services, NotFound, "report.none", id = plain(id)),
    }
}

/// What the journal says of the order itself.
#[derive(Deserialize)]
struct Begun {
    lockdown: LockdownId,
    in_force: Option<Timestamp>,
    accounts: Option<Vec<OperatorName>>,
    exempt: Option<Vec<OperatorName>>,
    sessions_cut: Option<u64>,
    #[serde(default)]
    may_go_on: Vec<SessionId>,
}

async fn about(
    services: &Services,
    row: LockdownRow,
    over: Option<Timestamp>,
    now: Timestamp,
) -> Result<ReportedOrder, AdminError> {
    let id = row.lockdown.id.clone();
    let kinds = ["lockdown-started", "lockdown-enforced"];
    let filter = Filter { kinds: kinds.map(str::to_owned).to_vec(), ..Filter::default() };
    let wanted = |row: &JournalRow| row.body.contains(id.as_str());
    let rows = services.store.journal().list(&filter, wanted).await?;
    let begun = rows.iter().filter_map(|row| serde_json::from_str::<Begun>(&row.body).ok());
    let begun: Vec<Begun> = begun.filter(|begun| begun.lockdown == id).collect();
    // A crash may have come before the row: then what the policy says now is the best there is.
    let standing = services.live.standing();
    let today = |spared: bool| {
        let operators = standing.policy.operators().filter(|operator| match spared {
            true => row.lockdown.spares(&operator.account()),
            false => row.lockdown.covers(&operator.account(), row.lockdown.started_at),
        });
        operators.map(|operator| operator.name.clone()).collect::<Vec<_>>()
    };
    let (lift, owed) = (row.lift.clone(), services.live.debts().find(&id));
    let counted = begun.iter().find_map(|begun| begun.sessions_cut);
    let counted = counted.or_else(|| owed.as_ref().map(|owed| owed.cut.load(Ordering::Relaxed)));
    Ok(ReportedOrder {
        state: row.state(now),
        confirmed_by: row.confirmed_by.clone(),
        in_force: begun.iter().find_map(|begun| begun.in_force).unwrap_or(row.lockdown.started_at),
        over,
        lifted_by: lift.as_ref().map(|lift| match &lift.confirmed_by {
            Some(second) => format!("{}, {second}", lift.by),
            None => lift.by.clone(),
        }),
        lift_reason: lift.map(|lift| lift.reason),
        covered: begun.iter().find_map(|begun| begun.accounts.clone()).unwrap_or_else(|| today(false)),
        may_go_on: begun.iter().flat_map(|begun| begun.may_go_on.clone()).collect(),
        sessions_cut: counted,
        stored: owed.is_none(),
        exempt: begun.iter().find_map(|begun| begun.exempt.clone()).unwrap_or_else(|| today(true)),
        lockdown: row.lockdown,
    })
}

async fn happened(services: &Services, window: &Filter) -> Result<Vec<Happened>, AdminError> {
    let kinds = ["session-ended", "login-refused", "decision", "alarm"];
    let wanted = |row: &JournalRow| kinds.contains(&row.event.as_str());
    let rows = services.store.journal().list(window, wanted).await?;
    Ok(rows.into_iter().filter_map(one).collect())
}

/// What a row means for the report, if anything.
fn one(row: JournalRow) -> Option<Happened> {
    let body: Value = serde_json::from_str(&row.body).ok()?;
    let word = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
    let what = match (row.event.as_str(), word("reason")) {
        ("session-ended", "lockdown") if word("ending") == "cut" => HappenedKind::Cut,
        ("login-refused", "lockdown") => HappenedKind::Refused("login".to_owned()),
        ("decision", "lockdown") if word("decision") == "deny" => {
            HappenedKind::Refused(word("protocol").to_owned())
        }
        ("alarm", _) => HappenedKind::Alarm(word("alarm").to_owned()),
        _ => return None,
    };
    let JournalRow { at, actor, source, operator, asset, session, .. } = row;
    Some(Happened { at, operator: operator.unwrap_or(actor), source, asset, session, what })
}

#[derive(Deserialize)]
struct Closed {
    recording: RecordingId,
    file: File,
}

#[derive(Deserialize)]
struct File {
    bytes: u64,
    sha256: Digest,
}

async fn sessions(services: &Services, window: &Filter) -> Result<Vec<Stay>, AdminError> {
    let stays = services.store.sessions().list(window, |_| true).await?;
    // All of these sessions' recordings: one may have closed before the order, or long after its end.
    let theirs: HashSet<&str> = stays.iter().map(|stay| stay.session.as_str()).collect();
    let kinds = vec!["recording-closed".to_owned()];
    let since = stays.iter().map(|stay| stay.started).min();
    let all = Filter { kinds, since, ..Filter::default() };
    let of_them = |row: &JournalRow| row.session.as_deref().is_some_and(|session| theirs.contains(session));
    let rows = match stays.is_empty() {
        true => Vec::new(),
        false => services.store.journal().list(&all, of_them).await?,
    };
    let closed = rows.iter().filter_map(|row| serde_json::from_str::<Closed>(&row.body).ok());
    let files: HashMap<RecordingId, File> = closed.map(|row| (row.recording, row.file)).collect();
    Ok(stays.into_iter().map(|row| stay(row, &files)).collect())
}

fn stay(row: SessionRow, files: &HashMap<RecordingId, File>) -> Stay {
    let recording = |recording: RecordingId| {
        let file = files.get(&recording);
        ReportedRecording {
            bytes: file.map(|file| file.bytes),
            sha256: file.map(|file| file.sha256),
            recording,
        }
    };
    Stay {
        session: row.session,
        operator: row.operator,
        source: row.source,
        asset: row.asset,
        started: row.started,
        ended: row.ended,
        recordings: row.recordings.into_iter().map(recording).collect(),
    }
}

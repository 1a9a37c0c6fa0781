//! What happened in a lockdown, from the rows that were written meanwhile: whom it covered, who was cut and
//! when, who was refused, who went past it and by what right, what was recorded; and for each day, that
//! something happened or that nothing did.
//!
//! Pure: rows in, report out. How it is shown is another's matter; who signs it, signs what is shown.

mod days;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

pub use days::Day;

use super::{Lockdown, Permit, State};
use crate::domain::{AssetName, Digest, OperatorName, RecordingId, SessionId};

/// The order itself, and what became of it.
#[derive(Debug, Clone, Serialize)]
pub struct ReportedOrder {
    #[serde(flatten)]
    pub lockdown: Lockdown,
    pub state: State,
    pub confirmed_by: Option<String>,
    /// From this instant logins were refused.
    pub in_force: Timestamp,
    /// When it was lifted or ended; `None` while it lasts.
    pub over: Option<Timestamp>,
    pub lifted_by: Option<String>,
    pub lift_reason: Option<String>,
    /// As the policy was when it came into force.
    pub covered: Vec<OperatorName>,
    pub exempt: Vec<OperatorName>,
    /// Sessions that were cut while a program ran in them without a terminal: it may have gone on.
    pub may_go_on: Vec<SessionId>,
    /// How many it has cut, as it counted them itself; `None`: no row says so.
    pub sessions_cut: Option<u64>,
    /// Whether all of it is written down: an order that is not would not outlast its gateway.
    pub stored: bool,
}

/// Something that the journal tells of.
#[derive(Debug, Clone)]
pub struct Happened {
    pub at: Timestamp,
    pub operator: String,
    pub source: Option<String>,
    pub asset: Option<String>,
    pub session: Option<String>,
    pub what: HappenedKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HappenedKind {
    /// A session was cut by a lockdown.
    Cut,
    /// A login, or the protocol of a request, was refused by a lockdown.
    Refused(String),
    Alarm(String),
}

/// A session that ran for a while of it.
#[derive(Debug, Clone, Serialize)]
pub struct Stay {
    pub session: SessionId,
    pub operator: OperatorName,
    pub source: String,
    pub asset: AssetName,
    pub started: Timestamp,
    pub ended: Option<Timestamp>,
    pub recordings: Vec<ReportedRecording>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ReportedRecording {
    pub recording: RecordingId,
    /// Of the closed file.
    pub bytes: Option<u64>,
    pub sha256: Option<Digest>,
}

/// A permit, by whom, and what it was used for.
#[derive(Debug, Clone, Serialize)]
pub struct Passed {
    #[serde(flatten)]
    pub permit: Permit,
    pub given_at: Timestamp,
    pub given_by: String,
    pub confirmed_by: Option<String>,
    pub ended_at: Option<Timestamp>,
    /// The sessions for which it led past the lockdown.
    pub sessions: Vec<SessionId>,
}

#[derive(Debug, Clone, Serialize)]
pub struct CutSession {
    pub session: Option<String>,
    pub operator: String,
    pub source: Option<String>,
    pub asset: Option<String>,
    pub at: Timestamp,
    pub after_ms: i64,
}

#[derive(Debug, Clone, Serialize)]
pub struct ReportedEvent {
    pub at: Timestamp,
    pub operator: String,
    pub source: Option<String>,
    pub asset: Option<String>,
    pub what: String,
}

/// Everything.
#[derive(Debug, Clone, Serialize)]
pub struct OrderReport {
    #[serde(flatten)]
    pub about: ReportedOrder,
    /// By the order itself.
    pub cuts: Vec<CutSession>,
    /// Of sessions that a permit led to, when it ended: not the order's doing.
    pub permit_cuts: Vec<CutSession>,
    pub refusals: Vec<ReportedEvent>,
    pub permits: Vec<Passed>,
    /// Of people whom it exempts.
    pub exempt_sessions: Vec<Stay>,
    pub alarms: Vec<ReportedEvent>,
    /// Every session that ran meanwhile, with its recordings.
    pub sessions: Vec<Stay>,
    pub days: Vec<Day>,
}

impl OrderReport {
    /// `now` is where a report of a lockdown that lasts ends.
    pub fn new(
        about: ReportedOrder,
        happened: &[Happened],
        sessions: Vec<Stay>,
        mut permits: Vec<Passed>,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Self {
        let covered = |name: &str| about.covered.iter().any(|known| known.as_str() == name);
        let of = |kind: fn(&HappenedKind) -> Option<String>| -> Vec<ReportedEvent> {
            let ours = happened.iter().filter(|row| covered(&row.operator));
            ours.filter_map(|row| Some(event(row, kind(&row.what)?))).collect()
        };
        let (refusals, alarms) = (of(HappenedKind::refused), of(HappenedKind::alarm));
        let cuts: Vec<CutSession> = happened
            .iter()
            .filter(|row| row.what == HappenedKind::Cut && covered(&row.operator))
            .map(|row| cut(row, about.in_force))
            .collect();
        for permit in &mut permits {
            permit.sessions =
                sessions.iter().filter(|stay| permit.led(stay)).map(|s| s.session.clone()).collect();
        }
        let permitted = |cut: &CutSession| {
            cut.session.as_deref().is_some_and(|id| permits.iter().any(|it| it.led_to(id)))
        };
        let (permit_cuts, cuts) = cuts.into_iter().partition(permitted);
        let exempt = |stay: &&Stay| about.exempt.contains(&stay.operator);
        let exempt_sessions: Vec<Stay> = sessions.iter().filter(exempt).cloned().collect();
        let mut report = Self {
            about,
            cuts,
            permit_cuts,
            refusals,
            permits,
            exempt_sessions,
            alarms,
            sessions,
            days: Vec::new(),
        };
        report.days = days(&report, zone, now);
        report
    }
}

impl OrderReport {
    /// How many sessions were cut, also where the rows of their ends could not be written.
    pub fn cut(&self) -> usize {
        let counted = usize::try_from(self.about.sessions_cut.unwrap_or_default()).unwrap_or_default();
        counted.max(self.cuts.len())
    }
}

impl HappenedKind {
    fn refused(&self) -> Option<String> {
        if let Self::Refused(what) = self { Some(what.clone()) } else { None }
    }

    fn alarm(&self) -> Option<String> {
        if let Self::Alarm(what) = self { Some(what.clone()) } else { None }
    }
}

impl Passed {
    fn led_to(&self, session: &str) -> bool {
        self.sessions.iter().any(|known| known.as_str() == session)
    }

    /// Was it this permit that the session could begin by?
    fn led(&self, stay: &Stay) -> bool {
        let Permit { operator, asset, until, .. } = &self.permit;
        let end = [*until, self.ended_at].into_iter().flatten().min();
        stay.operator == *operator
            && asset.as_ref().is_none_or(|asset| stay.asset == *asset)
            && self.given_at <= stay.started
            && end.is_none_or(|end| stay.started < end)
    }
}

fn event(row: &Happened, what: String) -> ReportedEvent {
    let Happened { at, operator, source, asset, .. } = row.clone();
    ReportedEvent { at, operator, source, asset, what }
}

fn cut(row: &Happened, in_force: Timestamp) -> CutSession {
    let after_ms = row.at.as_millisecond().saturating_sub(in_force.as_millisecond());
    let Happened { at, operator, source, asset, session, .. } = row.clone();
    CutSession { session, operator, source, asset, at, after_ms }
}

/// A lockdown that ends at midnight has no part of the day that begins then.
fn days(report: &OrderReport, zone: &TimeZone, now: Timestamp) -> Vec<Day> {
    let (from, to) = (report.about.in_force, report.about.over.unwrap_or(now));
    let end = to.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(to).max(from);
    let date = |at: Timestamp| zone.to_datetime(at).date();
    let days = std::iter::successors(Some(date(from)), |day| day.tomorrow().ok());
    let days = days.take_while(|day| *day <= date(end));
    let on =
        |day: Date, times: &mut dyn Iterator<Item = Timestamp>| times.filter(|at| date(*at) == day).count();
    days.map(|day| {
        let counts = [
            on(day, &mut report.cuts.iter().map(|cut| cut.at)),
            on(day, &mut report.refusals.iter().map(|refusal| refusal.at)),
            on(day, &mut passing(report)),
            on(day, &mut report.permits.iter().map(|permit| permit.given_at)),
            on(day, &mut report.alarms.iter().map(|alarm| alarm.at)),
        ];
        let [cut, refused, sessions, permits, alarms] = counts;
        let ended = on(day, &mut report.permit_cuts.iter().map(|cut| cut.at));
        Day { date: day, cut, refused, sessions, permits, alarms, quiet: counts == [0; 5] && ended == 0 }
    })
    .collect()
}

/// When the sessions of those whom nothing kept out began.
fn passing(report: &OrderReport) -> impl Iterator<Item = Timestamp> {
    let permitted = |stay: &Stay| report.permits.iter().any(|permit| permit.sessions.contains(&stay.session));
    let passing = move |stay: &&Stay| report.about.exempt.contains(&stay.operator) || permitted(stay);
    report.sessions.iter().filter(passing).map(|stay| stay.started)
}

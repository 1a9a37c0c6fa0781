//! A line for each day of a lockdown, quiet days too: who reads it sees that somebody looked.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::Report;

/// One day of it, in the gateway's time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Day {
    pub date: Date,
    pub cut: usize,
    pub refused: usize,
    /// Sessions that began: of exempt people, or by permit.
    pub sessions: usize,
    pub permits: usize,
    pub alarms: usize,
    /// Nothing of all this (零报告).
    pub quiet: bool,
}

/// A lockdown that ends at midnight has no part of the day that begins then.
pub(super) fn of(report: &Report, zone: &TimeZone, now: Timestamp) -> Vec<Day> {
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
        Day { date: day, cut, refused, sessions, permits, alarms, quiet: counts == [0; 5] }
    })
    .collect()
}

/// When the sessions of those whom nothing kept out began.
fn passing(report: &Report) -> impl Iterator<Item = Timestamp> {
    let permitted =
        |stay: &super::Stay| report.permits.iter().any(|permit| permit.sessions.contains(&stay.session));
    let passing = move |stay: &&super::Stay| report.about.exempt.contains(&stay.operator) || permitted(stay);
    report.sessions.iter().filter(passing).map(|stay| stay.started)
}

//! A report says what the rows say, and of a day without rows that it was quiet.

use jiff::tz::TimeZone;

use crate::domain::{PermitId, RecordingId, SessionId};
use crate::lockdown::report::*;
use crate::lockdown::tests::{now, order};
use crate::lockdown::{Permit, State};
use jiff::Timestamp;

fn at(hour: i64) -> Timestamp {
    now().checked_add(jiff::SignedDuration::from_hours(hour)).unwrap()
}

fn about(over: Option<Timestamp>) -> ReportedOrder {
    ReportedOrder {
        sessions_cut: None,
        lockdown: order(1, "all", "@oncall"),
        state: State::InForce,
        confirmed_by: None,
        in_force: at(0),
        over,
        lifted_by: None,
        lift_reason: None,
        covered: vec!["li-lei".parse().unwrap(), "han".parse().unwrap()],
        exempt: vec!["hua".parse().unwrap()],
        may_go_on: Vec::new(),
        stored: true,
    }
}

fn happened(hour: i64, operator: &str, what: HappenedKind) -> Happened {
    let (asset, session) = (Some("db1".to_owned()), None);
    Happened { at: at(hour), operator: operator.to_owned(), source: None, asset, session, what }
}

fn stay(number: u64, operator: &str, asset: &str, started: i64) -> Stay {
    Stay {
        session: SessionId::new(number, 0),
        operator: operator.parse().unwrap(),
        source: "10.0.0.1".to_owned(),
        asset: asset.parse().unwrap(),
        started: at(started),
        ended: None,
        recordings: vec![ReportedRecording {
            recording: RecordingId::new(number, 0),
            bytes: None,
            sha256: None,
        }],
    }
}

fn passed(asset: Option<&str>, given: i64, until: i64) -> Passed {
    Passed {
        permit: Permit {
            id: PermitId::new(1, 0),
            lockdown: order(1, "all", "").id,
            operator: "li-lei".parse().unwrap(),
            asset: asset.map(|name| name.parse().unwrap()),
            until: Some(at(until)),
            ticket: "T-1".to_owned(),
        },
        given_at: at(given),
        given_by: "qian".to_owned(),
        confirmed_by: None,
        ended_at: None,
        sessions: Vec::new(),
    }
}

fn report(over: Option<Timestamp>, rows: &[Happened], stays: Vec<Stay>, permits: Vec<Passed>) -> OrderReport {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    OrderReport::new(about(over), rows, stays, permits, &zone, at(60))
}

#[test]
fn rows_of_covered_people_count_and_cuts_are_timed() {
    let rows = [
        happened(0, "li-lei", HappenedKind::Cut),
        happened(1, "han", HappenedKind::Refused("login".into())),
        happened(1, "stranger", HappenedKind::Refused("login".into())),
        happened(2, "li-lei", HappenedKind::Alarm("break-glass".into())),
        happened(2, "stranger", HappenedKind::Cut),
    ];
    let report = report(None, &rows, vec![], vec![]);
    assert_eq!(
        report.cuts.iter().map(|cut| (cut.operator.as_str(), cut.after_ms)).collect::<Vec<_>>(),
        [("li-lei", 0)]
    );
    assert_eq!(report.refusals.iter().map(|row| row.operator.as_str()).collect::<Vec<_>>(), ["han"]);
    assert_eq!(report.alarms.len(), 1);
}

#[test]
fn a_permit_answers_for_the_sessions_that_it_led_to() {
    let stays = vec![
        stay(1, "li-lei", "db1", 1),
        stay(2, "li-lei", "db2", 1),
        stay(3, "li-lei", "db1", 4),
        stay(4, "han", "db1", 1),
        stay(5, "hua", "db2", 1),
    ];
    let report = report(None, &[], stays, vec![passed(Some("db1"), 1, 4)]);
    assert_eq!(report.permits[0].sessions, [SessionId::new(1, 0)]);
    assert_eq!(report.exempt_sessions.iter().map(|s| s.operator.as_str()).collect::<Vec<_>>(), ["hua"]);
    assert_eq!(report.sessions.len(), 5, "every session is listed with its recordings");
}

#[test]
fn every_day_has_a_line_and_a_quiet_one_says_so() {
    // 20:00 in Shanghai at first; the rows fall on the first and the third day.
    let rows = [
        happened(1, "han", HappenedKind::Refused("login".into())),
        happened(30, "li-lei", HappenedKind::Cut),
    ];
    let report_of = |over| report(over, &rows, vec![stay(1, "hua", "db1", 1)], vec![passed(None, 2, 3)]);
    let days = report_of(None).days;
    let dates: Vec<_> = days.iter().map(|day| day.date.to_string()).collect();
    assert_eq!(dates, ["2026-04-08", "2026-04-09", "2026-04-10", "2026-04-11"]);
    assert_eq!(days.iter().map(|day| day.quiet).collect::<Vec<_>>(), [false, true, false, true]);
    let first = &days[0];
    assert_eq!((first.refused, first.sessions, first.permits, first.cut), (1, 1, 1, 0));
    // Lifted at midnight: the day that begins then is not its.
    assert_eq!(report_of(Some(at(4))).days.len(), 1);
    assert_eq!(report_of(Some(at(5))).days.len(), 2);
    assert_eq!(report_of(Some(at(0))).days.len(), 1, "however short it was");
}

/// stranger 4: what a permit's end cut is not the order's doing, and does not count as its.
#[test]
fn a_cut_by_a_permits_end_is_told_apart() {
    let cut_of = |hour, number| Happened {
        session: Some(SessionId::new(number, 0).to_string()),
        ..happened(hour, "li-lei", HappenedKind::Cut)
    };
    let stays = vec![stay(1, "li-lei", "db1", -1), stay(2, "li-lei", "db1", 2)];
    let report = report(None, &[cut_of(0, 1), cut_of(4, 2)], stays, vec![passed(Some("db1"), 1, 4)]);
    assert_eq!(report.cuts.iter().map(|cut| cut.after_ms).collect::<Vec<_>>(), [0]);
    assert_eq!(report.permit_cuts.iter().map(|cut| cut.at).collect::<Vec<_>>(), [at(4)]);
    assert_eq!(report.days[0].cut, 1);
}

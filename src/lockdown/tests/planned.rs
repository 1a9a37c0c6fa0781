//! Periods and permits: what begins and ends by itself.

use super::*;
use crate::domain::PermitId;

fn at(hour: i8) -> Timestamp {
    now().checked_add(jiff::SignedDuration::from_hours(i64::from(hour))).unwrap()
}

fn worker() -> Person {
    Person::new("li-lei", "dba", "acme-db", Role::Operator)
}

/// From one hour to another.
fn period(name: &str, from: i8, until: i8, scope: &str) -> Period {
    let scope = Scope::parse(scope).unwrap();
    Period::new(name.parse().unwrap(), (at(from), at(until)), scope, Vec::new(), "holiday".into(), None)
}

fn permit(lockdown: &LockdownId, asset: Option<&str>, until: Option<i8>) -> Permit {
    Permit {
        id: PermitId::new(1, 1),
        lockdown: lockdown.clone(),
        operator: "li-lei".parse().unwrap(),
        asset: asset.map(|name| name.parse().unwrap()),
        until: until.map(at),
        ticket: "T-1".to_owned(),
    }
}

#[test]
fn a_period_covers_from_its_beginning_to_before_its_end() {
    let (worker, periods) = (worker(), [period("may", 2, 4, "all")]);
    let none = Lockdowns::default();
    let locks = none.with(&periods);
    for (hour, barred) in [(1, false), (2, true), (3, true), (4, false)] {
        assert_eq!(locks.bar(&worker.account(), None, at(hour)).is_some(), barred, "{hour}");
    }
    let (then, what) = locks.next_bar(&worker.account(), Some("db1"), at(0)).unwrap();
    assert_eq!((then, what.order.as_deref()), (at(2), Some("may")));
    assert_eq!(locks.next_bar(&worker.account(), Some("db1"), at(4)), None);
    let auditor = Person::new("zhou", "dba", "", Role::Auditor);
    assert_eq!(locks.next_bar(&auditor.account(), None, at(0)), None);
}

#[test]
fn the_next_change_is_the_first_of_all() {
    let periods = [period("may", 2, 4, "all"), period("oct", 6, 9, "all")];
    let mut ordered = Lockdowns::new(vec![Lockdown { until: Some(at(5)), ..order(1, "all", "") }]);
    ordered.permit(permit(&LockdownId::new(1, 0), None, Some(3)));
    let changes: Vec<_> =
        std::iter::successors(Some(at(0)), |last| ordered.with(&periods).changes_after(*last))
            .skip(1)
            .collect();
    assert_eq!(changes, [2, 3, 4, 5, 6, 9].map(at));
}

#[test]
fn a_permit_leads_past_its_own_lockdown_to_its_own_asset() {
    let worker = worker();
    let mut ordered = Lockdowns::new(vec![order(1, "all", "")]);
    ordered.permit(permit(&LockdownId::new(1, 0), Some("db1"), Some(2)));
    let bar = |ordered: &Lockdowns, who: &Person, asset: Option<&str>, hour| {
        ordered.with(&[]).bar(&who.account(), asset, at(hour)).is_some()
    };
    assert!(!bar(&ordered, &worker, None, 0), "may log in");
    assert!(!bar(&ordered, &worker, Some("db1"), 0));
    assert!(bar(&ordered, &worker, Some("db2"), 0));
    assert!(bar(&ordered, &worker, Some("db1"), 2), "it ends by itself");
    let other = Person::new("wang-fang", "dba", "", Role::Operator);
    assert!(bar(&ordered, &other, Some("db1"), 0));
    ordered.insert(order(2, "vendor:acme-db", ""));
    assert!(bar(&ordered, &worker, Some("db1"), 0), "another order covers as well");
    ordered.permit(permit(&LockdownId::new(2, 0), None, None));
    assert!(!bar(&ordered, &worker, Some("db1"), 0));
    ordered.remove(&LockdownId::new(1, 0));
    assert_eq!(ordered.permits().count(), 1, "what led past it went with it");
}

#[test]
fn the_end_of_a_permit_is_the_next_bar() {
    let worker = worker();
    let mut ordered = Lockdowns::new(vec![order(1, "all", "")]);
    ordered.permit(permit(&LockdownId::new(1, 0), Some("db1"), Some(2)));
    let next = |ordered: &Lockdowns, asset| {
        ordered.with(&[]).next_bar(&worker.account(), asset, at(0)).map(|(then, _)| then)
    };
    assert_eq!(next(&ordered, Some("db1")), Some(at(2)));
    ordered.permit(permit(&LockdownId::new(1, 0), None, Some(3)));
    assert_eq!(next(&ordered, Some("db1")), Some(at(3)), "the longer one counts");
    assert_eq!(ordered.drop_permits(at(2)).len(), 1);
    assert_eq!(ordered.permits().count(), 1);
    // What ends while nothing covers changes nothing.
    let mut ended = Lockdowns::new(vec![Lockdown { until: Some(at(1)), ..order(1, "all", "") }]);
    ended.permit(permit(&LockdownId::new(1, 0), None, Some(2)));
    assert_eq!(next(&ended, None), None);
}

#[test]
fn a_period_that_was_lifted_does_not_count_until_it_is_held_again() {
    let (worker, may) = (worker(), [period("may", 0, 4, "all")]);
    let mut ordered = Lockdowns::default();
    ordered.lift(&may[0].lockdown.id);
    assert_eq!(ordered.with(&may).bar(&worker.account(), None, at(1)), None);
    let again = [period("may", 1, 4, "all")];
    assert!(ordered.with(&again).bar(&worker.account(), None, at(1)).is_some());
    assert_ne!(may[0].lockdown.id, again[0].lockdown.id);
    assert_eq!(
        may[0].lockdown.id,
        period("may", 0, 9, "@dba").lockdown.id,
        "the same beginning, the same id"
    );
}

#[test]
fn lockdowns_are_found_by_id_and_periods_by_name() {
    let periods = [period("may", 2, 4, "all")];
    let ordered = Lockdowns::new(vec![order(1, "all", "")]);
    let locks = ordered.with(&periods);
    let state = |id: &str, hour| locks.find(id, at(hour)).map(|(_, state)| state);
    assert_eq!(state(LockdownId::new(1, 0).as_str(), 0), Some(State::InForce));
    for (hour, want) in [(0, State::Planned), (2, State::InForce), (4, State::Ended)] {
        assert_eq!(state("may", hour), Some(want));
        assert_eq!(state(periods[0].lockdown.id.as_str(), hour), Some(want));
    }
    assert_eq!(state("june", 2), None);
}

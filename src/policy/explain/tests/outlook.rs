//! Until when an answer stays as it is, and what changes it.

use super::*;

#[test]
fn a_decision_stays_until_it_is_said_to_change() {
    let (policy, none) = (table(), Lockdowns::default());
    let (mut changes, mut stays) = (0, 0);
    for line in TABLE.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let request = parse_request(&case["request"].to_string()).unwrap();
        let explanation = explain(&policy, &none, &request);
        let allowed = allows(&explanation.decision);
        let at = |at: Timestamp| allows(&policy.decide(&Request { at, ..request.clone() }, &none));
        let mut last = request.at + SignedDuration::from_hours(24 * 40);
        if let Outlook::Changes(change) = &explanation.outlook {
            assert_ne!(at(change.at), allowed, "{line}");
            assert_eq!(at(change.at - SignedDuration::from_secs(1)), allowed, "{line}");
            assert_eq!(at(change.at - SignedDuration::from_nanos(1)), allowed, "{line}");
            assert!(change.at > request.at && !change.because.is_empty(), "{line}");
            last = last.min(change.at - SignedDuration::from_nanos(1));
            changes += 1;
        } else {
            stays += 1;
        }
        let mut step = request.at;
        while step < last {
            assert_eq!(at(step), allowed, "{line} {step} {:?}", explanation.outlook);
            step += SignedDuration::from_mins(30);
        }
    }
    assert!(changes > 40 && stays > 40, "{changes} {stays}");
}

fn outlook(policy: &Policy, lockdowns: &Lockdowns, line: &str) -> String {
    match explain(policy, lockdowns, &request(line)).outlook {
        Outlook::Changes(change) => {
            let then = if allows(&change.then) { "allow" } else { "deny" };
            format!("{then} {}: {}", wall(change.at, &shanghai()), change.because.join(", "))
        }
        Outlook::Stays => "stays".to_owned(),
        Outlook::NotInSight => "not in sight".to_owned(),
    }
}

#[test]
fn the_next_change_is_told_with_its_cause() {
    let (policy, none) = (table(), Lockdowns::default());
    for (line, want) in [
        (
            "li-lei 10.99.0.1 db1 root shell 2026-04-30T12:00:00",
            "allow 2026-04-30 22:00 +08:00: schedule night-window of asset db1 opens",
        ),
        (
            "wang-fang 10.99.0.1 db1 oracle shell 2026-04-30T23:30:00",
            "deny 2026-05-01 06:00 +08:00: schedule night-window of asset db1 closes",
        ),
        (
            "wang-fang 8.8.8.8 db2 oracle shell 2026-04-01T00:00:00",
            "allow 2026-04-08 00:00 +08:00: `valid` of operator wang-fang begins",
        ),
        (
            "wang-fang 8.8.8.8 db2 oracle shell 2026-05-01T00:00:00",
            "deny 2027-01-01 00:00 +08:00: `valid` of operator wang-fang ends",
        ),
        (
            "wang-fang 8.8.8.8 web1 deploy shell 2026-05-01T12:00:00",
            "allow 2026-05-06 08:30 +08:00: schedule work-hours of rule web-deploy opens",
        ),
        ("wang-fang 8.8.8.8 db2 oracle shell 2027-02-01T00:00:00", "stays"),
        ("wang-fang 8.8.8.8 db2 root shell 2026-05-01T00:00:00", "stays"),
        ("wang-fang 203.0.113.200 db1 oracle shell 2026-05-01T00:00:00", "stays"),
        ("li-lei 8.8.8.8 db1 root shell 2026-04-30T12:00:00", "stays"),
        ("sun-wei 8.8.8.8 db1 root shell 2026-04-30T12:00:00", "stays"),
        ("zhou-audit 8.8.8.8 db1 root shell 2026-04-30T12:00:00", "stays"),
        ("nobody 8.8.8.8 db1 root shell 2026-04-30T12:00:00", "stays"),
        ("li-lei 10.99.0.1 nothing root shell 2026-04-30T12:00:00", "stays"),
    ] {
        assert_eq!(outlook(&policy, &none, line), want, "{line}");
    }
}

const HOURS: &str = "[schedule.day]\nopen=['daily 08:00-18:00']\n[schedule.noon]\nopen=['daily 12:00-13:00']\n\
    [schedule.always]\nopen=['daily 00:00-24:00']\n[schedule.gone]\nopen=['daily 08:00-18:00']\nclosed=['2026-01-01..2029-01-01']\n\
    [operator.a]\n[asset.x]\naddress='x:22'\nlogins=['root']\n";

#[test]
fn hours_that_settle_nothing_are_not_told() {
    let rule = |id: &str, effect: &str, schedule: &str| {
        let schedule = if schedule.is_empty() { String::new() } else { format!("schedule='{schedule}'\n") };
        format!("[[rule]]\nid='{id}'\neffect='{effect}'\n{schedule}")
    };
    let line = "a 8.8.8.8 x root shell 2026-04-30T09:00:00";
    for (rules, want) in [
        // One rule allows at every hour: that another closes is no change.
        (rule("r", "allow", "") + &rule("s", "allow", "day"), "stays"),
        (
            rule("r", "allow", "") + &rule("s", "deny", "noon"),
            "deny 2026-04-30 12:00 +08:00: schedule noon of rule s opens",
        ),
        (
            rule("r", "allow", "noon") + &rule("s", "allow", "day"),
            "deny 2026-04-30 18:00 +08:00: schedule day of rule s closes",
        ),
        (
            rule("r", "allow", "day") + &rule("s", "allow", "day"),
            "deny 2026-04-30 18:00 +08:00: schedule day of rule r, rule s closes",
        ),
        (rule("r", "allow", "always"), "not in sight"),
        (rule("r", "allow", "gone"), "not in sight"),
        (rule("r", "allow", "day") + &rule("s", "deny", ""), "stays"),
        (rule("r", "deny", "day"), "stays"),
    ] {
        let policy = loaded_text(&format!("{HOURS}{rules}"));
        assert_eq!(outlook(&policy, &Lockdowns::default(), line), want, "{rules}");
    }
}

fn orders(untils: &[Option<&str>]) -> Lockdowns {
    let order = |(number, until): (usize, &Option<&str>)| Lockdown {
        id: LockdownId::new(1, number as u64),
        reason: "drill".to_owned(),
        order: None,
        scope: Scope::All,
        except: Vec::new(),
        started_at: "2026-04-08T00:00:00Z".parse().unwrap(),
        started_by: "qian-security".to_owned(),
        until: until.map(|until| until.parse().unwrap()),
        held: Default::default(),
    };
    Lockdowns::new(untils.iter().enumerate().map(order).collect())
}

#[test]
fn a_lockdown_ends_with_the_last_order() {
    let policy = table();
    let line = "wang-fang 8.8.8.8 db2 oracle shell 2026-05-01T00:00:00";
    let (early, late) = (Some("2026-05-02T00:00:00Z"), Some("2026-05-03T00:00:00Z"));
    let told = outlook(&policy, &orders(&[early, late]), line);
    assert!(
        told.starts_with("allow 2026-05-03 08:00 +08:00: lockdown ") && told.ends_with(" ends"),
        "{told}"
    );
    assert_eq!(outlook(&policy, &orders(&[early, None]), line), "stays");
    let lockdowns = orders(&[None]);
    let explanation = explain(&policy, &lockdowns, &request(line));
    let check = explanation.checks.iter().find(|check| !check.passed).unwrap();
    assert_eq!(check.reason, Reason::Lockdown);
    assert!(check.compared.contains("(drill) covers the account until it is lifted"), "{}", check.compared);
}

#[test]
fn an_account_disabled_by_hand_is_told_and_stays_so() {
    let (policy, lockdowns, zone) = (table(), Lockdowns::default(), shanghai());
    let request = request("wang-fang 8.8.8.8 db2 oracle shell 2026-05-01T00:00:00");
    let beside = Beside { lockdowns: &lockdowns, disabled: Some("left the vendor"), zone: &zone };
    let denied = |_: &Request| Decision::Deny(Reason::OperatorDisabled.into());
    let explanation = policy.explain(&request, &beside, denied);
    let check = explanation.checks.iter().find(|check| !check.passed).unwrap();
    assert_eq!(
        (check.reason, &*check.compared),
        (Reason::OperatorDisabled, "disabled by hand: left the vendor")
    );
    assert_eq!(explanation.outlook, Outlook::Stays);
}

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::super::batch::parse_request;
use super::super::tests::{loaded_text, shanghai, table};
use super::*;
use crate::domain::{LockdownId, Protocol, Via};
use crate::lockdown::{Lockdown, Scope};
use crate::policy::{Field, Reason};

const TABLE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/decisions.jsonl"));

fn explain(policy: &Policy, lockdowns: &Lockdowns, request: &Request) -> Explanation {
    let zone = shanghai();
    let beside = Beside { lockdowns, disabled: None, zone: &zone };
    policy.explain(request, &beside, |request| policy.decide(request, lockdowns))
}

fn request(line: &str) -> Request {
    let words: Vec<&str> = line.split(' ').collect();
    let [operator, source, asset, login, protocol, at] = words[..] else { panic!("{line}") };
    let line = serde_json::json!({
        "operator": operator, "source": source, "asset": asset, "login": login, "protocol": protocol,
        "at": format!("{at}+08:00"),
    });
    parse_request(&line.to_string()).unwrap()
}

fn allows(decision: &Decision) -> bool {
    matches!(decision, Decision::Allow(_))
}

#[test]
fn an_explanation_says_what_the_decision_says() {
    let (policy, none) = (table(), Lockdowns::default());
    for line in TABLE.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let request = parse_request(&case["request"].to_string()).unwrap();
        let explanation = explain(&policy, &none, &request);
        assert_eq!(explanation.decision, policy.decide(&request, &none), "{line}");
        let failed = explanation.checks.iter().find(|check| !check.passed).map(|check| check.reason);
        let of = |effect: &str| -> Vec<String> {
            let matching = explanation.rules.iter().filter(|r| r.matches && r.effect.as_str() == effect);
            matching.map(|rule| rule.id.to_string()).collect()
        };
        match &explanation.decision {
            Decision::Allow(allowance) => {
                assert_eq!(failed, None, "{line}");
                assert_eq!(of("allow"), allowance.rules.iter().map(ToString::to_string).collect::<Vec<_>>());
                assert_eq!(allowance.until.is_some(), !explanation.origins.until.is_empty(), "{line}");
                assert_eq!(allowance.max_session.is_some(), !explanation.origins.max_session.is_empty());
            }
            Decision::Deny(denial) => {
                assert_eq!(failed, Some(denial.reason), "{line}");
                assert_eq!(explanation.origins, Origins::default(), "{line}");
                if denial.reason == Reason::Rule {
                    assert_eq!(of("deny"), denial.rules.iter().map(ToString::to_string).collect::<Vec<_>>());
                }
            }
        }
    }
}

/// Asks the decision itself, every half hour and shortly before the change.
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

#[test]
fn checks_say_what_they_compared() {
    let (policy, none) = (table(), Lockdowns::default());
    for (line, reason, want) in [
        (
            "li-lei 10.1.2.3 db1 root shell 2026-04-30T23:00:00",
            Reason::OperatorSource,
            "10.1.2.3 is not in 203.0.113.0/24, 2001:db8:10::/48, 10.99.0.0/16",
        ),
        (
            "li-lei ::ffff:10.1.2.3 db1 root shell 2026-04-30T23:00:00",
            Reason::OperatorSource,
            "10.1.2.3 is not in 203.0.113.0/24, 2001:db8:10::/48, 10.99.0.0/16",
        ),
        (
            "li-lei 10.99.0.1 db1 root shell 2026-04-30T12:00:00",
            Reason::OperatorSchedule,
            "oncall-hours is closed on Thu 2026-04-30 12:00:00 (Asia/Shanghai)",
        ),
        (
            "wang-fang 8.8.8.8 db2 oracle shell 2027-02-01T00:00:00",
            Reason::OperatorValidity,
            "valid from 2026-04-08 00:00 +08:00 until 2027-01-01 00:00 +08:00",
        ),
        (
            "wang-fan 8.8.8.8 db2 oracle shell 2026-05-01T00:00:00",
            Reason::OperatorUnknown,
            "there is no operator \"wang-fan\": did you mean \"wang-fang\"?",
        ),
        (
            "wang-fang 8.8.8.8 db22 oracle shell 2026-05-01T00:00:00",
            Reason::AssetUnknown,
            "there is no asset \"db22\": did you mean \"db2\"?",
        ),
        (
            "wang-fang 8.8.8.8 db2 oracel shell 2026-05-01T00:00:00",
            Reason::AssetLogin,
            "there is no login \"oracel\": did you mean \"oracle\"? db2 has oracle",
        ),
        (
            "zhou-audit 8.8.8.8 db2 oracle shell 2026-05-01T00:00:00",
            Reason::OperatorRole,
            "the role is auditor; only operator reaches assets",
        ),
        (
            "wang-fang 203.0.113.200 db1 oracle shell 2026-04-30T23:00:00",
            Reason::Rule,
            "denies: no-prod-from-roof-net",
        ),
        (
            "wang-fang 8.8.8.8 db1 root shell 2026-04-30T23:00:00",
            Reason::NoRule,
            "no rule that allows matches",
        ),
    ] {
        let explanation = explain(&policy, &none, &request(line));
        let check = explanation.checks.iter().find(|check| !check.passed).unwrap();
        assert_eq!((check.reason, &*check.compared), (reason, want), "{line}");
    }
}

#[test]
fn rules_tell_the_fields_that_fail_and_the_nearest_come_first() {
    let (policy, none) = (table(), Lockdowns::default());
    let request = request("wang-fang 8.8.8.8 db1 root sftp 2026-04-30T23:00:00");
    let rules = explain(&policy, &none, &request).rules;
    assert!(rules.windows(2).all(|two| two[0].matches || two[0].fields.len() <= two[1].fields.len()));
    assert_eq!(rules.len(), policy.rules().count());
    let told = |id: &str, field: Field| {
        let rule = rules.iter().find(|rule| rule.id.as_str() == id).unwrap();
        rule.fields.iter().find(|one| one.field == field).map(|one| one.compared.clone())
    };
    for (id, field, want) in [
        ("dba-prod", Field::Logins, "root is not in oracle"),
        ("dba-prod", Field::Protocols, "sftp is not in shell, exec"),
        ("oncall-root", Field::Operators, "wang-fang (@dba, vendor:acme-db) is not in @oncall"),
        ("oncall-root", Field::Sources, "8.8.8.8 is not in 10.99.0.0/16"),
        ("dba-files-staging", Field::Assets, "db1 (@oracle, @prod) is not in @staging"),
        ("web-deploy", Field::MaxDanger, "db1 has danger high, more than medium"),
        ("web-deploy", Field::Schedule, "work-hours is closed on Thu 2026-04-30 23:00:00 (Asia/Shanghai)"),
    ] {
        assert_eq!(told(id, field).as_deref(), Some(want), "{id} {field}");
    }
    assert_eq!(told("dba-prod", Field::Operators), None);
}

#[test]
fn files_and_forwards_tell_what_a_rule_without_them_allows() {
    let policy = loaded_text(
        "[operator.a]\n[asset.x]\naddress='x:22'\nlogins=['root']\n[[rule]]\nid='r'\neffect='allow'\n\
         [[rule]]\nid='s'\neffect='allow'\nfiles=['list','download']\nforward_to=['a:1']\nvia=['tunnel']",
    );
    let told = |more: &str| {
        let line = format!(
            r#"{{"operator":"a","source":"::1","asset":"x","login":"root","at":"2026-04-08T12:00:00Z",{more}}}"#
        );
        let rules = explain(&policy, &Lockdowns::default(), &parse_request(&line).unwrap()).rules;
        let fields = rules.iter().flat_map(|rule| rule.fields.iter().map(|one| one.compared.clone()));
        fields.collect::<Vec<_>>().join("; ")
    };
    assert_eq!(
        told(r#""protocol":"sftp","file":"upload""#),
        "upload is not in list, all that a rule without `files` allows; direct is not in tunnel; upload is not in list, download"
    );
    assert_eq!(
        told(r#""protocol":"forward","forward_to":"b:1""#),
        "a rule without `forward_to` allows no forward; direct is not in tunnel; b:1 is not in a:1"
    );
}

#[test]
fn conditions_are_traced_to_their_rules() {
    let policy = loaded_text(
        "[schedule.day]\nopen=['daily 08:00-18:00']\n\
         [operator.a]\n[asset.x]\naddress='x:22'\nlogins=['root']\nschedule='day'\n\
         [commands.one]\nmode='guard'\ndefault='allow'\nopaque='allow'\n\
         [[rule]]\nid='p'\neffect='allow'\nmax_session='1h'\ncommands=['one']\n\
         [[rule]]\nid='q'\neffect='allow'\nmax_session='1h'\nidle='5m'\napproval=true\n\
         [[rule]]\nid='r'\neffect='allow'\nidle='9m'\nschedule='day'\ncommands=['one']",
    );
    let origins = |at: &str| {
        explain(&policy, &Lockdowns::default(), &request(&format!("a ::1 x root shell 2026-04-30T{at}")))
            .origins
    };
    let names = |ids: &[crate::domain::RuleId]| ids.iter().map(ToString::to_string).collect::<String>();
    let early = origins("09:00:00.5");
    assert_eq!(
        (names(&early.max_session), names(&early.idle), names(&early.approval)),
        ("pq".into(), "q".into(), "q".into())
    );
    assert_eq!(early.commands.values().map(|ids| names(ids)).collect::<Vec<_>>(), ["pr"]);
    assert_eq!(early.until, ["max_session"]);
    assert_eq!(origins("17:30:00").until, ["schedule day of asset x", "schedule day of rule r"]);
}

fn inquiry(operator: Option<&str>, asset: Option<&str>, at: &str) -> Inquiry {
    Inquiry {
        operator: operator.map(ToOwned::to_owned),
        asset: asset.map(ToOwned::to_owned),
        login: None,
        source: None,
        via: Via::Direct,
        protocol: None,
        file: None,
        forward_to: None,
        at: format!("{at}+08:00").parse().unwrap(),
        denied: false,
    }
}

fn accesses(policy: &Policy, inquiry: &Inquiry) -> Vec<String> {
    let none = Lockdowns::default();
    let found = policy.accesses(inquiry, |request| policy.decide(request, &none)).unwrap();
    let list = |ranges: &[ipnetwork::IpNetwork]| compare::list(ranges);
    let tell = |access: &Access| {
        let Access { operator, asset, login, protocol, files, from, except, decision, .. } = access;
        let how = match decision {
            Decision::Allow(allowance) => compare::list(&allowance.rules),
            Decision::Deny(denial) => format!("!{} {}", denial.reason, compare::list(&denial.rules)),
        };
        let used = format!("{files:?} {}", compare::list(&access.forward_to));
        format!(
            "{operator} {login}@{asset} {protocol} {used} from {} but {}: {how}",
            list(from),
            list(except)
        )
    };
    found.iter().map(tell).collect()
}

#[test]
fn everybody_who_may_reach_an_asset_is_told_with_the_sources() {
    let policy = table();
    let who = inquiry(None, Some("db1"), "2026-04-30T23:00:00");
    assert_eq!(
        accesses(&policy, &who),
        [
            "li-lei oracle@db1 shell []  from 10.99.0.0/16, 203.0.113.0/25, 2001:db8:10::/48 but : dba-prod",
            "li-lei oracle@db1 exec []  from 10.99.0.0/16, 203.0.113.0/25, 2001:db8:10::/48 but : dba-prod",
            "li-lei root@db1 shell []  from 10.99.0.0/16 but : oncall-root",
            "wang-fang oracle@db1 shell []  from 0.0.0.0/0, ::/0 but 203.0.113.128/25: dba-prod",
            "wang-fang oracle@db1 exec []  from 0.0.0.0/0, ::/0 but 203.0.113.128/25: dba-prod",
        ]
    );
    let from = |source: &str| Inquiry { source: Some(source.parse().unwrap()), ..who.clone() };
    assert_eq!(accesses(&policy, &from("203.0.113.200")), Vec::<String>::new());
    assert_eq!(accesses(&policy, &from("10.99.1.1")).len(), 5);
    let root = Inquiry { login: Some("root".to_owned()), protocol: Some(Protocol::Shell), ..who.clone() };
    assert_eq!(accesses(&policy, &root).len(), 1);
    let noon = inquiry(None, Some("db1"), "2026-04-30T12:00:00");
    assert!(accesses(&policy, &noon).is_empty());
}

#[test]
fn everything_that_an_operator_may_reach_is_told_with_files_and_forwards() {
    let policy = table();
    let what = inquiry(Some("wang-fang"), None, "2026-04-30T12:00:00");
    assert_eq!(
        accesses(&policy, &what),
        [
            "wang-fang oracle@db2 shell []  from 0.0.0.0/0, ::/0 but : dba-prod",
            "wang-fang oracle@db2 exec []  from 0.0.0.0/0, ::/0 but : dba-prod",
            "wang-fang oracle@db2 sftp [List, Download, Upload]  from 0.0.0.0/0, ::/0 but : dba-files-staging",
            "wang-fang oracle@db2 scp [List, Download, Upload]  from 0.0.0.0/0, ::/0 but : dba-files-staging",
            "wang-fang deploy@web1 shell []  from 0.0.0.0/0, ::/0 but 203.0.113.128/25: web-deploy",
            "wang-fang deploy@web1 exec []  from 0.0.0.0/0, ::/0 but 203.0.113.128/25: web-deploy",
            "wang-fang deploy@web1 sftp [List]  from 0.0.0.0/0, ::/0 but 203.0.113.128/25: web-deploy",
            "wang-fang deploy@web1 scp [List]  from 0.0.0.0/0, ::/0 but 203.0.113.128/25: web-deploy",
            "wang-fang deploy@web1 forward [] 127.0.0.1:8080, [::1]:8080 from 0.0.0.0/0, ::/0 but 203.0.113.128/25: web-deploy",
        ]
    );
    let file = |file| Inquiry { file: Some(file), ..what.clone() };
    assert_eq!(accesses(&policy, &file(crate::domain::FileAccess::Upload)).len(), 2);
    assert_eq!(accesses(&policy, &file(crate::domain::FileAccess::Change)).len(), 0);
}

#[test]
fn sources_with_other_conditions_are_told_apart() {
    let policy = loaded_text(
        "[operator.a]\nsources=['10.0.0.0/8']\n[asset.x]\naddress='x:22'\nlogins=['root']\n\
         [[rule]]\nid='r'\neffect='allow'\nprotocols=['shell']\n\
         [[rule]]\nid='s'\neffect='allow'\nprotocols=['shell']\nsources=['10.1.0.0/16','11.0.0.0/8']\napproval=true",
    );
    assert_eq!(
        accesses(&policy, &inquiry(Some("a"), None, "2026-04-30T12:00:00")),
        [
            "a root@x shell []  from 10.0.0.0/8 but 10.1.0.0/16: r",
            "a root@x shell []  from 10.1.0.0/16 but : r, s",
        ]
    );
}

#[test]
fn what_is_denied_is_told_where_it_is_asked_for() {
    let policy = table();
    let who = Inquiry {
        denied: true,
        protocol: Some(Protocol::Shell),
        login: Some("root".to_owned()),
        ..inquiry(None, Some("db1"), "2026-04-30T12:00:00")
    };
    assert_eq!(
        accesses(&policy, &who),
        [
            "li-lei root@db1 shell []  from  but : !operator-schedule ",
            "qian-security root@db1 shell []  from  but : !operator-role ",
            "sun-wei root@db1 shell []  from  but : !operator-disabled ",
            "wang-fang root@db1 shell []  from  but : !asset-schedule ",
            "zhao-min root@db1 shell []  from  but : !asset-schedule ",
            "zhou-audit root@db1 shell []  from  but : !operator-role ",
        ]
    );
    let night = Inquiry {
        login: Some("oracle".to_owned()),
        operator: Some("wang-fang".to_owned()),
        source: Some("203.0.113.200".parse().unwrap()),
        at: "2026-04-30T23:00:00+08:00".parse().unwrap(),
        ..who
    };
    assert_eq!(
        accesses(&policy, &night),
        ["wang-fang oracle@db1 shell []  from 203.0.113.200/32 but : !rule no-prod-from-roof-net"]
    );
}

#[test]
fn names_that_nobody_has_are_refused() {
    let policy = table();
    let refused = |inquiry: &Inquiry| {
        policy.accesses(inquiry, |_| Decision::Deny(Reason::NoRule.into())).unwrap_err().to_string()
    };
    let at = "2026-04-30T12:00:00";
    assert_eq!(
        refused(&inquiry(Some("lilei"), None, at)),
        "there is no operator \"lilei\": did you mean \"li-lei\"?"
    );
    assert_eq!(refused(&inquiry(None, Some("mainframe"), at)), "there is no asset \"mainframe\"");
    let login = Inquiry { login: Some("rot".to_owned()), ..inquiry(None, Some("db1"), at) };
    assert_eq!(refused(&login), "there is no login \"rot\": did you mean \"root\"?");
}

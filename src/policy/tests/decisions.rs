//! Every line of the table, and what the table does not hold.

use serde_json::Value;

use super::super::batch::decide_line;
use super::*;
use crate::domain::{LockdownId, Protocol, Via};
use crate::lockdown::{Lockdown, Lockdowns, Scope, parse_except};

const TABLE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/decisions.jsonl"));

fn check_table(policy: &Policy) {
    let mut wrong = Vec::new();
    for (number, line) in TABLE.lines().enumerate() {
        let case: Value = serde_json::from_str(line).unwrap();
        let answer = decide_line(policy, &Lockdowns::default(), &case["request"].to_string());
        if serde_json::from_str::<Value>(&answer).unwrap() != case["expect"] {
            wrong.push(format!(
                "line {}: {}\n  want {}\n  got  {answer}",
                number + 1,
                case["request"],
                case["expect"]
            ));
        }
    }
    assert!(wrong.is_empty(), "{} mismatches\n{}", wrong.len(), wrong.join("\n"));
    assert!(TABLE.lines().count() > 180);
}

#[test]
fn every_line_of_the_table_is_decided_as_written() {
    check_table(&loaded(&table_files()));
}

#[test]
fn our_own_example_decides_the_same() {
    check_table(&loaded(&example_files()));
}

fn order(scope: &str, except: &str) -> Lockdowns {
    Lockdowns::new(vec![Lockdown {
        id: LockdownId::new(1, 1),
        reason: "drill".to_owned(),
        order: None,
        scope: Scope::parse(scope).unwrap(),
        except: parse_except(except).unwrap(),
        started_at: "2026-04-08T00:00:00Z".parse().unwrap(),
        started_by: "qian-security".to_owned(),
        until: None,
        held: Default::default(),
    }])
}

fn answer(policy: &Policy, lockdowns: &Lockdowns, request: &str) -> Value {
    serde_json::from_str(&decide_line(policy, lockdowns, request)).unwrap()
}

#[test]
fn a_lockdown_comes_after_validity_and_before_sources() {
    let policy = loaded(&table_files());
    let reason = |lockdowns: &Lockdowns, operator: &str| {
        let request = format!(
            r#"{{"operator":"{operator}","source":"8.8.8.8","asset":"db2","login":"oracle","protocol":"shell","at":"2026-09-10T22:00:00+08:00"}}"#
        );
        answer(&policy, lockdowns, &request)["reason"].as_str().unwrap().to_owned()
    };
    assert_eq!(reason(&order("all", ""), "zhao-min"), "operator-validity");
    assert_eq!(reason(&order("all", ""), "li-lei"), "lockdown");
    assert_eq!(reason(&order("all", "@oncall"), "li-lei"), "operator-source");
    assert_eq!(reason(&order("vendor:acme-db", ""), "wang-fang"), "lockdown");
    assert_eq!(reason(&order("all", ""), "zhou-audit"), "operator-role");
    assert_eq!(reason(&order("all", ""), "nobody"), "operator-unknown");
}

#[test]
fn lines_that_are_no_request_are_told_so() {
    let policy = loaded(&table_files());
    let good = r#"{"operator":"wang-fang","source":"8.8.8.8","asset":"db2","login":"oracle","protocol":"sftp","at":"2026-04-08T12:00:00+08:00"}"#;
    let ask = |request: &str| answer(&policy, &Lockdowns::default(), request);
    assert_eq!(ask(good)["decision"], "allow");
    let swaps = [
        ("8.8.8.8", "8.8.8"),
        ("sftp", "ftp"),
        ("+08:00", ""),
        ("+08:00", "+08:00[Asia/Shanghai]"),
        ("T12", "T25"),
        ("+08:00", "+0800"),
        ("\"asset\"", "\"assets\""),
        ("\"login\":\"oracle\",", ""),
        ("{", "["),
        ("2026-04-08", "2026-02-30"),
        ("sftp\"", "shell\",\"file\":\"list\""),
        ("sftp\"", "shell\",\"forward_to\":\"a:1\""),
        ("sftp", "forward"),
        ("sftp\"", "forward\",\"forward_to\":\"a\""),
        ("sftp\"", "sftp\",\"file\":\"read\""),
        ("sftp\"", "sftp\",\"via\":\"moon\""),
        ("}", "} {}"),
    ];
    for (from, to) in swaps {
        let request = good.replacen(from, to, 1);
        assert!(ask(&request)["error"].is_string(), "{request}");
    }
    assert!(ask("")["error"].is_string());
    assert_eq!(
        ask(&good.replacen("sftp\"", "sftp\",\"file\":null,\"forward_to\":null,\"via\":\"tls\"", 1))["decision"],
        "allow"
    );
}

#[test]
fn conditions_add_up_and_the_strictest_wins() {
    let policy = loaded_text(
        "[operator.a]\n[asset.x]\naddress='x:22'\nlogins=['root']\n\
         [commands.one]\nmode='guard'\ndefault='allow'\nopaque='allow'\n[commands.two]\nmode='guard'\ndefault='allow'\nopaque='allow'\n\
         [[rule]]\nid='b'\neffect='allow'\ncommands=['two','one']\nmax_session='2h'\nidle='10m'\n\
         [[rule]]\nid='a'\neffect='allow'\ncommands=['one']\nmax_session='1h'\nidle='1h'\napproval=true",
    );
    let request = r#"{"operator":"a","source":"::1","asset":"x","login":"root","protocol":"shell","at":"2026-04-08T12:00:00.9Z"}"#;
    assert_eq!(
        decide_line(&policy, &Lockdowns::default(), request),
        r#"{"decision":"allow","reason":"rule","rules":["a","b"],"approval":true,"commands":["one","two"],"max_session":3600,"idle":600,"until":"2026-04-08T13:00:00Z"}"#
    );
}

#[test]
fn a_deny_rule_tells_its_reason() {
    let policy = loaded(&table_files());
    let request = r#"{"operator":"wang-fang","source":"203.0.113.200","asset":"web1","login":"deploy","protocol":"sftp","file":"upload","at":"2026-04-08T12:00:00Z"}"#;
    let request = super::super::batch::parse_request(request).unwrap();
    let Decision::Deny(denial) = policy.decide(&request, &Lockdowns::default()) else { panic!("allowed") };
    assert_eq!(denial.reason, Reason::Rule);
    assert_eq!(denial.text.as_deref(), Some("the guest network may not reach production"));
}

#[test]
fn admission_is_for_every_role_and_says_when_it_ends() {
    let policy = loaded(&table_files());
    let at = "2026-04-08T12:00:00.5+08:00".parse().unwrap();
    let admit = |name: &str, source: &str, lockdowns: &Lockdowns| {
        let admission = policy.admit(name, source.parse().unwrap(), at, lockdowns);
        admission
            .map(|admission| admission.until.map(|until| until.to_string()))
            .map_err(|denial| denial.reason)
    };
    let none = Lockdowns::default();
    assert_eq!(admit("zhou-audit", "8.8.8.8", &none), Ok(None));
    assert_eq!(admit("zhou-audit", "8.8.8.8", &order("all", "")), Ok(None));
    assert_eq!(admit("zhou-audit", "8.8.8.8", &order("zhou-audit", "")), Err(Reason::Lockdown));
    assert_eq!(admit("wang-fang", "8.8.8.8", &none), Ok(Some("2026-12-31T16:00:00Z".to_owned())));
    assert_eq!(admit("li-lei", "8.8.8.8", &none), Err(Reason::OperatorSource));
    assert_eq!(admit("li-lei", "10.99.0.1", &none), Err(Reason::OperatorSchedule));
    assert_eq!(admit("sun-wei", "10.99.0.1", &none), Err(Reason::OperatorDisabled));
    assert_eq!(admit("root", "10.99.0.1", &none), Err(Reason::OperatorUnknown));
}

#[test]
fn a_menu_shows_what_would_be_allowed() {
    let policy = loaded(&table_files());
    let at = "2026-04-08T23:00:00+08:00".parse().unwrap();
    let menu = |name: &str, source: &str, lockdowns: &Lockdowns| {
        let list = policy.reachable(name, source.parse().unwrap(), Via::Direct, at, lockdowns);
        list.iter().map(|r| format!("{}@{} {:?}", r.login, r.asset.name, r.protocols)).collect::<Vec<_>>()
    };
    let none = Lockdowns::default();
    assert_eq!(
        menu("li-lei", "10.99.0.1", &none),
        ["oracle@db1 [Shell, Exec]", "root@db1 [Shell]", "oracle@db2 [Shell, Exec, Sftp, Scp]"]
    );
    assert_eq!(menu("wang-fang", "203.0.113.200", &none), ["oracle@db2 [Shell, Exec, Sftp, Scp]"]);
    assert!(menu("li-lei", "10.99.0.1", &order("all", "")).is_empty());
    assert!(menu("zhou-audit", "10.99.0.1", &none).is_empty());
    assert!(policy.assets().all(|asset| !asset.logins.is_empty()));
    let _ = Protocol::Forward;
}

/// attack 13, 16, trial 15: of several rules, one that asks is enough; who asks for nothing changes no answer.
#[test]
fn handling_is_asked_for_by_any_rule() {
    let policy = loaded_text(
        "[operator.o]\n[asset.x]\naddress='192.0.2.1:22'\nlogins=['root']\n\
         [[rule]]\nid='a'\neffect='allow'\nterminal=true\n\
         [[rule]]\nid='b'\neffect='allow'\ndie_with_session=true\nfull_recording=false",
    );
    let line = r#"{"operator":"o","source":"::1","asset":"x","login":"root","protocol":"exec","at":"2026-04-08T12:00:00Z"}"#;
    let answer = decide_line(&policy, &Lockdowns::default(), line);
    assert!(
        answer.contains(r#""terminal":true"#) && answer.contains(r#""die_with_session":true"#),
        "{answer}"
    );
    assert!(!answer.contains("full_recording"), "{answer}");
}

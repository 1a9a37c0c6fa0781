//! `[lockdown.NAME]`: how it is read, and what it does to decisions.

use serde_json::Value;

use super::super::batch::decide_line;
use super::*;
use crate::lockdown::{Lockdowns, Scope};

const PEOPLE: &str = "[operator.li-lei]\nvendor = 'acme'\ngroups = ['dba']\n[operator.hua]\ngroups = ['oncall']\n\
    [asset.db1]\naddress = '10.0.0.1:22'\nlogins = ['oracle']\n\
    [[rule]]\nid = 'r'\neffect = 'allow'\nmax_session = '4h'\n";

fn read(period: &str) -> Result<Policy, Vec<String>> {
    let files = [SourceFile { path: "p".to_owned(), text: format!("{period}\n{PEOPLE}") }];
    load(&files, &shanghai()).map_err(|faults| faults.iter().map(Diagnostic::summary).collect())
}

fn decided(policy: &Policy, operator: &str, at: &str) -> Value {
    let request = serde_json::json!({
        "operator": operator, "source": "10.9.9.9", "asset": "db1", "login": "oracle", "protocol": "shell", "at": at,
    });
    serde_json::from_str(&decide_line(policy, &Lockdowns::default(), &request.to_string())).unwrap()
}

const MAY: &str = "[lockdown.may-day]\nfrom = '2026-05-01T00:00:00+08:00'\nuntil = '2026-05-06T00:00:00+08:00'\n\
    scope = 'all'\nexcept = ['@oncall']\nreason = '劳动节'";

#[test]
fn a_period_refuses_while_it_lasts_and_ends_grants_when_it_begins() {
    let policy = read(MAY).unwrap();
    let reason = |operator: &str, at: &str| decided(&policy, operator, at)["reason"].clone();
    assert_eq!(reason("li-lei", "2026-05-01T00:00:00+08:00"), "lockdown");
    assert_eq!(reason("li-lei", "2026-05-05T23:59:59+08:00"), "lockdown");
    assert_eq!(reason("li-lei", "2026-05-06T00:00:00+08:00"), "rule");
    assert_eq!(reason("hua", "2026-05-01T00:00:00+08:00"), "rule");
    let until = |operator: &str, at: &str| decided(&policy, operator, at)["until"].clone();
    assert_eq!(until("li-lei", "2026-04-30T23:00:00+08:00"), "2026-04-30T16:00:00Z");
    assert_eq!(until("hua", "2026-04-30T23:00:00+08:00"), "2026-04-30T19:00:00Z");
}

#[test]
fn times_are_read_as_written_and_both_days_are_included() {
    let span = |from: &str, until: &str| {
        let policy = read(&format!("[lockdown.x]\nfrom = {from}\nuntil = {until}\nreason = 'r'")).unwrap();
        let period = policy.periods().first().unwrap().clone();
        assert_eq!(period.lockdown.scope, Scope::All, "left out, everybody");
        (period.from.to_string(), period.until.to_string())
    };
    let want = ("2026-04-30T16:00:00Z".to_owned(), "2026-05-03T16:00:00Z".to_owned());
    assert_eq!(span("2026-05-01", "2026-05-03"), want);
    assert_eq!(span("'2026-05-01'", "'2026-05-03'"), want);
    assert_eq!(span("'2026-05-01 00:00'", "'2026-05-04T00:00:00'"), want);
    assert_eq!(span("2026-05-01T00:00:00", "2026-05-03T16:00:00Z"), want);
}

#[test]
fn a_scope_is_all_or_selectors_that_exist() {
    let scope = |text: &str| {
        read(&format!("[lockdown.x]\nfrom = 2026-05-01\nuntil = 2026-05-01\nreason = 'r'\nscope = {text}"))
            .map(|policy| policy.periods().first().unwrap().lockdown.scope.to_string())
    };
    assert_eq!(scope("['@dba', 'vendor:acme']").as_deref(), Ok("@dba,vendor:acme"));
    assert_eq!(scope("'li-lei'").as_deref(), Ok("li-lei"));
    for bad in ["'@dbs'", "['all', 'hua']", "[]", "5", "['nobody']"] {
        assert!(scope(bad).is_err(), "{bad}");
    }
}

#[test]
fn faults_say_where() {
    let faults = |text: &str| read(text).unwrap_err();
    assert_eq!(
        faults("[lockdown.x]"),
        ["p:1:11: `from` is missing", "p:1:11: `until` is missing", "p:1:11: `reason` is missing"]
    );
    let text =
        "[lockdown.x]\nfrom = 2026-05-02\nuntil = 2026-05-01\nexcept = ['@none']\nreason = 'r'\nfor = 1";
    assert_eq!(
        faults(text),
        [
            "p:3:9: the period ends before it begins",
            "p:4:11: \"@none\" is not a group of any operator",
            "p:6:1: unknown key \"for\"",
        ]
    );
    let text = "[lockdown.'a b']\nfrom = 'soon'\nuntil = 5\nreason = 'r'";
    let found = faults(text);
    assert!(found.iter().any(|fault| fault.contains("\"soon\" is not a time")), "{found:?}");
    assert!(found.iter().any(|fault| fault.contains("`until` must be a time")), "{found:?}");
    assert!(found.iter().any(|fault| fault.contains("is not a valid lockdown name")), "{found:?}");
    let id = "[lockdown.01jzzzzzzzzzzzzzzzzz]\nfrom = 2026-05-01\nuntil = 2026-05-01\nreason = 'r'";
    assert!(faults(id)[0].contains("looks like the id of an order"));
}

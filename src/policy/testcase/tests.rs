#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use jiff::tz::TimeZone;

use crate::policy::{Diagnostic, Policy, SourceFile, load};

const WORLD: &str = r#"
[schedule.day]
timezone = "Asia/Shanghai"
open = ["Mon-Fri 08:00-18:00"]
[commands.dba]
mode = "guard"
default = "allow"
opaque = "deny"
[operator.li]
groups = ["dba"]
[operator.gone]
disabled = true
[asset.db1]
address = "10.0.0.1:22"
groups = ["oracle"]
logins = ["oracle", "root"]
[[rule]]
id = "dba"
effect = "allow"
operators = ["@dba"]
sources = ["10.9.0.0/16"]
assets = ["@oracle"]
logins = ["oracle"]
protocols = ["shell", "sftp"]
schedule = "day"
commands = ["dba"]
max_session = "4h"
[[rule]]
id = "no-guests"
effect = "deny"
sources = ["192.168.0.0/16"]
"#;

/// A good request; what is tried is added, or replaces a line of the same key.
const GOOD: [(&str, &str); 7] = [
    ("operator", "'li'"),
    ("source", "'10.9.1.1'"),
    ("asset", "'db1'"),
    ("login", "'oracle'"),
    ("protocol", "'shell'"),
    ("at", "'2026-05-06 09:00'"),
    ("expect", "'allow'"),
];

fn test(lines: &[(&str, &str)]) -> String {
    let kept = GOOD.iter().filter(|(key, _)| lines.iter().all(|(other, _)| other != key));
    let lines: Vec<_> = kept.chain(lines).filter(|(_, value)| !value.is_empty()).collect();
    lines.iter().fold("[[test]]\n".to_owned(), |text, (key, value)| text + key + " = " + value + "\n")
}

fn read(text: String) -> Result<Policy, Vec<Diagnostic>> {
    let file = |path: &str, text: String| SourceFile { path: path.to_owned(), text };
    let files = [file("world.toml", WORLD.to_owned()), file("t.toml", text)];
    load(&files, &TimeZone::get("Asia/Shanghai").unwrap())
}

fn loaded(text: String) -> Policy {
    read(text).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// What is said of a test that fails; empty if it passes.
fn outcome(lines: &[(&str, &str)]) -> String {
    let failures = loaded(test(lines)).failing_tests();
    failures.iter().map(ToString::to_string).collect()
}

fn fault(lines: &[(&str, &str)]) -> String {
    let faults = read(test(lines)).err().unwrap_or_default();
    faults.iter().map(|fault| format!("{}; {:?}", fault.summary(), fault.hint)).collect()
}

#[test]
fn what_comes_out_as_expected_passes() {
    for lines in [
        &[][..],
        &[("reason", "'rule'"), ("rules", "['dba']"), ("approval", "false"), ("commands", "['dba']")],
        &[("max_session", "'4h'"), ("idle", "'none'"), ("until", "'2026-05-06 13:00'")],
        &[("until", "'2026-05-06T05:00:00Z'"), ("via", "'tunnel'")],
        &[("protocol", "'sftp'"), ("file", "'list'")],
        &[("at", "'2026-05-06 19:00'"), ("expect", "'deny'"), ("reason", "'no-rule'"), ("rules", "[]")],
        &[("source", "'192.168.1.1'"), ("expect", "'deny'"), ("rules", "['no-guests']")],
        &[("operator", "'nobody'"), ("expect", "'deny'"), ("reason", "'operator-unknown'")],
        &[("asset", "'nothing'"), ("expect", "'deny'"), ("reason", "'asset-unknown'")],
        &[("login", "'nobody'"), ("expect", "'deny'"), ("reason", "'asset-login'")],
        &[("operator", "'gone'"), ("expect", "'deny'"), ("reason", "'operator-disabled'")],
        &[("protocol", "'forward'"), ("forward_to", "'10.0.0.1:5432'"), ("expect", "'deny'")],
    ] {
        assert_eq!(outcome(lines), "", "{lines:?}");
    }
}

#[test]
fn what_comes_out_otherwise_fails_and_says_so() {
    for (lines, said) in [
        (&[("expect", "'deny'")][..], "expected deny, decided allow"),
        (&[("rules", "[]")], "`rules`: expected none, found dba"),
        (&[("approval", "true")], "`approval`: expected true, found false"),
        (&[("commands", "[]")], "`commands`: expected none, found dba"),
        (&[("max_session", "'none'")], "`max_session`: expected none, found 4h"),
        (&[("max_session", "'1h30m'")], "`max_session`: expected 1h30m, found 4h"),
        (&[("idle", "'5m'")], "`idle`: expected 5m, found none"),
        (&[("until", "'2026-05-06 18:00'")], "expected 2026-05-06T10:00:00Z, found 2026-05-06T05:00:00Z"),
        (
            &[("operator", "'gone'"), ("expect", "'deny'"), ("reason", "'no-rule'")],
            "`reason`: expected no-rule, found operator-disabled",
        ),
    ] {
        let outcome = outcome(lines);
        assert!(outcome.contains(said), "{lines:?}: {outcome}");
    }
}

#[test]
fn a_failing_test_shows_its_place_and_the_rules_at_work() {
    let lines =
        [("name", "'dba by day'"), ("at", "'2026-05-06 19:00'"), ("expect", "'allow'"), ("rules", "['dba']")];
    assert_eq!(
        outcome(&lines),
        "t.toml:9:10: test \"dba by day\" fails: expected allow, decided deny (no-rule)\n\
         \u{20} expect = 'allow'\n\
         \u{20}          ^^^^^^^\n\
         \u{20} rule dba (allow) does not match: `schedule` differs"
    );
    let denied = outcome(&[("source", "'192.168.1.1'")]);
    assert!(denied.ends_with("rule no-guests (deny) matches"), "{denied}");
    assert!(denied.contains("test \"li shell oracle@db1\" fails"), "{denied}");
    let allowed = outcome(&[("expect", "'deny'"), ("rules", "['no-guests']")]);
    assert!(allowed.contains("rule dba (allow) matches"), "{allowed}");
    assert!(allowed.contains("rule no-guests (deny) does not match: `sources` differs"), "{allowed}");
}

#[test]
fn a_failing_test_is_a_record() {
    let policy = loaded(test(&[("at", "'2026-05-09 09:00'")]));
    let record = serde_json::to_value(&policy.failing_tests()[0]).unwrap();
    assert_eq!((record["path"].as_str(), record["line"].as_u64()), (Some("t.toml"), Some(7)));
    assert_eq!(record["decided"]["reason"], "no-rule");
    assert_eq!(
        record["rules"][0],
        serde_json::json!({ "rule": "dba", "effect": "allow", "fails": ["schedule"] })
    );
}

#[test]
fn a_test_that_cannot_be_meant_is_a_fault() {
    for (lines, said) in [
        (
            &[("operator", "'lii'")][..],
            "t.toml:8:12: \"lii\" is not an operator; Some(\"did you mean \\\"li\\\"?\")",
        ),
        (&[("operator", "'@dba'")], "not a valid operator name"),
        (&[("operator", "")], "`operator` is missing"),
        (&[("asset", "'db2'")], "\"db2\" is not an asset; Some(\"did you mean \\\"db1\\\"?\")"),
        (&[("login", "'orcale'")], "did you mean \\\"oracle\\\"?"),
        (&[("source", "'10.0.0.0/8'")], "is not an IP address"),
        (&[("source", "")], "`source` is missing"),
        (&[("at", "'tomorrow'")], "\"tomorrow\" counts from the moment"),
        (&[("at", "'2026-05-06T9:00'")], "is not a time"),
        (&[("at", "")], "`at` is missing"),
        (&[("protocol", "'sheell'")], "did you mean \\\"shell\\\"?"),
        (&[("protocol", "'forward'")], "a forward needs `forward_to`"),
        (&[("forward_to", "'10.0.0.1:22'")], "`forward_to` belongs to forward"),
        (&[("file", "'list'")], "`file` belongs to sftp and scp"),
        (&[("via", "'train'")], "is not a way in"),
        (&[("expect", "'alow'")], "did you mean \\\"allow\\\"?"),
        (&[("expect", "")], "`expect` is missing"),
        (&[("reason", "'no-rule'")], "nothing is allowed for the reason no-rule"),
        (&[("reason", "'norule'"), ("expect", "'deny'")], "did you mean \\\"no-rule\\\"?"),
        (&[("rules", "['dbas']")], "\"dbas\" is not a rule; Some(\"did you mean \\\"dba\\\"?\")"),
        (&[("rules", "'dba'")], "`rules` must be a list of strings"),
        (&[("commands", "['db']")], "is not a command set"),
        (&[("approval", "'yes'")], "`approval` must be true or false"),
        (&[("max_session", "'4 hours'")], "is not a duration"),
        (&[("until", "'18:00'")], "counts from the moment"),
        (
            &[("expect", "'deny'"), ("max_session", "'4h'")],
            "`max_session` means nothing of a request that is denied",
        ),
        (&[("rule", "['dba']")], "unknown key \"rule\"; Some(\"did you mean \\\"rules\\\"?\")"),
    ] {
        let fault = fault(lines);
        assert!(fault.contains(said), "{lines:?}: {fault}");
    }
}

#[test]
fn a_wall_clock_that_is_ambiguous_is_a_fault() {
    for time in ["2026-03-29 02:30", "2026-10-25 02:30"] {
        let text = test(&[("at", &format!("'{time}'"))]) + WORLD;
        let files = [SourceFile { path: "t.toml".to_owned(), text }];
        let faults = load(&files, &TimeZone::get("Europe/Berlin").unwrap()).err().unwrap_or_default();
        assert!(faults.len() == 1 && faults[0].message.contains("clocks are put"), "{faults:?}");
    }
}

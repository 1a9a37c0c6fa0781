//! The judge as a whole, on the example's sets.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use serde_json::Value;

use super::*;
use crate::domain::CommandSetName;
use crate::policy::{Policy, Verdict};

const TABLE: &str = include_str!("../../tests/data/commands.jsonl");

fn example() -> Policy {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/policies");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(crate::policy::SourceFile {
                path: path.display().to_string(),
                text: std::fs::read_to_string(&path).unwrap(),
            });
        }
    }
    crate::policy::load(&files, &jiff::tz::TimeZone::UTC).unwrap_or_else(|_| panic!("the example loads"))
}

#[test]
fn every_line_of_the_table_is_judged_as_written() {
    let policy = example();
    let mut wrong = Vec::new();
    for line in TABLE.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let sets: Vec<_> = case["sets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|set| CommandSetName::parse(set.as_str().unwrap()).unwrap())
            .collect();
        let command = case["command"].as_str().unwrap();
        let got = judge(&policy, &sets, command, Place::Terminal);
        let got_verdict = format!("{:?}", got.verdict).to_lowercase();
        if got_verdict != case["verdict"].as_str().unwrap() {
            wrong.push(format!("{command:?}: want {}, got {got_verdict} {got:?}", case["verdict"]));
        }
    }
    assert!(wrong.is_empty(), "{} mismatches\n{}", wrong.len(), wrong.join("\n"));
}

fn sets(names: &[&str]) -> Vec<CommandSetName> {
    names.iter().map(|name| CommandSetName::parse(name).unwrap()).collect()
}

#[test]
fn a_line_is_answered_as_the_contract_writes_it() {
    let answer = judge_line(&example(), &sets(&["dba"]), r#"{"command": "sudo rm -rf /u01/x"}"#);
    assert_eq!(
        serde_json::from_str::<Value>(&answer).unwrap(),
        serde_json::json!({
            "verdict": "deny", "sets": {"dba": "deny"}, "programs": ["sudo", "rm"], "danger": "critical",
            "opaque": false, "reason": "destroys data or takes the host down",
        })
    );
    let error = judge_line(&example(), &sets(&["dba"]), r#"{"line": "ls"}"#);
    assert!(serde_json::from_str::<Value>(&error).unwrap()["error"].is_string(), "{error}");
}

#[test]
fn a_set_that_does_not_exist_denies() {
    let got = judge(&example(), &sets(&["dba", "gone"]), "ls", Place::Exec);
    assert_eq!(
        (got.verdict, got.reason.to_string().as_str()),
        (Verdict::Deny, "there is no set of commands gone")
    );
}

#[test]
fn a_shell_without_a_script_is_settled_at_a_terminal_only() {
    let opaque = |line, place| judge(&example(), &sets(&["dba"]), line, place).opaque;
    for line in ["bash", "sudo -i", "su - oracle", "ssh other", "chroot /mnt"] {
        assert!(!opaque(line, Place::Terminal), "{line}");
        assert!(opaque(line, Place::Exec), "{line}");
    }
    assert!(opaque("!!", Place::Terminal) && !opaque("echo '!!'", Place::Terminal));
    assert!(!opaque("echo !!", Place::Exec), "nothing is repeated where nobody types");
}

#[test]
fn what_lets_through_lets_through_what_it_names() {
    let verdict = |line| judge(&example(), &sets(&["strict-web"]), line, Place::Exec).verdict;
    assert_eq!(verdict("ls 2>/dev/null"), Verdict::Allow);
    assert_eq!(verdict("/usr/bin/ls"), Verdict::Allow);
    for line in
        ["./ls", "/tmp/ls", "l? /", "ls ~", "ls {a,b}$x", "ls >> /tmp/x", "x=1", "ls & id", "ls 2>&1 >x"]
    {
        assert_eq!(verdict(line), Verdict::Deny, "{line}");
    }
}

//! The judge as a whole, on the example's sets.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use serde_json::Value;

use super::*;

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

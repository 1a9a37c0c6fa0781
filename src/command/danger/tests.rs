//! The catalog held against a table of commands, near misses among them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use serde_json::Value;

use super::*;
use crate::command::Place;
use crate::command::read::read;

const TABLE: &str = include_str!("../../../tests/data/danger.jsonl");

fn worst(line: &str) -> Option<Danger> {
    let reading = read(line, Place::Terminal, None);
    reading.commands.iter().filter_map(|command| assess(command, &[]).sure).map(|(level, _)| level).max()
}

fn maybe(line: &str) -> Option<Danger> {
    read(line, Place::Terminal, None).commands.iter().filter_map(|command| assess(command, &[]).maybe).max()
}

#[test]
fn every_command_of_the_table_is_as_dangerous_as_written() {
    let mut wrong = Vec::new();
    for line in TABLE.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let wanted: Option<Danger> = serde_json::from_value(case["danger"].clone()).unwrap();
        let command = case["command"].as_str().unwrap();
        let got = worst(command);
        if got != wanted {
            wrong.push(format!("{command}: want {wanted:?}, got {got:?}"));
        }
    }
    assert!(TABLE.lines().count() >= 300);
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_an_expansion_decides_is_dangerous_perhaps() {
    for line in [
        "rm -rf $DIR",
        "rm -rf \"$DIR\"/*",
        "rm -rf /$x",
        "rm $opts /etc",
        "dd if=x of=$disk",
        "echo x > $file",
        "cp x \"$there\"",
        "mysql -e \"$statement\"",
        "find /srv/x -exec rm -rf {} +",
        "ls / | xargs rm -rf",
        "chmod -R 777 $1",
        // Outside quotes it becomes more words than one, and in quotes it may climb.
        "rm -rf /tmp/$x",
        "rm -rf \"/tmp/$x\"",
        "rm /tmp/$x",
        "rm /tmp/`x`",
        "rm \"/tmp/$@\"",
        "rm \"/tmp/${x[@]}\"",
        "rm \"/tmp/$=x\"",
        "rm -f$x /tmp",
    ] {
        assert_eq!(maybe(line), Some(Danger::Critical), "{line}");
        assert!(worst(line) < Some(Danger::Critical), "{line}");
    }
    for line in [
        "ls $x",
        "echo $(date)",
        "rm -rf *",
        "rm -rf build/*",
        "cat $file",
        "rm \"/tmp/$x\"",
        "rm /tmp/x-$$",
        "rm /tmp/$((x))",
    ] {
        assert!(maybe(line) < Some(Danger::Critical), "{line}: {:?}", maybe(line));
    }
}

#[test]
fn a_longer_line_hides_nothing() {
    let filler = "echo ".repeat(200);
    assert_eq!(worst(&format!("{filler}; rm -rf /; {filler}")), Some(Danger::Critical));
    assert_eq!(worst(&format!("{filler} rm -rf /")), None);
}

#[test]
fn what_runs_it_takes_nothing_away() {
    for line in TABLE.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let command = case["command"].as_str().unwrap();
        let quoted = command.replace('\'', "'\\''");
        for wrapped in [
            format!("nohup sh -c '{quoted}'"),
            format!("if true; then\n{command}\nfi"),
            format!("ssh -p 22 host '{quoted}'"),
            format!("echo $(\n{command}\n)"),
        ] {
            assert!(worst(&wrapped) >= worst(command), "{wrapped}");
        }
    }
}

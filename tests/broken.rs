//! Faulty policy files as people write them, and what `policy check` says of each.
//!
//! Each folder of `tests/data/broken` is a set of files with `expected.txt` beside them. After a change of
//! what is said, `BLESS=1 cargo test --test broken` writes them anew: read the difference as an
//! administrator would.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/broken")
}

fn cases() -> Vec<String> {
    let entries = std::fs::read_dir(root()).expect("the cases can be read");
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Without a configuration, whatever this machine has.
fn check(case: &str, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_juyong"));
    command
        .args(["--lang", "en", "--config", "none.toml", "policy", "check", case])
        .args(more)
        .current_dir(root());
    command.output().expect("the program can be run")
}

#[test]
fn each_mistake_is_told_as_expected() {
    let cases = cases();
    assert!(cases.len() >= 50, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let output = check(case, &[]);
        assert_eq!(output.status.code(), Some(1), "{case} is in order");
        assert!(output.stdout.is_empty(), "{case}: errors belong on standard error");
        let told = String::from_utf8(output.stderr).expect("what is told is UTF-8");
        let path = root().join(case).join("expected.txt");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, &told).unwrap();
        }
        if std::fs::read_to_string(&path).unwrap_or_default() != told {
            wrong.push(format!("{case}:\n{told}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ from their expected.txt\n{}", wrong.len(), wrong.join("\n"));
}

/// newcomer: `juyong.toml` is told as well as the policy files are.
#[test]
fn each_mistake_in_the_configuration_is_told_as_expected() {
    let root = root().with_file_name("broken-config");
    let mut wrong = Vec::new();
    for case in std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()) {
        let name = case.file_name().unwrap().to_str().unwrap();
        let config = format!("{name}/juyong.toml");
        let mut command = Command::new(env!("CARGO_BIN_EXE_juyong"));
        let output = command
            .args(["--lang", "en", "--config", &config, "doctor"])
            .current_dir(&root)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{name} is in order");
        assert!(output.stdout.is_empty(), "{name}: errors belong on standard error");
        let told = String::from_utf8(output.stderr).expect("what is told is UTF-8");
        let path = case.join("expected.txt");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, &told).unwrap();
        }
        if std::fs::read_to_string(&path).unwrap_or_default() != told {
            wrong.push(format!("{name}:\n{told}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ from their expected.txt\n{}", wrong.len(), wrong.join("\n"));
}

/// What an editor gets: the same faults, each with what to mark.
#[test]
fn each_mistake_is_told_in_json_too() {
    for case in cases() {
        let expected = std::fs::read_to_string(root().join(&case).join("expected.txt")).unwrap();
        let output = check(&case, &["--json"]);
        assert_eq!(output.status.code(), Some(1), "{case}");
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let fault: serde_json::Value = serde_json::from_str(line).expect("a line is an object");
            let text = |key: &str| fault[key].as_str().unwrap_or_else(|| panic!("{case}: no {key}: {line}"));
            let number =
                |key: &str| fault[key].as_u64().unwrap_or_else(|| panic!("{case}: no {key}: {line}"));
            let place = format!("{}:{}:{}", text("path"), number("line"), number("column"));
            assert!(expected.contains(&format!("{place}: {}\n", text("message"))), "{case}: {line}");
            assert!(number("end") > number("column"), "{case}: {line}");
            let length = text("source_line").chars().count() as u64;
            assert!(number("column") <= length + 1, "{case}: {line}");
        }
    }
}

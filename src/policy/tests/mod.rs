//! The policy as a whole: the table of decisions, faults in files, and texts nobody would write.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod broken;
mod decisions;
mod hostile;
mod indexed;
mod periods;
mod user_ca;

use jiff::tz::TimeZone;

use super::*;

macro_rules! files {
    ($dir:literal: $($name:literal),+ $(,)?) => {
        vec![$(SourceFile {
            path: $name.to_owned(),
            text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $dir, "/", $name)).to_owned(),
        }),+]
    };
}

pub(super) fn shanghai() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

fn table_files() -> Vec<SourceFile> {
    files!("tests/data/policies": "assets.toml", "commands.toml", "networks.toml", "operators.toml",
        "rules.toml", "schedules.toml")
}

pub(super) fn example_files() -> Vec<SourceFile> {
    files!("policies": "assets.toml", "commands.toml", "networks.toml", "operators.toml", "rules.toml",
        "schedules.toml")
}

/// The repository's own example.
pub(super) fn example() -> Policy {
    loaded(&example_files())
}

/// The policy of the table of decisions.
pub(super) fn table() -> Policy {
    loaded(&table_files())
}

#[track_caller]
fn loaded(files: &[SourceFile]) -> Policy {
    load(files, &shanghai()).unwrap_or_else(|faults| {
        panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
}

#[track_caller]
pub(super) fn loaded_text(text: &str) -> Policy {
    loaded(&[SourceFile { path: "a.toml".to_owned(), text: text.to_owned() }])
}

#[test]
fn the_digest_covers_paths_and_texts_in_any_order() {
    let mut files = table_files();
    let digest = loaded(&files).digest();
    files.reverse();
    assert_eq!(loaded(&files).digest(), digest);
    files[0].text.push('\n');
    assert_ne!(loaded(&files).digest(), digest);
    assert!(!loaded(&files).is_empty());
    assert!(loaded(&[]).is_empty());
}

/// trial 3
#[test]
fn assets_are_found_in_any_case() {
    let policy = loaded_text("[asset.DB1]\naddress = 'h:22'\nlogins = ['root']\n");
    for name in ["DB1", "db1", "Db1"] {
        assert_eq!(policy.asset(name).map(|asset| asset.name.as_str()), Some("DB1"), "{name}");
    }
    assert!(policy.asset("db2").is_none() && policy.asset("").is_none());
    assert!(policy.asset_at("H", 22).is_some(), "as addresses are");
}

#[test]
fn assets_are_found_by_address_unless_it_is_shared() {
    let policy = loaded(&table_files());
    let name = |host, port| policy.asset_at(host, port).map(|asset| asset.name.as_str());
    assert_eq!(name("10.1.2.3", 22), Some("db1"));
    assert_eq!(name("2001:db8:20:0::1", 22), Some("web1"));
    assert_eq!(name("[2001:db8:20::1]", 22), Some("web1"));
    assert_eq!(name("10.1.2.3", 2222), None);
    let shared = "[asset.a]\naddress='h:22'\nlogins=['x']\n[asset.b]\naddress='H:22'\nlogins=['x']";
    assert!(loaded_text(shared).asset_at("h", 22).is_none());
}

#[test]
fn command_sets_are_read() {
    let policy = loaded(&table_files());
    let dba = policy.command_set("dba").unwrap();
    assert_eq!((dba.mode, dba.default, dba.opaque), (Mode::Guard, Verdict::Allow, Verdict::Approve));
    assert_eq!(dba.entries.len(), 4);
    assert_eq!(dba.entries[2].pattern.flags, [Flag { short: vec!['r'], long: vec!["recursive".to_owned()] }]);
    assert_eq!(policy.dangers().len(), 2);
}

#[test]
fn an_auditor_sees_what_the_scope_covers() {
    let policy = loaded(&table_files());
    let audit = &policy.operator("zhou-audit").unwrap().audit;
    let (db1, web1) = (policy.asset("db1").unwrap(), policy.asset("web1").unwrap());
    assert!(audit.covers_asset(&db1.name, &db1.groups) && !audit.covers_asset(&web1.name, &web1.groups));
    let covers = |name| audit.covers_operator(&policy.operator(name).unwrap().account());
    assert!(covers("li-lei") && !covers("zhao-min"));
    assert!(audit.covers_source("::ffff:203.0.113.9".parse().unwrap()));
    assert!(!audit.covers_source("198.51.100.1".parse().unwrap()));
}

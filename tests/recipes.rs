//! The recipes of docs/administer/policy.md hold what they promise: each loads alone, gives no warning, and passes its tests.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use juyong::lockdown::Lockdowns;
use juyong::policy::{Decision, Policy, SourceFile, load};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn recipes() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("policies/recipes")).expect("the recipes can be read");
    let mut dirs: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    dirs.sort();
    dirs
}

fn guide() -> String {
    std::fs::read_to_string(root().join("docs/administer/policy.md")).expect("the guide can be read")
}

fn loaded(name: &str, text: String) -> Policy {
    let file = SourceFile { path: format!("{name}/policy.toml"), text };
    load(&[file], &TimeZone::get("Asia/Shanghai").unwrap()).unwrap_or_else(|faults| {
        panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
}

#[test]
fn each_recipe_loads_alone_and_passes_its_tests() {
    let recipes = recipes();
    assert!(recipes.len() >= 10, "{} recipes", recipes.len());
    let now: Timestamp = "2026-04-10T00:00:00Z".parse().unwrap();
    for dir in recipes {
        let name = dir.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(dir.join("policy.toml")).expect("a recipe is a policy.toml");
        let policy = loaded(name, text);
        let decided = |request| policy.decide(request, &Lockdowns::default());
        let (let_in, kept_out): (Vec<_>, Vec<_>) =
            policy.tests().iter().partition(|test| matches!(decided(&test.request), Decision::Allow(_)));
        assert!(!let_in.is_empty() && !kept_out.is_empty(), "{name}: tests on one side show no point");
        let failures: Vec<_> = policy.failing_tests().iter().map(ToString::to_string).collect();
        assert!(failures.is_empty(), "{name}:\n{}", failures.join("\n"));
        let lints: Vec<_> = policy.lints(now).iter().map(ToString::to_string).collect();
        assert!(lints.is_empty(), "{name}:\n{}", lints.join("\n"));
    }
}

#[test]
fn the_guide_tells_of_each_recipe_and_of_no_other() {
    let guide = guide();
    let mut told: Vec<_> = guide
        .split("../policies/recipes/")
        .skip(1)
        .filter_map(|rest| rest.split_once("/policy.toml)"))
        .map(|(name, _)| name.to_owned())
        .collect();
    told.sort();
    let names: Vec<_> =
        recipes().iter().map(|dir| dir.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    assert_eq!(told, names);
}

/// What the guide shows as TOML is policy: it can be read, and knows no other keys.
#[test]
fn the_examples_of_the_guide_are_policy() {
    let guide = guide();
    let blocks: Vec<_> =
        guide.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() >= 2, "the guide has examples");
    for block in blocks {
        let file = SourceFile { path: "guide".to_owned(), text: block.to_owned() };
        let faults = load(&[file], &TimeZone::UTC).err().unwrap_or_default();
        let unknown = |message: &str| {
            message.contains(" is not an operator")
                || message.contains(" is not an asset")
                || message.contains("a login of no asset")
        };
        let wrong = faults.iter().find(|fault| !unknown(&fault.message));
        assert!(wrong.is_none(), "{}", wrong.map(ToString::to_string).unwrap_or_default());
    }
}

/// The guide has each warning that there is.
#[test]
fn the_guide_tells_of_each_warning() {
    let guide = guide();
    let lints = [
        "rule-never-matches",
        "rule-always-denied",
        "rule-duplicate",
        "schedules-never-meet",
        "operator-reaches-nothing",
        "asset-unreachable",
        "single-factor",
        "validity-expired",
        "officer-from-anywhere",
        "shell-handed-out",
        "weak-algorithms",
        "period-over",
    ];
    let sources = std::fs::read_to_string(root().join("src/policy/lint/warning.rs")).unwrap();
    let kinds = sources.split("pub enum LintKind {").nth(1).unwrap().split('}').next().unwrap();
    let count = kinds.lines().filter(|line| line.trim().ends_with(',')).count();
    assert_eq!(count, lints.len(), "a warning is missing in the guide, or in this test");
    for lint in lints {
        assert!(guide.contains(&format!("| `{lint}` |")), "{lint}");
    }
}

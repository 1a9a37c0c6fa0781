//! Any text is judged, and nothing that is opaque to some set runs without a warning.
#![no_main]

use std::sync::LazyLock;

use juyong::command::{Place, judge};
use juyong::domain::CommandSetName;
use juyong::policy::{Policy, SourceFile, Verdict, load};
use libfuzzer_sys::fuzz_target;

const POLICY: &str = "
[commands.list]
mode = 'strict'
default = 'deny'
opaque = 'deny'
[[commands.list.entry]]
effect = 'allow'
programs = ['ls', 'cat', 'env', 'find', 'sudo', 'xargs']
[commands.open]
mode = 'guard'
default = 'allow'
opaque = 'warn'
[[commands.open.entry]]
effect = 'deny'
danger = 'critical'
";

static SETS: LazyLock<(Policy, [CommandSetName; 2])> = LazyLock::new(|| {
    let file = SourceFile { path: "fuzz.toml".to_owned(), text: POLICY.to_owned() };
    let Ok(policy) = load(&[file], &jiff::tz::TimeZone::UTC) else { panic!("the policy loads") };
    (policy, ["list", "open"].map(|name| CommandSetName::parse(name).expect("a name")))
});

fuzz_target!(|line: &str| {
    let (policy, sets) = &*SETS;
    let judgement = judge(policy, sets, line, Place::Exec);
    assert_eq!(judgement.sets.values().max(), Some(&judgement.verdict));
    if judgement.opaque {
        assert!(judgement.verdict >= Verdict::Warn, "{line}");
    }
});

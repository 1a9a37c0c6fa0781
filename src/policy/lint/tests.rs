#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Lint, LintKind};
use crate::auth::Alternatives;
use crate::diagnostic::in_language;
use crate::domain::Language;
use crate::policy::{Policy, SourceFile, load};

const BASE: &str = "
[schedule.day]
open = ['Mon-Fri 08:00-18:00']
[schedule.night]
open = ['Mon-Fri 20:00-06:00']
[operator.ann]
groups = ['g']
schedule = 'day'
sources = ['10.0.0.0/8']
[operator.off]
groups = ['g']
disabled = true
[asset.a]
address = 'a:22'
groups = ['all']
danger = 'high'
logins = ['root']
[[rule]]
id = 'base'
effect = 'allow'
operators = ['ann']
assets = ['a']
";

fn policy(more: &str) -> Policy {
    let files = [SourceFile { path: "a.toml".to_owned(), text: format!("{BASE}{more}") }];
    load(&files, &TimeZone::get("Asia/Shanghai").unwrap()).unwrap_or_else(|faults| panic!("{}", faults[0]))
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The lints on top of a policy that has none, as `kind subject`.
fn lints(more: &str) -> Vec<String> {
    told(&policy(more).lints(at("2026-04-08T12:00:00Z")))
}

fn told(lints: &[Lint]) -> Vec<String> {
    for text in lints.iter().flat_map(|lint| [&lint.message, &lint.mend]) {
        assert_ne!(in_language(text, Language::Chinese), *text, "put this into texts.zh.toml");
    }
    let kind = |lint: &Lint| serde_json::to_value(lint.kind).unwrap().as_str().unwrap().to_owned();
    lints.iter().map(|lint| format!("{} {}", kind(lint), lint.subject)).collect()
}

#[test]
fn nothing_is_wrong_with_the_base() {
    assert!(lints("").is_empty());
}

#[test]
fn a_rule_that_can_never_match_is_told() {
    for (fields, why) in [
        ("operators = ['off']", "disabled"),
        ("operators = ['ann']\nsources = ['192.0.2.0/24']", "`sources`"),
        ("max_danger = 'medium'", "`max_danger`"),
        ("assets = ['b']\nlogins = ['root']", "logins"),
        ("protocols = ['forward']", "forward"),
    ] {
        let more = "[asset.b]\naddress = 'b:22'\ndanger = 'high'\nlogins = ['x']\n[[rule]]\nid = 'base-b'\n\
                    effect = 'allow'\nassets = ['b']\n[[rule]]\nid = 'x'\neffect = 'allow'\n";
        let found = policy(&format!("{more}{fields}")).lints(at("2026-04-08T12:00:00Z"));
        assert_eq!(told(&found), ["rule-never-matches rule x"], "{fields}");
        assert!(found[0].message.contains(why), "{}", found[0].message);
    }
}

#[test]
fn an_allow_rule_that_is_always_denied_is_told() {
    let always =
        ["", "sources = ['10.0.0.0/7']", "operators = ['@g']", "logins = ['root']", "assets = ['@all']"];
    for fields in always {
        let found = lints(&format!("[[rule]]\nid = 'no'\neffect = 'deny'\n{fields}"));
        assert_eq!(found, ["rule-always-denied rule base"], "{fields}");
    }
    for fields in [
        "via = ['tunnel']",
        "sources = ['10.0.0.0/9', '10.128.0.0/9']",
        "max_danger = 'medium'\noperators = ['ann']",
        "protocols = ['shell', 'exec', 'sftp']",
        "files = ['upload']",
        "schedule = 'day'",
    ] {
        let found = lints(&format!("[[rule]]\nid = 'no'\neffect = 'deny'\n{fields}"));
        assert!(!found.contains(&"rule-always-denied rule base".to_owned()), "{fields}");
    }
}

#[test]
fn a_duplicate_is_told_whatever_the_order_of_its_lists() {
    let rule = |id: &str, rest: &str| format!("[[rule]]\nid = '{id}'\neffect = 'allow'\n{rest}\n");
    let (one, other) = ("protocols = ['shell', 'exec']", "protocols = ['exec', 'shell']");
    assert_eq!(lints(&(rule("x", one) + &rule("y", other))), ["rule-duplicate rule y"]);
    let other = format!("{other}\napproval = true");
    assert!(lints(&(rule("x", one) + &rule("y", &other))).is_empty());
}

#[test]
fn schedules_that_never_meet_are_told() {
    let rule = "[[rule]]\nid = 'x'\neffect = 'allow'\nschedule = 'night'\n";
    assert_eq!(lints(rule), ["schedules-never-meet rule x"]);
    // Somebody else meets it, but ann does not.
    let more = format!("[operator.bob]\n{rule}");
    assert_eq!(lints(&more), ["schedules-never-meet rule x"]);
    assert_eq!(lints(&more.replace("allow", "deny")), ["operator-reaches-nothing operator bob"]);
    // Five minutes of one day within the eight weeks are enough.
    let extra = rule.replace("night", "once");
    let once = "[schedule.once]\nopen = ['Sun 01:00-01:01']\nextra = ['2026-05-29 17:55-18:10']\n";
    assert!(lints(&format!("{once}{extra}")).is_empty());
    assert_eq!(lints(&format!("{once}{extra}").replace("05-29", "06-29")).len(), 1);
}

#[test]
fn who_reaches_nothing_and_what_nobody_reaches_are_told() {
    assert_eq!(lints("[operator.eve]\n"), ["operator-reaches-nothing operator eve"]);
    let others =
        "[operator.eve]\nroles = ['auditor']\nsources = ['10.0.0.0/8']\n[operator.fay]\ndisabled = true\n";
    assert!(lints(others).is_empty());
    assert_eq!(lints("[asset.b]\naddress = 'b:22'\nlogins = ['x']\n"), ["asset-unreachable asset b"]);
}

#[test]
fn a_single_factor_is_told() {
    let mut policy = policy("");
    let ann = policy.operators.values_mut().find(|operator| operator.name.as_str() == "ann").unwrap();
    ann.factors = Some(Alternatives::parse(&["publickey+totp", "password"]).unwrap());
    let found = policy.lints(at("2026-04-08T12:00:00Z"));
    assert_eq!(told(&found), ["single-factor operator ann"]);
    assert!(found[0].message.starts_with("password alone"));
}

#[test]
fn an_account_that_has_expired_is_told() {
    let past = "[operator.eve]\nvalid = '..2026-04-07'\n";
    assert_eq!(lints(past), ["validity-expired operator eve"]);
    assert!(lints(&past.replace("\nvalid", "\ndisabled = true\nvalid")).is_empty());
}

/// A set of commands and the entries in it.
fn set(mode: &str, default: &str, entries: &[&str]) -> String {
    let entries: String = entries.iter().map(|entry| format!("[[commands.c.entry]]\n{entry}\n")).collect();
    format!("[commands.c]\nmode = '{mode}'\ndefault = '{default}'\nopaque = 'deny'\n{entries}")
}

#[test]
fn a_list_of_commands_that_hands_out_a_shell_is_told() {
    let vi = "effect = 'allow'\nprograms = ['ls', 'vi', 'awk']";
    let both = ["shell-handed-out commands c", "shell-handed-out commands c"];
    for (mode, default) in [("strict", "deny"), ("guard", "deny"), ("guard", "approve")] {
        assert_eq!(lints(&set(mode, default, &[vi])), both, "{mode} {default}");
        assert_eq!(lints(&set(mode, default, &[&vi.replace("allow", "warn")])), both, "{mode} {default}");
    }
    let found = policy(&set("strict", "deny", &[vi])).lints(at("2026-04-08T12:00:00Z"));
    assert!(
        found[0].message.starts_with("it lets awk through, which hands out a shell, and reads and writes")
    );
    // Sets that hold nobody back, or only write down.
    assert!(lints(&set("guard", "allow", &[vi])).is_empty());
    assert!(lints(&set("audit", "deny", &[vi])).is_empty());
}

#[test]
fn a_list_of_commands_that_hands_out_no_shell_is_not_told() {
    assert!(lints(&set("strict", "deny", &["effect = 'allow'\nprograms = ['ls', 'cat', 'df']"])).is_empty());
    assert!(lints(&set("strict", "deny", &["effect = 'approve'\nprograms = ['vi']"])).is_empty());
    let stopped = ["effect = 'allow'\nprograms = ['vi']", "effect = 'deny'\nprograms = ['vi']"];
    assert!(lints(&set("strict", "deny", &stopped)).is_empty());
    // Stopped in some cases only.
    let partly =
        ["effect = 'allow'\nprograms = ['vi']", "effect = 'deny'\nprograms = ['vi']\nargs = ['/etc/**']"];
    assert_eq!(lints(&set("strict", "deny", &partly)).len(), 1);
    // Strict mode gives a pager that opens by itself no shell, unless something changes the environment between the two.
    let pager = ["effect = 'allow'\nprograms = ['less', 'systemctl']"];
    assert_eq!(lints(&set("strict", "deny", &pager)).len(), 1);
    assert_eq!(lints(&set("guard", "deny", &pager)).len(), 2);
    // Both pagers, and what runs them in another environment.
    for changes in ["env", "sudo"] {
        let both = format!("effect = 'allow'\nprograms = ['{changes}']");
        assert_eq!(lints(&set("strict", "deny", &[pager[0], &both])).len(), 3, "{changes}");
    }
}

#[test]
fn a_program_with_the_number_of_its_version_is_the_same_program() {
    let numbered =
        ["effect = 'allow'\nprograms = ['python3.11', 'perl5.36.0', 'lua5.4', 'tclsh8.6', 'gcc-12']"];
    assert_eq!(lints(&set("strict", "deny", &numbered)).len(), 5);
    assert!(
        lints(&set("strict", "deny", &["effect = 'allow'\nprograms = ['md5sum', 'sha256sum']"])).is_empty()
    );
}

/// trial 7
#[test]
fn an_asset_with_weak_algorithms_is_told() {
    let old = "[asset.old]\naddress = 'b:22'\nlogins = ['root']\ngroups = ['g']\nlegacy = ['ssh-rsa']\n\
               [[rule]]\nid = 'old'\neffect = 'allow'\noperators = ['ann']\nassets = ['old']\n";
    assert_eq!(lints(old), ["weak-algorithms asset old"]);
}

/// issue 14, 10: who gives orders from anywhere is doubted.
#[test]
fn an_officer_without_sources_is_doubted() {
    for role in ["security", "auditor", "system"] {
        let more = |sources: &str| format!("[operator.eve]\nroles = ['{role}']\n{sources}\n");
        assert_eq!(lints(&more("")), ["officer-from-anywhere operator eve"], "{role}");
        assert!(lints(&more("sources = ['10.0.0.0/8']")).is_empty(), "{role}");
        assert!(lints(&more("disabled = true")).is_empty(), "{role}");
    }
}

#[test]
fn a_lint_is_told_in_words_and_in_json() {
    let lint = Lint::new(LintKind::ValidityExpired, "operator eve", "it is over", "end it");
    assert_eq!(lint.told(Language::English), "warning: operator eve: it is over\n  hint: end it");
    let json =
        r#"{"kind":"validity-expired","subject":"operator eve","message":"it is over","mend":"end it"}"#;
    assert_eq!(serde_json::to_string(&lint).unwrap(), json);
}

#[test]
fn our_own_example_is_clean_until_contracts_end() {
    let policy = crate::policy::tests::example();
    assert_eq!(told(&policy.lints(at("2026-04-10T00:00:00Z"))), [""; 0]);
    assert_eq!(
        told(&policy.lints(at("2026-07-01T00:00:00Z"))),
        [
            "rule-never-matches rule network-weekend",
            "validity-expired operator zhao-min",
            "asset-unreachable asset core-switch",
        ]
    );
}

/// newcomer: nothing was said of a planned lockdown that was over.
#[test]
fn a_planned_lockdown_that_is_over_is_told() {
    let period = |from: &str, until: &str| {
        format!("[lockdown.hvv]\nfrom = '{from}'\nuntil = '{until}'\nreason = 'exercise'\n")
    };
    assert_eq!(lints(&period("2026-03-01", "2026-03-15")), ["period-over lockdown hvv"]);
    assert!(lints(&period("2026-04-01", "2026-04-15")).is_empty(), "it lasts");
    assert!(lints(&period("2026-05-01", "2026-05-15")).is_empty(), "it comes");
    let told = policy(&period("2026-03-01", "2026-03-15")).lints(at("2026-04-08T12:00:00Z"))[0]
        .told(Language::English);
    assert!(told.starts_with("a.toml:"), "{told}");
}

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::lines;
use crate::access::live::Standing;
use crate::console::readers::Readers;
use crate::console::tree::{Cli, Command, PolicyCommand as Question};
use crate::domain::Language;
use crate::policy::explain::Explanation;
use crate::policy::{Request, SourceFile, load};
use clap::Parser as _;
use jiff::tz::TimeZone;

const ENGLISH: Readers = Readers(Language::English);

fn shanghai() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

/// The repository's own example, with one account disabled by hand.
fn standing() -> Standing {
    let names = ["assets", "commands", "networks", "operators", "rules", "schedules"];
    let read = |name| {
        let path = format!("{}/policies/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        SourceFile { text: std::fs::read_to_string(&path).unwrap(), path }
    };
    let files = names.map(read);
    Standing {
        policy: std::sync::Arc::new(load(&files, &shanghai()).unwrap()),
        policy_version: 1,
        lockdowns: crate::lockdown::Lockdowns::default(),
        disabled: [("zhao-min".parse().unwrap(), "on leave".to_owned())].into(),
        devices: std::sync::Arc::default(),
        draining: false,
        killed: Default::default(),
        over: false,
    }
}

fn explained(words: &str) -> (Request, Explanation) {
    let words = format!("juyong policy explain {words}");
    let Command::Policy(Question::Explain(question)) = Cli::try_parse_from(words.split(' ')).unwrap().command
    else {
        panic!("{words}")
    };
    let setting = crate::admin::Setting {
        zone: shanghai(),
        language: crate::domain::Language::default(),
        now: "2026-04-30T12:00:00Z".parse().unwrap(),
    };
    let request = crate::console::policy::question::explain(&question, &setting)
        .unwrap_or_else(|error| panic!("{error}"));
    let explanation = crate::admin::explained(&standing(), &request, &setting);
    (request, explanation)
}

#[track_caller]
fn shows(words: &str, want: &str) {
    let (request, explanation) = explained(words);
    assert_eq!(lines(&request, &explanation, &shanghai(), ENGLISH).join("\n"), want.trim());
}

#[test]
fn a_grant_is_shown_with_its_conditions_and_its_end() {
    shows(
        "--operator li-lei --source 10.99.0.1 --asset db1 --login root --at 2026-04-30T22:30:00+08:00",
        "
li-lei from 10.99.0.1 (direct) as root@db1, shell, at 2026-04-30 22:30 +08:00

ALLOWED by oncall-root
  approval      by a second person       of rule oncall-root
  commands      dba                      of rule oncall-root
  commands      no-shutdown              of rule oncall-root
  max_session   1h                       of rule oncall-root
  session ends  2026-04-30 23:30 +08:00  by max_session
  allowed until 2026-05-01 06:00 +08:00, then asset-schedule: schedule night-window of asset db1 closes

Checks: the first that fails is the reason
  ok  operator-unknown   li-lei exists
  ok  operator-disabled  not disabled
  ok  operator-role      the role is operator; only operator reaches assets
  ok  operator-validity  valid at any time
  ok  lockdown           no order covers the account
  ok  operator-source    10.99.0.1 is in 10.99.0.0/16
  ok  operator-schedule  oncall-hours is open on Thu 2026-04-30 22:30:00 (Asia/Shanghai)
  ok  asset-unknown      db1 exists
  ok  asset-login        root is in oracle, root
  ok  asset-schedule     night-window is open on Thu 2026-04-30 22:30:00 (Asia/Shanghai)
  ok  rule               no rule that denies matches
  ok  no-rule            allows: oncall-root

Rules: 1 of 6 match; of the others the nearest come first
  matches  allow  oncall-root            by operators, sources, assets, logins, protocols
           allow  dba-prod               logins: root is not in oracle
           deny   no-prod-from-roof-net  sources: 10.99.0.1 is not in 203.0.113.128/25
           allow  dba-files-staging      assets: db1 (@oracle, @prod) is not in @staging; protocols: shell is not in sftp, scp
           allow  web-deploy             assets: db1 (@oracle, @prod) is not in @web; max_danger: db1 has danger high, more than medium; also schedule
           allow  network-weekend        operators: li-lei (@dba, @oncall, vendor:acme-db) is not in @network; sources: 10.99.0.1 is not in 198.51.100.0/24; also assets, schedule",
    );
}

#[test]
fn a_refusal_is_shown_with_what_would_open_it() {
    let (request, explanation) = explained(
        "--operator li-lei --source 10.99.0.1 --asset db1 --login root --at 2026-04-30T12:00:00+08:00",
    );
    let text = lines(&request, &explanation, &shanghai(), ENGLISH).join("\n");
    assert!(text.contains("\nDENIED: operator-schedule\n  allowed from 2026-04-30 22:00 +08:00 by oncall-root: schedule night-window of asset db1 opens\n"), "{text}");
    let (request, explanation) = explained(
        "--operator zhao-min --source 198.51.100.1 --asset core-switch --login admin --at 2026-05-02",
    );
    let text = lines(&request, &explanation, &shanghai(), ENGLISH).join("\n");
    assert!(text.contains("\nDENIED: operator-disabled\n  does not change by itself\n"), "{text}");
    assert!(text.contains("  FAILS  operator-disabled  disabled by hand: on leave\n"), "{text}");
    let (request, explanation) = explained(
        "--operator wang-fang --source 203.0.113.200 --asset web1 --login deploy --protocol sftp --file upload --at 2026-04-30T12:00:00+08:00",
    );
    let text = lines(&request, &explanation, &shanghai(), ENGLISH).join("\n");
    assert!(text.contains("as deploy@web1, sftp (upload), at"), "{text}");
    assert!(
        text.contains("\nDENIED: rule no-prod-from-roof-net (the guest network may not reach production)\n"),
        "{text}"
    );
}

#[test]
fn the_object_has_every_rule_and_asks_the_same_request() {
    let (request, explanation) = explained(
        "--operator li-lei --source 10.99.0.1 --asset db1 --login root --at 2026-04-30T12:00:00+08:00",
    );
    let explained = crate::admin::PolicyExplained { request, explanation, zone: shanghai() };
    let object = serde_json::to_value(&explained).unwrap();
    assert_eq!(object["decision"], "deny");
    assert_eq!(object["reason"], "operator-schedule");
    assert_eq!(object["considered"].as_array().unwrap().len(), 6);
    assert_eq!(object["considered"][0]["matching"][0]["field"], "operators");
    assert_eq!(object["outlook"]["at"], "2026-04-30T22:00:00+08:00");
    assert_eq!(object["outlook"]["then"]["rules"][0], "oncall-root");
    let standing = standing();
    let again =
        crate::policy::decide_line(&standing.policy, &standing.lockdowns, &object["request"].to_string());
    assert_eq!(again, r#"{"decision":"deny","reason":"operator-schedule","rules":[]}"#);
}

#[test]
fn questions_that_do_not_fit_together_are_refused() {
    let asked = "--operator a --source ::1 --asset x --login root";
    let refused = |more: &str| {
        let words = format!("juyong policy explain {asked} {more}");
        let Ok(cli) = Cli::try_parse_from(words.split_whitespace()) else { return "usage".to_owned() };
        let Command::Policy(Question::Explain(question)) = cli.command else { panic!("{words}") };
        let setting = crate::admin::Setting {
            zone: shanghai(),
            language: crate::domain::Language::English,
            now: jiff::Timestamp::UNIX_EPOCH,
        };
        crate::console::policy::question::explain(&question, &setting)
            .map_or_else(|error| error.to_string(), |_| "fine".to_owned())
    };
    for (more, want) in [
        ("", "fine"),
        ("--protocol sftp --file upload --via tunnel --at 12h", "fine"),
        ("--protocol forward --forward-to [::1]:80", "fine"),
        ("--file upload", "--file: belongs to --protocol sftp or scp"),
        ("--forward-to a:1", "--forward-to: belongs to --protocol forward"),
        ("--protocol forward", "--protocol forward: say where to, with --forward-to HOST:PORT"),
        ("--protocol ftp", "usage"),
        ("--via moon", "usage"),
        ("--protocol sftp --file read", "usage"),
        ("--protocol forward --forward-to a", "usage"),
        ("--source 10.1.2", "usage"),
    ] {
        assert_eq!(refused(more), want, "{more}");
    }
    assert!(refused("--at tonight").starts_with("--at: \"tonight\" is not a time"));
}

/// newcomer: chinese. It was English under `language = "zh-CN"`.
#[test]
fn an_explanation_is_told_in_chinese() {
    const CHINESE: Readers = Readers(Language::Chinese);
    for words in [
        "--operator zhao-min --source 10.1.2.3 --asset pay-db1 --login oracle",
        "--operator nobody --source 10.1.2.3 --asset nothing --login x",
        "--operator li-lei --source 192.0.2.7 --asset core-sw1 --login admin --at 2026-05-05T03:00:00Z",
    ] {
        let (request, explanation) = explained(words);
        let text = lines(&request, &explanation, &shanghai(), CHINESE).join("\n");
        assert!(text.contains("检查："), "{text}");
        for english in
            [" is ", " from ", " exists", "no rule", "there ", "Checks", "DENIED", "valid ", " and ", "not "]
        {
            assert!(!text.contains(english), "{english}: {text}");
        }
    }
}

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod drawn;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::*;
use crate::domain::Language;
use crate::policy::{Policy, SourceFile, load};

const WORLD: &str = r#"
[schedule.day]
open = ["Mon-Fri 08:00-18:00"]
[schedule.night]
open = ["daily 22:00-06:00"]
[commands.dba]
mode = "guard"
default = "allow"
opaque = "deny"
[operator.li]
groups = ["dba"]
[operator.wang]
groups = ["dba"]
vendor = "acme"
[operator.zhao]
groups = ["web"]
valid = "..2026-05-31"
[asset.db1]
address = "10.0.0.1:22"
groups = ["oracle"]
logins = ["oracle", "root"]
[asset.db2]
address = "10.0.0.2:22"
groups = ["oracle"]
logins = ["oracle", "root"]
[asset.web1]
address = "10.0.1.1:22"
groups = ["web"]
danger = "high"
logins = ["www"]
"#;

const RULE: &str = r#"
[[rule]]
id = "dba"
effect = "allow"
operators = ["@dba"]
assets = ["@oracle"]
logins = ["oracle"]
protocols = ["shell", "exec"]
"#;

/// A Wednesday, 09:00 in Shanghai.
fn now() -> Timestamp {
    "2026-05-06T01:00:00Z".parse().unwrap()
}

fn zone() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

fn policy(text: &str) -> Policy {
    let file = SourceFile { path: "p.toml".to_owned(), text: text.to_owned() };
    load(&[file], &zone()).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

fn told(old: &str, new: &str) -> Vec<String> {
    let (old, new) = (policy(old), policy(new));
    let crowds = Crowds::of(&[&new, &old]);
    let diff = Diff::between(&old, &new, now());
    let (zone, language) = (zone(), Language::English);
    let teller = Teller { language, zone: &zone };
    let changes =
        diff.changes.iter().map(|change| change.told(&crowds, &teller).replace("\n          ", " | "));
    changes.chain(diff.notes.iter().map(|note| format!("{}: {}", note.subject, note.message))).collect()
}

/// What is told where the usual rule has other lines.
fn with_rule(change: impl Fn(&str) -> String) -> Vec<String> {
    told(&[WORLD, RULE].concat(), &[WORLD, &change(RULE)].concat())
}

fn with_lines(lines: &str) -> Vec<String> {
    with_rule(|rule| format!("{rule}{lines}\n"))
}

fn with_world(from: &str, to: &str) -> Vec<String> {
    assert!(WORLD.contains(from));
    told(&[WORLD, RULE].concat(), &[&WORLD.replace(from, to), RULE].concat())
}

#[test]
fn nothing_changes_where_only_words_do() {
    assert_eq!(with_rule(|rule| format!("# another order\n{rule}reason = 'why'\n")), [""; 0]);
    assert_eq!(
        with_rule(|rule| rule.replace("'@oracle'", "'db1', 'db2'").replace("id = \"dba\"", "id = \"d\"")),
        [""; 0]
    );
    assert_eq!(with_lines("[network.n]\nranges = ['10.0.0.0/8']"), [""; 0]);
}

#[test]
fn a_rule_that_comes_or_goes_is_told_once_for_all() {
    let world = [WORLD, RULE].concat();
    let line = "@dba (2 operators) on @oracle (2 assets) | as oracle: shell, exec | rules: dba";
    assert_eq!(told(WORLD, &world), [format!("gains     {line}")]);
    assert_eq!(told(&world, WORLD), [format!("loses     {line}")]);
}

#[test]
fn an_account_and_an_asset_come_and_go() {
    let line = "on @oracle (2 assets) | as oracle: shell, exec | rules: dba";
    let new = with_world("[operator.wang]", "[operator.chen]\ngroups = ['dba']\n[operator.wang]");
    assert_eq!(
        new,
        [format!("gains     chen {line}"), "operator chen: new, with the role operator".to_owned()]
    );
    let group = with_world("groups = [\"web\"]\nvalid", "groups = ['web', 'dba']\nvalid");
    assert_eq!(group, [format!("gains     zhao {line}")]);
    let disabled = with_world("vendor = \"acme\"", "disabled = true");
    assert_eq!(disabled, [format!("loses     wang {line}"), "operator wang: disabled".to_owned()]);
    let login = with_world(
        "groups = [\"oracle\"]\nlogins = [\"oracle\", \"root\"]\n[asset.db2]",
        "groups = ['oracle']\nlogins = ['root']\n[asset.db2]",
    );
    assert_eq!(login, ["loses     @dba (2 operators) on db1 | as oracle: shell, exec | rules: dba"]);
}

#[test]
fn what_is_left_of_an_access_is_narrower() {
    let to = "@dba (2 operators) on @oracle (2 assets) | as oracle: shell, exec";
    assert_eq!(
        with_lines("sources = ['203.0.113.0/24', '203.0.113.7']"),
        [format!("narrower  {to} | from other IPv4, other IPv6 | rules: dba")]
    );
    assert_eq!(with_lines("via = ['tunnel']"), [format!("narrower  {to} | via direct, tls | rules: dba")]);
    let hours = with_lines("schedule = 'day'");
    let night = "Wed 2026-05-06 18:00..Thu 2026-05-07 08:00, Thu 2026-05-07 18:00..Fri 2026-05-08 08:00, \
                 Fri 2026-05-08 18:00..Mon 2026-05-11 08:00 and 2 more; 118 h in all";
    assert_eq!(hours, [format!("narrower  {to} | {night} | rules: dba")]);
}

#[test]
fn one_protocol_or_login_more_is_gained() {
    let protocol = with_rule(|rule| rule.replace("\"exec\"", "\"exec\", \"sftp\""));
    assert_eq!(
        protocol,
        ["gains     @dba (2 operators) on @oracle (2 assets) | as oracle: sftp (list) | rules: dba"]
    );
    let login = with_rule(|rule| rule.replace("[\"oracle\"]\nprot", "['oracle', 'root']\nprot"));
    assert_eq!(
        login,
        ["gains     @dba (2 operators) on @oracle (2 assets) | as root: shell, exec | rules: dba"]
    );
    let files = "\nprotocols = ['scp', 'forward']\nfiles = ['upload']\nforward_to = ['10.0.0.9:80']\n";
    let forward = with_rule(|rule| rule.replace("\nprotocols = [\"shell\", \"exec\"]\n", files));
    assert!(forward[0].contains("as oracle: scp (upload), forward (10.0.0.9:80)"), "{forward:?}");
    assert!(forward[1].starts_with("loses ") && forward[1].contains("shell, exec"), "{forward:?}");
}

#[test]
fn conditions_are_stricter_looser_or_different() {
    let (strict, loose) = ("max_session = '4h'\napproval = true", "");
    let told_of = |old: &str, new: &str| {
        told(&format!("{WORLD}{RULE}{old}\n"), &format!("{WORLD}{RULE}{new}\n")).join("")
    };
    let stricter = told_of(loose, strict);
    assert!(
        stricter.starts_with("stricter") && stricter.contains("no condition -> approval; at most 4h"),
        "{stricter}"
    );
    assert!(told_of(strict, loose).starts_with("looser"));
    assert!(told_of("max_session = '4h'", "commands = ['dba']").starts_with("different"));
    assert!(told_of("idle = '5m'", "idle = '1m'").starts_with("stricter"));
}

#[test]
fn a_deny_rule_takes_what_it_covers() {
    let deny = "[[rule]]\nid = 'no'\neffect = 'deny'\nassets = ['db2']\nsources = ['10.0.0.0/8']\nschedule = 'night'";
    let narrower = with_lines(deny);
    assert_eq!(narrower.len(), 1, "{narrower:?}");
    assert!(
        narrower[0]
            .starts_with("narrower  @dba (2 operators) on db2 | as oracle: shell, exec | from 10.0.0.0/8; "),
        "{narrower:?}"
    );
    assert!(narrower[0].ends_with("56 h in all | rules: dba, no"), "{narrower:?}");
}

#[test]
fn ranges_that_begin_together_are_told_apart() {
    let wide = [WORLD, RULE, "sources = ['10.0.0.0/8']\n"].concat();
    let deny = "[[rule]]\nid = 'no'\neffect = 'deny'\nsources = ['10.0.0.0/16']\n";
    let narrower = told(&wide, &(wide.clone() + deny));
    assert_eq!(narrower.len(), 1, "{narrower:?}");
    assert!(
        narrower[0].starts_with("narrower") && narrower[0].contains("| from 10.0.0.0/16 |"),
        "{narrower:?}"
    );
    let back = told(&(wide.clone() + deny), &wide.replace("/8", "/16"));
    let lines = back
        .iter()
        .map(|line| (line.starts_with("gains"), line.contains("10.0.0.0/16"), line.contains("10.0.0.0/8")));
    assert_eq!(lines.collect::<Vec<_>>(), [(false, true, false), (false, false, true)], "{back:?}");
}

#[test]
fn a_validity_is_looked_at_wherever_it_ends() {
    let rule = RULE.replace("@dba", "zhao");
    let old = [WORLD, &rule].concat();
    let longer = told(&old, &old.replace("..2026-05-31", "..2026-12-31"));
    assert_eq!(longer.len(), 1, "{longer:?}");
    assert!(
        longer[0].starts_with("wider     zhao on")
            && longer[0].contains("Mon 2026-06-01 00:00..Mon 2026-06-08 00:00"),
        "{longer:?}"
    );
    let later = told(&old.replace("\"zhao\"", "\"li\""), &old.replace("..2026-05-31", "2027-01-01.."));
    assert!(
        later.iter().any(|line| line.starts_with("gains     zhao") && line.contains("2027-01-01")),
        "{later:?}"
    );
}

#[test]
fn what_changes_beside_access_is_noted() {
    for (from, to, note) in [
        ("default = \"allow\"", "default = \"deny\"", ""),
        ("10.0.0.1:22", "10.0.0.3:22", "asset db1: is at 10.0.0.3:22 instead of 10.0.0.1:22"),
        (
            "[operator.zhao]",
            "[operator.qian]\nroles = ['system']\n[operator.zhao]",
            "operator qian: new, with the role system",
        ),
        (
            "[operator.zhao]",
            "[operator.zhao]\nfactors = ['publickey+totp']",
            "operator zhao: logs in with other factors",
        ),
        (
            "[operator.zhao]",
            "[[danger]]\nlevel = 'low'\nprograms = ['ls']\n[operator.zhao]",
            "danger catalog: its additions are not what they were",
        ),
    ] {
        assert_eq!(with_world(from, to).join(""), note, "{to}");
    }
    let judged = |world: &str| format!("{world}{RULE}commands = ['dba']\n");
    let sets = told(&judged(WORLD), &judged(&WORLD.replace("default = \"allow\"", "default = \"deny\"")));
    assert_eq!(sets, ["command set dba: judges commands otherwise"]);
    let hours = |world: &str| format!("{world}{RULE}schedule = 'day'\n");
    let later = told(&hours(WORLD), &hours(&WORLD.replace("18:00\"]", "18:00\"]\nclosed = ['2026-10-01']")));
    assert_eq!(later, ["schedule day: has other hours; only the coming week of it is compared"]);
}

/// newcomer 5: it was English under `language = "zh-CN"`. Whatever is told has its Chinese.
#[test]
fn a_diff_is_told_in_chinese() {
    let zone = zone();
    let teller = Teller { language: Language::Chinese, zone: &zone };
    let plan = "[lockdown.hvv]\nfrom = \"2026-06-01\"\nuntil = \"2026-06-15\"\nreason = \"x\"\n";
    let (old, new) =
        (policy(&[WORLD, RULE].concat()), policy(&[WORLD, RULE, "max_session = '4h'\n", plan].concat()));
    let (crowds, diff) = (Crowds::of(&[&new, &old]), Diff::between(&old, &new, now()));
    let notes = diff.notes.iter().map(|note| note.told(&teller));
    let told: Vec<_> = diff.changes.iter().map(|change| change.told(&crowds, &teller)).chain(notes).collect();
    let text = told.join("\n");
    for part in ["收紧      ", "资产 ", "登录账号 ", "最长 4h", "计划管控 hvv：计划范围 all；自 2026-06-01"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    for english in [" on ", " as ", "with", "rules", "planned", "from "] {
        assert!(!text.contains(english), "{english}: {text}");
    }
}

/// newcomer: `policy diff` and `apply` said nothing of planned lockdowns.
#[test]
fn planned_lockdowns_that_come_go_and_change_are_noted() {
    let plan = |from: &str, until: &str, more: &str| {
        format!("[lockdown.hvv]\nfrom = \"{from}\"\nuntil = \"{until}\"\nreason = \"x\"\n{more}")
    };
    let noted = |old: &str, new: &str| {
        let [old, new] = [old, new].map(|more| policy(&format!("{WORLD}{RULE}{more}")));
        let notes = Diff::between(&old, &new, now()).notes;
        let (zone, language) = (zone(), Language::English);
        notes.iter().map(|note| note.told(&Teller { language, zone: &zone })).collect::<Vec<_>>()
    };
    let (coming, past) = (plan("2026-06-01", "2026-06-15", ""), plan("2026-03-01", "2026-03-15", ""));
    let lasting = plan("2026-05-01", "2026-05-31", "");
    let when = "from 2026-06-01 00:00:00 +08:00 until 2026-06-16 00:00:00 +08:00";
    assert_eq!(noted("", &coming), [format!("note      lockdown hvv: planned for all; {when}")]);
    assert!(noted("", &lasting)[0].contains("planned for all, and begins at once"));
    assert!(noted("", &past)[0].contains("it never begins"));
    assert_eq!(
        noted(&coming, ""),
        [format!("note      lockdown hvv: not planned any more: it does not begin; {when}")]
    );
    assert!(noted(&lasting, "")[0].contains("it has begun, and holds until"));
    assert!(noted(&past, "").is_empty() && noted(&coming, &coming).is_empty());
    let other = plan("2026-06-02", "2026-06-15", "scope = [\"li\"]\n");
    assert!(
        noted(&coming, &other)[0]
            .contains("planned for li, with other times, another scope; from 2026-06-02")
    );
    let longer = plan("2026-05-01", "2026-06-30", "");
    assert!(noted(&lasting, &longer)[0].contains("it has begun as it was"));
}

#[test]
fn a_change_is_a_record() {
    let diff = Diff::between(
        &policy(WORLD),
        &policy(&format!("{WORLD}{RULE}sources = ['10.0.0.0/8']\nidle = '5m'\n")),
        now(),
    );
    let record = &diff.changes[0].record();
    assert_eq!(record["change"], "gains");
    assert_eq!(record["operators"], serde_json::json!(["li", "wang"]));
    assert_eq!(record["access"], serde_json::json!(["shell", "exec"]));
    assert_eq!(record["from"], serde_json::json!(["10.0.0.0/8"]));
    assert_eq!(record["after"]["idle"], 300);
    assert!(record["before"].is_null() && record["when"].is_null() && record["via"].is_null());
}

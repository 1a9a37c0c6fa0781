#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Cover;
use crate::domain::Language;
use crate::policy::tests::{example, example_files};
use crate::policy::{Policy, SourceFile, load};

const LANGUAGES: [Language; 2] = [Language::Chinese, Language::English];

fn shanghai() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

fn plan(policy: &Policy, language: Language) -> String {
    let at: Timestamp = "2026-04-08T09:30:00+08:00".parse().unwrap();
    policy.document(&Cover { version: Some(3), at }, language, &shanghai())
}

/// Without the cover, which has the digest on it.
fn body(policy: &Policy, language: Language) -> String {
    let plan = plan(policy, language);
    plan.split_once("\n## ").unwrap().1.to_owned()
}

fn loaded(files: &[SourceFile]) -> Policy {
    load(files, &shanghai()).unwrap_or_else(|faults| panic!("{}", faults[0]))
}

fn loaded_text(text: &str) -> Policy {
    loaded(&[SourceFile { path: "a.toml".to_owned(), text: text.to_owned() }])
}

/// `BLESS=1` writes the files anew: read the difference as an official who has to sign it.
#[test]
fn the_example_has_the_plans_that_are_kept() {
    for language in LANGUAGES {
        let path = format!("{}/tests/data/plan/{}.md", env!("CARGO_MANIFEST_DIR"), language.tag());
        let plan = plan(&example(), language);
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, &plan).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        let differs = plan.lines().zip(kept.lines()).find(|(plan, kept)| plan != kept);
        assert!(plan == kept, "{path} is another plan: {differs:?}");
    }
}

#[test]
fn only_the_cover_knows_the_time() {
    let (policy, zone) = (example(), shanghai());
    let at = |text: &str| Cover { version: None, at: text.parse().unwrap() };
    let early = policy.document(&at("2026-01-01T00:00:00Z"), Language::English, &zone);
    let late = policy.document(&at("2036-12-31T23:59:59Z"), Language::English, &zone);
    let differ = early.lines().zip(late.lines()).filter(|(a, b)| a != b).count();
    assert_eq!((early.lines().count(), differ), (late.lines().count(), 1));
}

/// Each field of each table is told somewhere.
#[test]
fn a_change_of_the_policy_changes_the_text() {
    let original: String = example_files().iter().map(|file| file.text.as_str()).collect();
    let written = body(&loaded_text(&original), Language::Chinese);
    for (from, to) in [
        ("name     = \"王芳\"", "name     = \"王方\""),
        (
            "vendor   = \"netops\"\ngroups   = [\"network\", \"oncall\"]",
            "groups   = [\"network\", \"oncall\"]",
        ),
        ("groups   = [\"dba\", \"oncall\"]", "groups   = [\"oncall\", \"dba\", \"x\"]"),
        ("roles    = [\"security\"]", "roles    = [\"system\"]"),
        ("2026-04-08..2026-06-30", "2026-04-08..2026-07-01"),
        ("schedule = \"oncall-hours\"", "schedule = \"weekend\""),
        ("sources  = [\"@office\", \"@tunnel\"]", "sources  = [\"@office\"]"),
        ("disabled = true", "disabled = false"),
        ("factors  = [\"publickey+totp\"]", "factors  = [\"password+totp\"]"),
        ("assets = [\"@oracle\"], operators", "assets = [\"@web\"], operators"),
        ("operators = [\"vendor:acme-db\"], sources", "operators = [\"@dba\"], sources"),
        ("sources = [\"203.0.113.0/24\"] }", "sources = [\"203.0.112.0/24\"] }"),
        ("10.1.2.4:22", "10.1.2.5:22"),
        ("danger   = \"low\"", "danger   = \"medium\""),
        ("logins   = [\"deploy\"]", "logins   = [\"deploy\", \"root\"]"),
        ("schedule = \"night-window\"", "schedule = \"work-hours\""),
        ("daily 22:00-06:00", "daily 22:00-05:00"),
        ("Mon-Fri 08:30-18:00", "Mon-Thu 08:30-18:00"),
        ("2026-10-01..2026-10-07", "2026-10-01..2026-10-08"),
        ("2026-05-09 08:30-18:00", "2026-05-09 08:30-17:00"),
        ("id        = \"oncall-root\"", "id        = \"root\""),
        ("effect    = \"deny\"", "effect    = \"allow\""),
        ("sources   = [\"198.51.100.0/24\"]", "sources   = [\"198.51.100.0/25\"]"),
        ("via       = [\"tunnel\", \"direct\"]", "via       = [\"tunnel\"]"),
        ("assets    = [\"@staging\"]", "assets    = [\"db2\"]"),
        ("logins    = [\"root\"]", "logins    = [\"oracle\"]"),
        ("max_danger = \"critical\"", "max_danger = \"high\""),
        ("protocols = [\"sftp\", \"scp\"]", "protocols = [\"sftp\"]"),
        ("\"download\", \"upload\"]", "\"download\"]"),
        ("\"[::1]:8080\"]", "\"[::1]:8081\"]"),
        ("approval  = true", "approval  = false"),
        ("commands  = [\"dba\", \"no-shutdown\"]", "commands  = [\"dba\"]"),
        ("max_session = \"4h\"", "max_session = \"5h\""),
        ("idle      = \"15m\"", "idle      = \"16m\""),
        ("reason    = \"the guest network may not reach production\"", "reason    = \"no\""),
        ("mode    = \"strict\"", "mode    = \"guard\""),
        ("opaque  = \"approve\"", "opaque  = \"deny\""),
        ("flags    = [\"r|recursive\"]", "flags    = [\"r\"]"),
        ("args     = [\"/u01\", \"/u01/**\"]", "args     = [\"/u01\"]"),
        ("programs = [\"ora-wipe\"]", "programs = [\"ora-erase\"]"),
    ] {
        assert!(original.contains(from), "the example has no {from}");
        let changed = body(&loaded_text(&original.replacen(from, to, 1)), Language::Chinese);
        assert_ne!(changed, written, "{from} -> {to}");
    }
}

#[test]
fn every_word_is_in_the_catalog() {
    let files = example_files();
    let more = "[lockdown.may]\nfrom = 2026-05-01\nuntil = 2026-05-05\nreason = 'x'\nexcept = ['@dba']\n";
    let more = SourceFile { path: "z.toml".to_owned(), text: more.to_owned() };
    let full = loaded(&[files, vec![more]].concat());
    for policy in [full, Policy::default()] {
        for language in LANGUAGES {
            let plan = plan(&policy, language);
            assert!(!plan.contains("document.") && !plan.contains("%{"), "{plan}");
            assert_eq!(plan.matches("\n## ").count(), super::SECTIONS.len());
        }
    }
}

#[test]
fn a_period_is_told_with_whom_it_spares() {
    let text = "[operator.ann]\ngroups = ['oncall']\n[lockdown.national-day]\nfrom = 2026-10-01\n\
                until = 2026-10-07\nreason = '国庆重保'\norder = '2026-31'\nexcept = ['@oncall']\n";
    let plan = plan(&loaded_text(text), Language::Chinese);
    let row = "| national-day | 2026-10-01 00:00:00 | 2026-10-08 00:00:00 | 全体运维人员 | “oncall”组 | 国庆重保 | 2026-31 |";
    assert!(plan.contains(row), "{plan}");
}

#[test]
fn what_people_wrote_stays_text() {
    let text = "[operator.a_b]\nname = \"<b>|x|\\n# heading\"\n[[rule]]\nid = 'r'\neffect = 'deny'\nreason = '[click](http://x)'\n";
    let plan = plan(&loaded_text(text), Language::English);
    assert!(plan.contains("| a\\_b | &lt;b&gt;\\|x\\| \\# heading |"), "{plan}");
    assert!(plan.contains("\\[click\\](http://x)"), "{plan}");
}

//! How a policy comes into force: proven and compared before, numbered and journaled, and taken back.

use std::fs;
use std::time::Duration;

use serde_json::Value;

use crate::harness::{Gateway, Operator, Outcome, PATIENCE, Running, Setup, field, tool};

/// Everybody of @ops, as the usual policy says it, and only the second of them.
const ALL: &str = "operators = [\"@ops\"]";
const SECOND: &str = "operators = [\"op2\"]";

/// What the usual rule does, as a test.
const TEST: &str = r#"
[[test]]
name = "first in"
operator = "op1"
source = "192.0.2.1"
asset = "box"
login = "{login}"
protocol = "shell"
at = "2026-05-06T09:00:00Z"
expect = "allow"
"#;

impl Gateway {
    /// Other policy files, with a piece of text replaced; nothing is applied.
    fn edited(&self, from: &str, to: &str) -> String {
        let text = fs::read_to_string(self.path("policies/all.toml")).unwrap();
        assert!(text.contains(from), "{from:?} is not in the policy");
        let dir = self.fresh("edited");
        fs::create_dir(&dir).unwrap();
        fs::write(dir.join("all.toml"), text.replace(from, to)).unwrap();
        dir.display().to_string()
    }

    fn apply(&self, dir: &str) -> Outcome {
        self.juyong(&["policy", "apply", dir, "--reason", "test"])
    }

    fn versions(&self) -> Vec<Value> {
        self.records(&["policy", "history"])
    }

    /// The rows of one kind.
    fn rows(&self, event: &str) -> Vec<Value> {
        self.events().into_iter().filter(|row| field(row, "event") == event).collect()
    }
}

fn long_running(gateway: &Gateway, operator: &Operator) -> Running {
    let running = Running::start(gateway.ssh(operator, "+box").arg("echo up; sleep 90"));
    running.expect("up");
    running
}

#[test]
fn a_change_is_told_cuts_and_is_rolled_back() {
    let gateway = Gateway::usual();
    let (first, second) = (gateway.operator("op1"), gateway.operator("op2"));
    let (cut, mut stays) = (long_running(&gateway, &first), long_running(&gateway, &second));
    let told = gateway.change_policy(ALL, SECOND).ok().text();
    cut.wait(PATIENCE).refused("");
    assert!(told.contains("loses     op1, op3, op4, op5 and 1 more operators on box"), "{told}");
    assert!(told.contains("rules: ops") && told.contains("version 2 is in force"), "{told}");
    assert!(!told.contains("op2"), "{told}");
    gateway.exec(&first, "+box", "true").refused("no rule");
    let back = gateway.juyong(&["policy", "rollback", "1", "--reason", "too much"]).ok();
    assert!(
        back.text().contains("gains     op1, op3") && back.text().contains("version 3 is in force"),
        "{back}"
    );
    assert!(back.errors().contains("are as they were"), "{back}");
    gateway.exec(&first, "+box", "true").ok();
    assert!(!stays.ended(), "the second one's session goes on");

    let versions = gateway.versions();
    let states: Vec<_> = versions.iter().map(|version| field(version, "state")).collect();
    assert_eq!(states, ["past", "past", "in force"]);
    assert_eq!(versions[0]["digest"], versions[2]["digest"]);
    let rows = gateway.rows("policy-applied");
    assert_eq!((&rows[2]["rollback_of"], field(&rows[2], "reason")), (&Value::from(1), "too much"));
    for row in 1..3 {
        assert_eq!(rows[row]["previous"], rows[row - 1]["digest"], "{rows:?}");
    }
    assert!(rows[0].get("previous").is_none() && rows[0].get("rollback_of").is_none(), "{rows:?}");
    gateway.juyong(&["policy", "rollback", "9", "--reason", "x"]).refused("there is no version 9");
}

#[test]
fn a_decision_names_the_policy_that_made_it() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", "true").ok();
    gateway.change_policy("id = \"ops\"", "id = \"others\"").ok();
    gateway.exec(&operator, "+box", "true").ok();
    let rows = gateway.rows("decision");
    let digests: Vec<_> = gateway.versions().iter().map(|version| version["digest"].clone()).collect();
    assert_eq!([&rows[0]["policy"], &rows[1]["policy"]], [&digests[0], &digests[1]]);
    assert_ne!(digests[0], digests[1]);
    assert_eq!(field(&rows[0], "via"), "direct");
}

#[test]
fn an_error_changes_nothing() {
    let gateway = Gateway::usual();
    let broken = gateway.edited(ALL, "operators = [\"@opps\"]");
    let out = gateway.apply(&broken).refused("did you mean \"@ops\"?");
    assert!(out.errors().contains("1 error: the policy in force stays as it is"), "{out}");
    gateway.juyong(&["policy", "apply", &broken, "--dry-run"]).refused("it would not come into force");
    assert_eq!(gateway.versions().len(), 1);
    let refused = gateway.rows("policy-refused");
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(field(&refused[0], "first").contains("\"@opps\" is not a group"), "{refused:?}");
    gateway.exec(&gateway.operator("op1"), "+box", "true").ok();
}

#[test]
fn a_test_that_fails_refuses() {
    let gateway = Setup::new().policy(TEST).start();
    gateway.juyong(&["policy", "test"]).ok();
    let closing = gateway.edited(ALL, SECOND);
    for words in [&["policy", "test", &closing][..], &["policy", "check", &closing]] {
        let out =
            gateway.juyong(words).refused("test \"first in\" fails: expected allow, decided deny (no-rule)");
        assert!(out.errors().contains("rule ops (allow) does not match: `operators` differs"), "{out}");
        assert!(out.errors().contains("1 of 1 tests fail"), "{out}");
        assert_eq!(out.code(), 1, "{out}");
    }
    let record = gateway.juyong(&["policy", "test", &closing, "--json"]).refused("1 of 1 tests fail").text();
    let record: Value = serde_json::from_str(record.trim()).unwrap();
    assert_eq!((&record["test"], &record["decided"]["reason"]), (&"first in".into(), &"no-rule".into()));
    gateway.apply(&closing).refused("1 of 1 tests fail: the policy in force stays as it is");
    assert_eq!(gateway.versions().len(), 1);
    assert!(field(&gateway.rows("policy-refused")[0], "first").contains("first in"));
    gateway.exec(&gateway.operator("op1"), "+box", "true").ok();
}

#[test]
fn a_first_start_does_not_begin_with_a_test_that_fails() {
    let failing = TEST.replace("\"allow\"", "\"deny\"");
    let gateway = Setup::new().policy(&failing).stopped().start();
    let out = gateway.juyong(&["serve"]).refused("test \"first in\" fails: expected deny, decided allow");
    assert_eq!(out.code(), 1, "{out}");
}

#[test]
fn a_dry_run_tells_and_changes_nothing() {
    let gateway = Gateway::usual();
    let closing = gateway.edited(ALL, SECOND);
    let told = gateway.juyong(&["policy", "apply", &closing, "--dry-run"]).ok().text();
    assert!(told.contains("loses     op1") && told.contains("nothing was changed"), "{told}");
    let record = &gateway.records(&["policy", "apply", &closing, "--dry-run"])[0];
    assert_eq!((&record["dry_run"], &record["changes"][0]["change"]), (&true.into(), &"loses".into()));
    assert_eq!((gateway.versions().len(), gateway.rows("policy-applied").len()), (1, 1));
    gateway.exec(&gateway.operator("op1"), "+box", "true").ok();
    let record = &gateway.records(&["policy", "apply", &closing, "--reason", "test"])[0];
    assert_eq!(record["version"], 2);
    assert_eq!(record["changes"][0]["operators"], serde_json::json!(["op1", "op3", "op4", "op5", "op6"]));
}

#[test]
fn versions_and_directories_are_compared_and_shown() {
    let gateway = Gateway::usual();
    let closing = gateway.edited(ALL, SECOND);
    let kinds = |places: &[&str]| {
        let words = [&["policy", "diff"], places].concat();
        gateway.records(&words).iter().map(|record| field(record, "change").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&[&closing]), ["loses"]);
    assert!(kinds(&[]).is_empty() && kinds(&["1"]).is_empty());
    gateway.apply(&closing).ok();
    assert_eq!(kinds(&[]), ["gains"]);
    assert_eq!(kinds(&["1"]), ["gains"]);
    assert_eq!(kinds(&["1", "2"]), ["loses"]);
    assert_eq!(kinds(&[&closing, "1"]), ["gains"]);
    let usual = gateway.path("policies").display().to_string();
    assert_eq!(kinds(&[&usual, &closing]), ["loses"]);
    gateway.juyong(&["policy", "diff", "1", "7"]).refused("there is no version 7");

    let over_ssh = gateway.exec(&gateway.operator("admin"), "", "policy diff 1 2").ok().text();
    assert!(
        over_ssh.contains("loses     op1") && over_ssh.contains("in all: loses for 5 operators on 1 asset"),
        "{over_ssh}"
    );

    // Which directories of the host are read is not for whoever comes over SSH: an error would quote what stands there.
    for line in [
        "policy diff /etc",
        "policy diff 1 /etc",
        "policy apply /etc --reason x",
        "policy apply /etc --dry-run",
    ] {
        gateway.exec(&gateway.operator("admin"), "", line).refused("read on the gateway's host");
    }

    let shown = &gateway.records(&["policy", "show", "2"])[0];
    assert_eq!((&shown["before"], &shown["changes"][0]["change"]), (&1.into(), &"loses".into()));
    assert_eq!((field(shown, "reason"), field(shown, "state")), ("test", "in force"));
    let text = gateway.juyong(&["policy", "show", "2"]).ok().text();
    assert!(text.contains("since version 1:\nloses     op1") && text.contains(SECOND), "{text}");
    let first = &gateway.records(&["policy", "show", "1"])[0];
    assert!(first["changes"].is_null() && first["files"].as_object().unwrap().len() == 1, "{first}");
}

#[test]
fn a_replay_finds_what_would_come_out_otherwise() {
    let gateway = Gateway::usual();
    let (first, second) = (gateway.operator("op1"), gateway.operator("op2"));
    gateway.exec(&first, "+box", "true").ok();
    gateway.exec(&second, "+box", "true").ok();
    let order = gateway.records(&["lockdown", "start", "--reason", "drill"]).remove(0);
    let refused = gateway.exec(&first, "+box", "true").refused("access is locked");
    assert_eq!(refused.code(), 255, "{refused}");
    gateway.juyong(&["lockdown", "lift", field(&order, "lockdown"), "--reason", "over"]).ok();
    let sessions = gateway.sessions();
    let of_first = sessions.iter().find(|session| field(session, "operator") == "op1").unwrap();

    let replay = |new: &str| gateway.records(&["policy", "diff", new, "--replay", "1d"]);
    let closing = replay(&gateway.edited(ALL, SECOND));
    assert_eq!(closing.len(), 2, "{closing:?}");
    let found = &closing[0];
    assert_eq!(
        [field(found, "change"), field(found, "operator"), field(found, "reason")],
        ["loses", "op1", "no-rule"]
    );
    assert_eq!(found["sessions"], serde_json::json!([field(of_first, "session")]));
    assert_eq!((&closing[1]["otherwise"], &closing[1]["sessions"]), (&1.into(), &1.into()), "{closing:?}");
    let same = replay(&gateway.edited("id = \"ops\"", "id = \"others\""));
    assert_eq!(
        (same.len(), &same[0]["otherwise"], &same[0]["beside"]),
        (1, &0.into(), &0.into()),
        "{same:?}"
    );
    let stricter = replay(&gateway.edited("effect = \"allow\"", "effect = \"allow\"\nmax_session = \"1h\""));
    let kinds: Vec<_> = stricter.iter().map(|record| field(record, "change")).collect();
    assert_eq!(kinds, ["stricter", "stricter", ""], "{stricter:?}");
    let text = gateway.juyong(&["policy", "diff", "1", "--replay", "1d"]).ok().text();
    assert!(text.contains("0 would come out otherwise"), "{text}");
    gateway.juyong(&["policy", "diff", "1", "1", "--replay", "1d"]).refused("name one policy only");
    gateway.juyong(&["policy", "diff", "1", "--replay", "a while"]).refused("is not a time");
}

/// A version is kept before its row is written: the gateway may die in between.
#[test]
fn a_version_without_its_row_is_never_in_force() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    gateway.kill();
    let keep = "import sqlite3, sys\ndb = sqlite3.connect(sys.argv[1])\n\
                db.execute(\"INSERT INTO policy SELECT 2, digest, author, 'never journaled', applied_at, files FROM policy\")\n\
                db.commit()";
    let database = gateway.path("data/juyong.db");
    Running::run(tool("python3").args(["-c", keep]).arg(&database), b"", Duration::from_secs(20)).ok();
    gateway.start();
    let states: Vec<_> =
        gateway.versions().iter().map(|version| field(version, "state").to_owned()).collect();
    assert_eq!(states, ["in force", "never in force"]);
    gateway.exec(&operator, "+box", "true").ok();
    gateway.change_policy(ALL, SECOND).ok();
    gateway.kill();
    gateway.start();
    let states: Vec<_> =
        gateway.versions().iter().map(|version| field(version, "state").to_owned()).collect();
    assert_eq!(states, ["past", "never in force", "in force"]);
    gateway.exec(&operator, "+box", "true").refused("no rule");
}

//! Why, who and what: asked over SSH and on the host, of the state in force and of files.

use serde_json::Value;

use crate::harness::{Gateway, Setup, field, user};

fn objects(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect()
}

fn explain(of: &str) -> String {
    format!("policy explain --operator {of} --source 127.0.0.1 --asset box --login {} --json", user())
}

#[test]
fn an_administrator_asks_why_over_ssh() {
    let gateway = Gateway::usual();
    let master = gateway.master(&gateway.operator("admin"), "");
    let said = |line: &str| objects(&master.exec(line).ok().text()).remove(0);
    let why = said(&explain("op1"));
    assert_eq!((field(&why, "decision"), why["rules"][0].as_str()), ("allow", Some("ops")), "{why}");
    assert_eq!(why["considered"][0]["rule"], "ops", "{why}");
    assert_eq!(why["outlook"]["changes"], "never", "{why}");
    // What holds is the state in force, with orders and accounts that were closed by hand.
    gateway.juyong(&["operator", "disable", "op2", "--reason", "on leave"]).ok();
    gateway.juyong(&["lockdown", "start", "--reason", "drill", "--scope", "op3", "--until", "2h"]).ok();
    let disabled = said(&explain("op2"));
    assert_eq!(field(&disabled, "reason"), "operator-disabled", "{disabled}");
    assert!(disabled.to_string().contains("disabled by hand: on leave"), "{disabled}");
    let locked = said(&explain("op3"));
    assert_eq!(field(&locked, "reason"), "lockdown", "{locked}");
    assert_eq!(locked["outlook"]["then"]["decision"], "allow", "{locked}");
    let text = master.exec(explain("op3").trim_end_matches(" --json")).ok().text();
    assert!(
        text.contains("DENIED: lockdown (drill)\n  allowed from ") && text.contains("(drill) covers"),
        "{text}"
    );
    gateway.journaled("console-command", &[("actor", "admin"), ("command", &explain("op2"))]);
}

#[test]
fn an_administrator_asks_who_and_what_over_ssh() {
    let gateway = Setup::new()
        .policy("[[rule]]\nid = \"guests\"\neffect = \"deny\"\nsources = [\"192.0.2.0/24\"]\nreason = \"guests\"\n")
        .start();
    gateway.juyong(&["operator", "disable", "op2"]).ok();
    let master = gateway.master(&gateway.operator("admin"), "");
    let who = objects(&master.exec("policy who --asset box --protocol shell --json").ok().text());
    let names: Vec<_> = who.iter().map(|access| field(access, "operator")).collect();
    assert_eq!(names, ["op1", "op3", "op4", "op5", "op6"]);
    assert_eq!(who[0]["from"], serde_json::json!(["0.0.0.0/0", "::/0"]));
    assert_eq!(who[0]["except"], serde_json::json!(["192.0.2.0/24"]));
    let text = master.exec("policy who --asset box --reasons").ok().text();
    assert!(text.contains("anywhere but 192.0.2.0/24"), "{text}");
    assert!(text.lines().any(|line| line.contains("op2") && line.ends_with("operator-disabled")), "{text}");
    let what =
        objects(&master.exec("policy what --operator op1 --source 192.0.2.7 --all --json").ok().text());
    assert!(!what.is_empty() && what.iter().all(|access| access["rules"][0] == "guests"), "{what:?}");
    let what = objects(&master.exec("policy what --operator op1 --file upload --json").ok().text());
    let protocols: Vec<_> = what.iter().map(|access| field(access, "protocol")).collect();
    assert_eq!(protocols, ["sftp", "scp"]);
}

#[test]
fn questions_that_have_no_answer_are_refused() {
    let gateway = Gateway::usual();
    let master = gateway.master(&gateway.operator("admin"), "");
    for (line, code, why) in [
        ("policy who --asset bx", 1, "there is no asset \"bx\": did you mean \"box\"?"),
        ("policy what --operator op11", 1, "there is no operator \"op11\": did you mean \"op1\"?"),
        ("policy who --asset box --login nobody-here", 1, "there is no login"),
        ("policy explain --operator op1 --asset box --login root", 2, "--source"),
        ("policy who --asset box --file upload --protocol shell", 1, "--file: belongs to"),
        // Files of the gateway's host are not for whoever comes over SSH.
        ("policy who --asset box --policies /etc", 1, "Policy files are read on the gateway's host"),
    ] {
        let out = master.exec(line).refused(why);
        assert_eq!(out.code(), code, "{line}");
        assert!(out.out.is_empty(), "{line}: {out}");
    }
}

#[test]
fn only_an_administrator_asks() {
    let gateway = Gateway::usual();
    for name in ["op1", "auditor", "officer"] {
        let master = gateway.master(&gateway.operator(name), "");
        for line in [&explain(name), "policy who --asset box", "policy what --operator op1"] {
            let out = master.exec(line).refused("not for your role");
            assert_eq!(out.code(), 1, "{line}");
            assert!(out.out.is_empty(), "{line}: {out}");
        }
    }
}

#[test]
fn files_are_asked_without_a_gateway() {
    let gateway = Setup::new().stopped().start();
    let policies = gateway.path("policies").display().to_string();
    let words = format!("{} --policies {policies}", explain("op1"));
    let why = objects(&gateway.juyong(&words.split(' ').collect::<Vec<_>>()).ok().text()).remove(0);
    assert_eq!(field(&why, "decision"), "allow");
    let words = ["policy", "who", "--asset", "box", "--protocol", "exec", "--policies", &policies];
    let text = gateway.juyong(&words).ok().text();
    assert!(text.contains("op6") && text.contains("anywhere"), "{text}");
    assert!(!gateway.path("data").exists(), "a question makes no data directory");
    let gone = ["policy", "who", "--asset", "box", "--policies", "/nowhere"];
    gateway.juyong(&gone).refused("/nowhere");
}

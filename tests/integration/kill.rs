//! `audit kill`: one session is ended by hand, and no other.

use crate::harness::{Gateway, PATIENCE, Running, Setup, field, has_event};

fn begun(gateway: &Gateway, operator: &str) -> Running {
    let running =
        Running::start(gateway.ssh(&gateway.operator(operator), "+box").arg("echo up; read x; echo got $x"));
    running.expect("up");
    running
}

fn session_of(gateway: &Gateway, operator: &str) -> String {
    let mine =
        |session: &serde_json::Value| field(session, "operator") == operator && session["ended"].is_null();
    let found = gateway.sessions().into_iter().find(mine).expect("a session");
    field(&found, "session").to_owned()
}

#[test]
fn trial_10_one_session_is_cut_and_the_other_goes_on() {
    let gateway = Gateway::usual();
    let (cut, mut left) = (begun(&gateway, "op1"), begun(&gateway, "op2"));
    let (officer, id) = (gateway.operator("officer"), session_of(&gateway, "op1"));
    let line = format!("audit kill {id} --reason 'not in the plan' --json");
    let answer = gateway.exec(&officer, "", &line).ok();
    let answer: serde_json::Value = serde_json::from_str(&answer.text()).unwrap();
    assert_eq!((field(&answer, "session"), field(&answer, "operator")), (id.as_str(), "op1"));
    assert!(answer["cut_ms"].is_u64(), "{answer}");
    assert_eq!(answer["may_go_on"], true, "attack 13: {answer}");
    cut.wait(PATIENCE).refused("ended by an officer: not in the plan");
    gateway.journaled(
        "session-killed",
        &[
            ("actor", "officer"),
            ("session", &id),
            ("operator", "op1"),
            ("asset", "box"),
            ("reason", "not in the plan"),
        ],
    );
    gateway.journaled(
        "session-ended",
        &[("session", &id), ("ending", "cut"), ("reason", "killed by officer: not in the plan")],
    );
    left.send("on\n");
    assert!(left.wait(PATIENCE).ok().text().contains("got on"));
    gateway.juyong(&["audit", "kill", &id, "--reason", "again"]).refused("has ended already");
}

#[test]
fn trial_10_what_is_killed_does_not_come_back_on_its_connection() {
    let gateway = Gateway::usual();
    let master = gateway.master(&gateway.operator("op1"), "+box");
    master.exec("echo up").ok();
    let id = session_of(&gateway, "op1");
    // Nothing is open in it, and the beginning of its id is enough.
    gateway.juyong(&["audit", "kill", &id[..id.len() - 2], "--reason", "over"]).ok();
    let told = format!("killed by local:{}: over", crate::harness::user());
    gateway.journaled("session-ended", &[("session", &id), ("ending", "cut"), ("reason", &told)]);
    master.exec("echo more").refused("ended by an officer");
    let rows = gateway.events();
    assert!(has_event(&rows, "decision", &[("decision", "deny"), ("reason", "session-over")]));
}

#[test]
fn trial_10_it_takes_an_officer_a_session_and_a_reason() {
    let gateway = Setup::new().start();
    let running = begun(&gateway, "op1");
    let id = session_of(&gateway, "op1");
    for who in ["auditor", "admin", "op2"] {
        let person = gateway.operator(who);
        gateway.exec(&person, "", &format!("audit kill {id} --reason x")).refused("not for your role");
    }
    gateway.juyong(&["audit", "kill", "nonsense", "--reason", "x"]).refused("no session nonsense runs");
    gateway.juyong(&["audit", "kill", &id, "--reason", " "]).refused("visible character");
    assert_eq!(gateway.juyong(&["audit", "kill", &id]).code(), 2);
    assert!(!has_event(&gateway.events(), "session-killed", &[]));
    drop(running);
}

//! Lists as people and programs read them.

use crate::harness::{Gateway, PATIENCE, Running, Setup, field, within};

fn lines(gateway: &Gateway, words: &[&str]) -> Vec<String> {
    gateway.juyong(words).ok().text().lines().map(str::to_owned).collect()
}

/// newcomer, auditor: heads, units, the zone, and text where no JSON was asked for.
#[test]
fn tables_have_heads_units_and_the_zone() {
    let gateway = Gateway::usual();
    gateway.exec(&gateway.operator("op1"), "+box", "echo seen").ok();
    gateway.ended_session();
    let sessions = lines(&gateway, &["audit", "sessions"]);
    assert!(sessions[0].starts_with("SESSION") && sessions[0].contains("STARTED"), "{sessions:?}");
    assert!(sessions[1].contains("+08:00") && sessions[1].contains(" B "), "{sessions:?}");
    let events = lines(&gateway, &["audit", "events"]);
    assert!(events[0].starts_with("ROW") && events[0].contains("EVENT"), "{events:?}");
    assert!(events.iter().any(|line| line.contains("login-accepted") && line.contains("op1")), "{events:?}");
    assert!(events.iter().all(|line| serde_json::from_str::<serde_json::Value>(line).is_err()), "{events:?}");
    let until = gateway.events().into_iter().find(|row| field(row, "event") == "decision").unwrap();
    assert!(field(&until, "at").ends_with("+08:00"), "{until}");
}

/// newcomer, auditor: an empty list says so, and a name that nobody has is an error.
#[test]
fn nothing_is_told_apart_from_nobody() {
    let gateway = Gateway::usual();
    gateway.exec(&gateway.operator("op1"), "+box", "true").ok();
    for list in ["sessions", "events", "commands"] {
        let out = gateway.juyong(&["audit", list, "--operator", "op1", "--source", "192.0.2.1"]).ok();
        assert!(out.text().is_empty() && out.errors().contains("Nothing matches"), "{out}");
        let out =
            gateway.juyong(&["audit", list, "--operator", "op1", "--source", "192.0.2.1", "--json"]).ok();
        assert!(out.text().is_empty() && out.errors().is_empty(), "{out}");
        gateway.juyong(&["audit", list, "--operator", "opp1"]).refused("Did you mean op1?");
        gateway.juyong(&["audit", list, "--asset", "bok", "--json"]).refused("Did you mean box?");
    }
    gateway.juyong(&["audit", "events", "--event", "login-acepted"]).refused("Did you mean login-accepted?");
}

/// A name outside the scope is not told apart from one that nobody has, nor proposed.
#[test]
fn nobody_is_proposed_from_outside_the_scope() {
    let scope = "[operator.narrow]\nroles = [\"auditor\"]\naudit = { operators = [\"op2\"] }\n";
    let gateway = Setup::new().policy(scope).start();
    gateway.exec(&gateway.operator("op1"), "+box", "true").ok();
    let narrow = gateway.operator("narrow");
    for name in ["op1", "op1x"] {
        let out =
            gateway.exec(&narrow, "", &format!("audit sessions --operator {name}")).refused("no operator");
        assert!(!out.errors().contains("mean op1?"), "{out}");
    }
}

/// newcomer, auditor: the failed logins behind a lock are found by the account's name.
#[test]
fn failed_logins_are_found_by_name() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let login = gateway.login_with(&operator, "wrong", "000000");
    Running::run(login.ssh("+box").arg("true"), b"", PATIENCE).refused("");
    within(PATIENCE, "the failure is journaled", || {
        let rows = gateway.records(&["audit", "events", "--operator", "op1", "--event", "login-refused"]);
        rows.iter().any(|row| field(row, "actor") == "unproven:op1").then_some(())
    });
}

/// trial 21: a list goes on where it ended, and says that there is more.
#[test]
fn a_list_goes_on_where_it_ended() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    for _ in 0..3 {
        gateway.exec(&operator, "+box", "true").ok();
    }
    let all: Vec<u64> = gateway.events().iter().map(|row| row["seq"].as_u64().unwrap()).collect();
    let seqs = |words: &[&str]| -> Vec<u64> {
        let rows = gateway.records(&[&["audit", "events"], words].concat());
        rows.iter().map(|row| row["seq"].as_u64().unwrap()).collect()
    };
    assert_eq!(seqs(&["--limit", "4", "--before", "10"]), [6, 7, 8, 9]);
    assert_eq!(seqs(&["--limit", "3", "--after", "2"]), [3, 4, 5]);
    assert!(all.starts_with(&[1, 2, 3]));
    let out = gateway.juyong(&["audit", "events", "--limit", "4"]).ok();
    let first = out.text().lines().nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    assert!(out.errors().contains(&format!("--before {first}")), "{out}");

    let sessions = gateway.sessions();
    let id = |n: usize| field(&sessions[n], "session").to_owned();
    let before = gateway.records(&["audit", "sessions", "--limit", "1", "--before", &id(2)]);
    assert_eq!(field(&before[0], "session"), id(1));
    let after = gateway.records(&["audit", "sessions", "--after", &id(1)]);
    assert_eq!(field(&after[0], "session"), id(2));
}

/// newcomer, officer: as much of an id as tells it from the others will do.
#[test]
fn the_beginning_of_an_id_will_do() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", "echo one").ok();
    let session = gateway.ended_session();
    let id = field(&session, "session");
    let text = gateway.juyong(&["audit", "export", &id[..12], "--format", "txt"]).ok().text();
    assert!(text.contains("one"), "{text}");
    let recording = session["recordings"][0].as_str().unwrap();
    gateway.juyong(&["audit", "show", recording]).ok();
    gateway.juyong(&["audit", "show", &id[..5]]).refused("is not the id of a session: write at least 6");
    assert_eq!(gateway.records(&["audit", "sessions", "--session", &id[..14]]).len(), 1);
    gateway.exec(&operator, "+box", "echo two").ok();
    gateway.juyong(&["audit", "show", &id[..6]]).refused("several sessions begin with");
}

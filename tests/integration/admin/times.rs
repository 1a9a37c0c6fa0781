//! newcomer: times mean what they say, and what was understood is shown back.

use crate::harness::{Gateway, Setup, field};

fn utc() -> Gateway {
    Setup::new().settings("timezone = \"Asia/Shanghai\"").language("en").start()
}

/// The time of day was cut off, and the last day of a period was open.
#[test]
fn an_order_ends_when_it_was_said_to() {
    let gateway = utc();
    for (until, want) in [
        ("2099-12-01 18:00", "2099-12-01T18:00:00+08:00"),
        ("2099-12-01T18:00", "2099-12-01T18:00:00+08:00"),
        ("2099-12-05", "2099-12-06T00:00:00+08:00"),
        ("2099-12-05 18:00 +01:00", "2099-12-06T01:00:00+08:00"),
    ] {
        let words = ["lockdown", "start", "--reason", "drill", "--scope", "op2", "--until", until];
        let order = gateway.records(&words).remove(0);
        assert_eq!(field(&order, "until"), want, "{until}");
        let id = field(&order, "lockdown").to_owned();
        let status = gateway.records(&["lockdown", "status"]);
        let kept = status.iter().find(|row| row["lockdown"] == id.as_str()).unwrap();
        assert_eq!(field(kept, "until"), want, "{until}");
        let permit = ["lockdown", "allow", &id, "op2", "--ticket", "T-1", "--until", "2099-11-30 08:30"];
        assert_eq!(field(&gateway.records(&permit)[0], "until"), "2099-11-30T08:30:00+08:00");
        gateway.juyong(&["lockdown", "lift", &id, "--reason", "over"]).ok();
    }
    let words = ["lockdown", "start", "--reason", "drill", "--scope", "op2", "--until", "2099-12-05"];
    let told = gateway.juyong(&words).ok().text();
    assert!(told.contains("until 2099-12-06 00:00:00 +08:00"), "{told}");
    assert!(told.contains("juyong lockdown lift "), "{told}");
}

#[test]
fn what_is_not_a_time_is_refused_by_every_command() {
    let gateway = utc();
    for words in [
        &["lockdown", "start", "--reason", "x", "--until", "2099-12-01 18"][..],
        &["lockdown", "plan", "--until", "soon"],
        &["audit", "sessions", "--since", "2026-12-01 18:00x"],
        &["audit", "events", "--until", "2026-13-01 18"],
        &["audit", "commands", "--since", "a while"],
        &["policy", "diff", "1", "--replay", "last week"],
        &["policy", "what", "--operator", "op1", "--at", "2026-12-01 noon"],
    ] {
        let out = gateway.juyong(words);
        assert_eq!(out.code(), 1, "{words:?}: {out}");
        assert!(out.errors().contains("is not a time") || out.errors().contains("in the calendar"), "{out}");
        assert!(out.text().is_empty(), "{out}");
    }
    assert!(gateway.records(&["lockdown", "status"]).is_empty(), "nothing was ordered");
}

/// `--at '2026-12-01 12:00'` answered for midnight.
#[test]
fn a_question_is_asked_of_the_time_that_is_given() {
    let gateway = utc();
    let source = "127.0.0.1";
    let asked =
        ["policy", "explain", "--operator", "op1", "--source", source, "--asset", "box", "--login", "root"];
    for at in ["2026-12-01 12:00", "2026-12-01T12:00", "2026-12-01 12:00:00", "2026-12-01T12:00:00+08:00"] {
        let answer = gateway.records(&[&asked[..], &["--at", at]].concat()).remove(0);
        assert_eq!(field(&answer["request"], "at"), "2026-12-01T12:00:00+08:00", "{at}");
        let told = gateway.juyong(&[&asked[..], &["--at", at]].concat()).ok().text();
        assert!(told.contains("2026-12-01 12:00 +08:00"), "{told}");
    }
}

#[test]
fn a_list_says_of_which_time_it_is() {
    let gateway = utc();
    let out = gateway.juyong(&["audit", "sessions", "--since", "2026-11-28 08:00", "--until", "2026-11-28"]);
    let out = out.ok();
    let told = out.errors();
    assert!(told.starts_with("from 2026-11-28 08:00:00 +08:00 until 2026-11-29 00:00:00 +08:00\n"), "{out}");
    assert!(out.text().is_empty(), "{out}");
}

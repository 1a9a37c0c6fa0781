//! people 5: what is asked for wrongly is told with the mend, and to nobody whose command it is not.

use crate::harness::{Gateway, Running, within};

#[test]
fn a_span_that_ends_before_it_begins_is_an_error() {
    let gateway = Gateway::usual();
    for what in ["sessions", "events", "commands"] {
        let words = ["audit", what, "--since", "2026-05-02", "--until", "2026-05-01"];
        let out = gateway.juyong(&words);
        out.refused("--until (2026-05-02 00:00:00 +08:00) is not after --since (2026-05-02 00:00:00 +08:00)");
        gateway.juyong(&["audit", what, "--since", "1h", "--until", "1h"]).refused("is not after --since");
        gateway.juyong(&["audit", what, "--since", "2026-05-01", "--until", "2026-05-01"]).ok();
    }
    for (text, mend) in [("2026-02-30", "check the month and the day"), ("2026-05-01 18", "write 2026-05-01")]
    {
        let out = gateway.juyong(&["audit", "events", "--since", text]);
        out.refused("--since: ");
        gateway.juyong(&["audit", "events", "--since", text]).refused(mend);
    }
}

#[test]
fn a_source_is_one_address_or_one_network() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", "true").ok();
    gateway.ended_session();
    let out = gateway.juyong(&["audit", "sessions", "--source", "10.0.0.5/8"]);
    out.refused("10.0.0.5/8 has bits set beyond its prefix: write 10.0.0.0/8 for the network, or 10.0.0.5");
    gateway
        .juyong(&["audit", "events", "--source", "10.0.0"])
        .refused("--source: \"10.0.0\" is not an address");
    for (source, found) in [
        ("127.0.0.1", 1),
        ("127.0.0.0/8", 1),
        ("::ffff:127.0.0.1", 1),
        ("::ffff:127.0.0.0/104", 1),
        ("10.0.0.0/8", 0),
    ] {
        let rows = gateway.records(&["audit", "sessions", "--source", source]);
        assert_eq!(rows.len(), found, "{source}");
    }
}

/// people 5: a session that runs was listed with 0 B both ways.
#[test]
fn a_running_session_has_no_count_yet() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let running = Running::start(gateway.ssh(&operator, "+box").arg("echo up; sleep 90"));
    running.expect("up");
    let line = || {
        let text = gateway.juyong(&["audit", "sessions"]).ok().text();
        text.lines().find(|line| line.contains("@box")).map(str::to_owned)
    };
    let shown = within(crate::harness::PATIENCE, "the session is listed", line);
    let dashes = shown.split_whitespace().filter(|word| *word == "-").count();
    assert!(dashes == 2 && !shown.contains("0 B"), "{shown}");
    drop(running);
    gateway.ended_session();
    assert!(line().unwrap().contains(" B"), "{:?}", line());
}

#[test]
fn who_may_not_give_a_command_learns_nothing_of_its_grammar() {
    let gateway = Gateway::usual();
    let vendor = gateway.master(&gateway.operator("op1"), "");
    for line in [
        "lockdown",
        "lockdown start",
        "lockdown strat",
        "lockdown start --help",
        "help lockdown start",
        "lockdown start help",
        "audit sessions --nonsense",
        "operator enrol",
        "policy apply",
    ] {
        let out = vendor.exec(line);
        assert_eq!(out.code(), 1, "{line}: {out}");
        let said = out.text() + &out.errors();
        assert!(said.contains("is not for your role") && !said.contains("Usage"), "{line}: {said}");
        assert!(!said.contains("--") && !said.contains('<'), "{line}: {said}");
    }
    for line in ["clock trust", "policy check --nonsense", "help doctor"] {
        let out = vendor.exec(line);
        assert!(out.code() == 1 && out.errors().contains("On the gateway's host only"), "{line}: {out}");
    }
    vendor.exec("nonsense").refused("name the asset");
    // Of a row that a row is left of nothing has changed.
    gateway.journaled("console-command", &[("actor", "op1"), ("command", "lockdown strat")]);
}

#[test]
fn an_unknown_command_is_answered_with_ones_own() {
    let gateway = Gateway::usual();
    let officer = gateway.master(&gateway.operator("officer"), "");
    let said = officer.exec("nonsense").errors();
    assert!(said.contains("Yours are: ") && said.contains("lockdown start"), "{said}");
    for other in ["audit sessions", "operator list", "policy apply", "+LOGIN@ASSET"] {
        assert!(!said.contains(other), "{other}: {said}");
    }
    let said = officer.exec("audit nonsense").errors();
    assert!(said.contains("Yours are: audit kill."), "{said}");
    let help = officer.exec("help audit").ok().text();
    assert!(help.contains("kill") && !help.contains("sessions "), "{help}");
}

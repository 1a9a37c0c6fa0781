//! What takes two persons takes two.

use super::persons::third;
use crate::harness::{Gateway, Master, Setup, field};

pub(super) const SECOND: &str =
    "[operator.officer2]\nroles = [\"security\"]\n[operator.officer3]\nroles = [\"security\"]\n";

fn dual(more: &str) -> Gateway {
    let tables = format!(
        "[lockdown]\ndual = [\"start\", \"lift\", \"allow\", \"codes\"]\nconfirm_after = \"0s\"\n{more}"
    );
    Setup::new().policy(SECOND).tables(&tables).start()
}

/// A command's one record.
pub(super) fn says(master: &Master, line: &str) -> serde_json::Value {
    let out = master.exec(&format!("lockdown {line} --json")).ok();
    serde_json::from_str(out.text().lines().next().unwrap()).unwrap()
}

#[test]
fn an_order_waits_for_another_person() {
    let gateway = dual("");
    let operator = gateway.operator("op1");
    let [first, second] = ["officer", "officer2"].map(|name| gateway.master(&gateway.operator(name), ""));
    let worker = gateway.master(&operator, "");

    let asked = says(&first, "start --reason drill --order N-1");
    assert_eq!(field(&asked, "state"), "requested", "{asked}");
    let (request, id) = (field(&asked, "request"), field(&asked, "lockdown"));
    assert_eq!(gateway.exec(&operator, "+box", "echo still-in").ok().text(), "still-in\n");
    first.exec(&format!("lockdown confirm {request}")).refused("another person of role security");
    worker.exec(&format!("lockdown confirm {request}")).refused("not for your role");
    first.exec(&format!("lockdown lift {id} --reason x")).refused("no lockdown");
    let waiting = gateway.records(&["lockdown", "status"]);
    assert_eq!((waiting.len(), field(&waiting[0], "request")), (1, request));

    let done = says(&second, &format!("confirm {id}"));
    assert_eq!((field(&done, "lockdown"), done["covered"].as_u64()), (id, Some(6)), "{done}");
    gateway.exec(&operator, "+box", "true").refused("locked by order N-1");
    second.exec(&format!("lockdown confirm {request}")).refused("is waiting");
    let status = gateway.records(&["lockdown", "status"]);
    assert_eq!((field(&status[0], "by"), field(&status[0], "confirmed_by")), ("officer", "officer2"));
    gateway.journaled("lockdown-requested", &[("actor", "officer"), ("request", request), ("act", "start")]);
    gateway.journaled("lockdown-confirmed", &[("actor", "officer2"), ("requested_by", "officer")]);

    // The host's user is one person, and so is everybody who can be that user.
    let asked = gateway.records(&["lockdown", "lift", id, "--reason", "over"]).remove(0);
    let request = field(&asked, "request");
    gateway.juyong(&["lockdown", "confirm", request]).refused("an officer must confirm it over SSH");
    gateway.exec(&operator, "+box", "true").refused("locked by order N-1");
    first.exec(&format!("lockdown confirm {}", field(&asked, "request"))).refused("counts once");
    let asked = says(&first, &format!("lift {id} --reason over"));
    says(&second, &format!("confirm {}", field(&asked, "request")));
    gateway.exec(&operator, "+box", "true").ok();
    gateway.journaled("lockdown-lifted", &[("actor", "officer2"), ("lockdown", id)]);
}

/// emergency 1: a second person saw "start ID", and nothing of what it would do.
#[test]
fn who_confirms_sees_all_that_it_would_do() {
    let gateway = dual("");
    let [first, second] = ["officer", "officer2"].map(|name| gateway.master(&gateway.operator(name), ""));
    let asked = says(&first, "start --reason drill --order N-1 --scope @ops --until 2h");
    let (id, details) = (field(&asked, "request"), &asked["details"]);
    gateway.journaled("lockdown-requested", &[("request", id)]);
    let waiting = gateway.records(&["lockdown", "status"]).remove(0);
    let rows = gateway.events();
    let row = rows.iter().find(|row| row["request"] == id).expect("a row of the request");
    for shown in [details, &waiting["details"], &row["details"]] {
        for (name, want) in [
            ("scope", serde_json::json!(["@ops"])),
            ("except", serde_json::json!([])),
            ("reason", "drill".into()),
            ("order", "N-1".into()),
            ("covered", 6.into()),
            ("sessions", 0.into()),
        ] {
            assert_eq!(shown[name], want, "{name}: {shown}");
        }
        // To the second, as people read it.
        let until =
            |shown: &serde_json::Value| field(shown, "until").parse::<jiff::Timestamp>().unwrap().as_second();
        assert_eq!(until(shown), until(details), "{shown}");
        assert_eq!(shown.as_object().map(|fields| fields.len()), Some(7), "{shown}");
    }
    for words in [["lockdown", "status"], ["approve", "list"]] {
        let text = gateway.juyong(&words).ok().text();
        for part in
            ["not in force", "@ops", "except nobody", "N-1", "drill", "covered", "cut now", "hold until"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    says(&first, "codes --operator op2 --count 2 --for 3h");
    let text = gateway.juyong(&["lockdown", "status"]).ok().text();
    assert!(text.contains("2 codes for op2") && text.contains("for 3h"), "{text}");
    // people 4: by the number on paper.
    assert_eq!(field(&says(&second, &format!("confirm {id}")), "state"), "in-force");
}

/// emergency 1: a permit without an asset opens all of them, and whoever confirms it reads so.
#[test]
fn who_confirms_a_permit_for_every_asset_reads_so() {
    let gateway = dual("");
    let [first, second] = ["officer", "officer2"].map(|name| gateway.master(&gateway.operator(name), ""));
    let asked = says(&first, "start --reason drill --scope @ops");
    let id = field(&asked, "lockdown");
    says(&second, &format!("confirm {id}"));
    let asked = says(&first, &format!("allow {id} op1 --ticket T-1"));
    let details = &asked["details"];
    assert_eq!((details["every_asset"].as_bool(), field(details, "ticket")), (Some(true), "T-1"), "{asked}");
    let text = gateway.juyong(&["lockdown", "status"]).ok().text();
    assert!(text.contains("EVERY asset") && text.contains("T-1"), "{text}");
}

/// emergency 1: what nobody reads to its end is not asked for.
#[test]
fn what_is_too_long_to_read_cannot_be_asked_for() {
    let gateway = dual("");
    let scope = vec!["@ops"; 1000].join(",");
    let line = ["lockdown", "start", "--reason", "x", "--scope", &scope];
    gateway.juyong(&line).refused("cannot be confirmed");
    assert!(gateway.records(&["lockdown", "status"]).is_empty());
}

/// emergency 2: blanks are not a reason, an order's number or a ticket.
#[test]
fn blanks_state_nothing() {
    let gateway = Setup::new().start();
    for blank in ["", " ", "\u{3000}", "\u{200b}"] {
        for line in [
            &["lockdown", "start", "--reason", blank][..],
            &["lockdown", "start", "--reason", "x", "--order", blank],
            &["lockdown", "lift", "x", "--reason", blank],
            &["operator", "disable", "op1", "--reason", blank],
            &["audit", "kill", "x", "--reason", blank],
            &["approve", "grant", "x", "--reason", blank],
            &["policy", "apply", "--reason", blank],
        ] {
            gateway.juyong(line).refused("at least one visible character");
        }
    }
}

#[test]
fn nobody_confirms_whom_it_would_cover_or_open() {
    let gateway = dual("");
    let [first, second] = ["officer", "officer2"].map(|name| gateway.master(&gateway.operator(name), ""));
    let third = gateway.master(&third(&gateway, &gateway.operator("admin"), &first), "");
    let asked = says(&first, "start --reason drill --scope @ops,officer2");
    let id = field(&asked, "lockdown");
    second.exec(&format!("lockdown confirm {id}")).refused("covers your own account");
    says(&third, &format!("confirm {id}"));
    assert!(!second.exec("lockdown status").status.success(), "cut");

    // A permit for oneself, asked for or confirmed by oneself.
    first.exec(&format!("lockdown allow {id} officer2 --ticket T-1")).ok();
    let other = says(&third, &format!("allow {id} op1 --asset box --ticket T-2"));
    gateway.juyong(&["lockdown", "confirm", id]).refused("several requests");
    says(&first, &format!("confirm {}", field(&other, "request")));
    assert_eq!(gateway.exec(&gateway.operator("op1"), "+box", "echo in").ok().text(), "in\n");
    let own = says(&first, "start --reason own --scope officer");
    let own = field(&own, "lockdown");
    says(&third, &format!("confirm {own}"));
    third.exec(&format!("lockdown allow {id} officer3 --ticket T-3")).refused("not covered");
}

/// attacker: what waits behind a number was swapped after it had been read.
#[test]
fn what_waits_behind_a_number_is_named_and_not_confirmed() {
    let gateway = dual("");
    let [first, second] = ["officer", "officer2"].map(|name| gateway.master(&gateway.operator(name), ""));
    let order = says(&first, "start --reason drill --scope @ops --order 17");
    second.exec("lockdown confirm 17").refused(field(&order, "request"));
    second.exec(&format!("lockdown confirm {}", &field(&order, "request")[..19])).refused("read what waits");
    says(&second, &format!("confirm {}", field(&order, "lockdown")));
    let small = says(&first, "allow 17 op1 --asset box --ticket T-1 --until 1h");
    first.exec(&format!("approve withdraw {}", field(&small, "request"))).ok();
    let large = says(&first, "allow 17 op1 --ticket T-1 --until 30d");
    second.exec("lockdown confirm 17").refused(field(&large, "request"));
    second.exec(&format!("lockdown confirm {}", field(&order, "lockdown"))).refused(field(&large, "request"));
    second.exec(&format!("lockdown confirm {}", field(&small, "request"))).refused("no request");
    says(&second, &format!("confirm {}", field(&large, "request")));
}

#[test]
fn a_request_lapses() {
    let gateway = dual("confirm_within = \"2s\"");
    let asked = gateway.records(&["lockdown", "start", "--reason", "drill"]).remove(0);
    let request = field(&asked, "request");
    gateway.journaled("lockdown-lapsed", &[("request", request), ("requested_by", &local(&asked))]);
    let officer = gateway.operator("officer");
    gateway.exec(&officer, "", &format!("lockdown confirm {request}")).refused("is waiting");
    gateway.exec(&gateway.operator("op1"), "+box", "true").ok();
    assert!(gateway.records(&["lockdown", "status"]).is_empty());
}

fn local(record: &serde_json::Value) -> String {
    field(record, "by").to_owned()
}

#[test]
fn a_request_survives_a_restart() {
    let gateway = dual("");
    let [first, second] = ["officer", "officer2"].map(|name| gateway.operator(name));
    let asked = says(&gateway.master(&first, ""), "start --reason drill");
    gateway.kill();
    gateway.start();
    gateway.exec(&second, "", &format!("lockdown confirm {}", field(&asked, "request"))).ok();
    gateway.exec(&gateway.operator("op1"), "+box", "true").refused("access is locked");
}

#[test]
fn codes_are_shown_to_the_one_who_confirms() {
    let gateway = dual("");
    let [first, second] = ["officer", "officer2"].map(|name| gateway.operator(name));
    let asked = says(&gateway.master(&first, ""), "codes --operator op1 --count 2");
    assert_eq!(field(&asked, "state"), "requested");
    let out = gateway.exec(&second, "", &format!("lockdown confirm {}", field(&asked, "request")));
    let codes = out.ok().text();
    assert_eq!(codes.lines().count(), 2, "{codes}");
    let events = gateway.events();
    let told = events.iter().any(|row| codes.lines().any(|code| row.to_string().contains(code)));
    assert!(!told, "no code is in the journal");
    gateway.journaled("codes-drawn", &[("operator", "op1"), ("actor", "officer2")]);
}

#[test]
fn doctor_says_where_nobody_could_confirm() {
    let gateway = dual("");
    let look = || gateway.juyong(&["doctor"]).text();
    assert!(look().contains("ok     lockdown.dual"), "{}", look());
    let path = gateway.path("policies/all.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("[\"security\"]", "[\"auditor\"]")).unwrap();
    assert!(look().contains("wrong  lockdown.dual: nobody could confirm"), "{}", look());
}

/// newcomer: a request stayed although its lockdown was over, and nobody could take one back.
#[test]
fn a_request_is_taken_back_or_ends_when_it_is_moot() {
    let gateway = Setup::new()
        .policy(SECOND)
        .tables("[lockdown]\ndual = [\"lift\", \"allow\"]\nconfirm_after = \"0s\"")
        .start();
    let [first, second] = ["officer", "officer2"].map(|name| gateway.master(&gateway.operator(name), ""));
    let order = says(&first, "start --reason drill");
    let id = field(&order, "lockdown");
    let lift = says(&first, &format!("lift {id} --reason over"));
    let lift = field(&lift, "request");
    let listed = gateway.records(&["approve", "list"]);
    assert!(listed.iter().any(|row| row["request"] == lift), "{listed:?}");
    second.exec(&format!("approve withdraw {lift}")).refused("of yours is waiting");
    first.exec(&format!("approve withdraw {lift}")).ok();
    gateway.journaled("lockdown-withdrawn", &[("actor", "officer"), ("request", lift), ("act", "lift")]);
    second.exec(&format!("lockdown confirm {lift}")).refused("is waiting");
    let moot = says(&first, &format!("allow {id} op1 --ticket T-1"));
    let moot = field(&moot, "request");
    let lift = says(&first, &format!("lift {id} --reason over"));
    says(&second, &format!("confirm {}", field(&lift, "request")));
    gateway.journaled("lockdown-withdrawn", &[("actor", "gateway"), ("request", moot), ("act", "allow")]);
    assert!(gateway.records(&["approve", "list"]).is_empty());
}

//! issue 14, 3 and 8: accounts by their states, the seats, and accounts that end.

use jiff::Timestamp;
use serde_json::Value;

use crate::harness::{Gateway, PATIENCE, Running, Setup, field, within};

const DAY: i64 = 86_400;

fn names(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| field(row, "operator")).collect()
}

fn listed(gateway: &Gateway, more: &[&str]) -> Vec<String> {
    let rows = gateway.records(&[&["operator", "list"], more].concat());
    names(&rows).into_iter().map(str::to_owned).collect()
}

/// Nobody has used it for 90 days: it stops working, says so, and works again when an administrator enables it.
#[test]
fn an_account_that_nobody_uses_stops_working() {
    let gateway = Setup::new().stopped().start();
    gateway.set_hours(0);
    gateway.start();
    gateway.set_credential("box");
    let (used, unused) = (gateway.operator("op1"), gateway.operator("op2"));
    gateway.exec(&used, "+box", "true").ok();
    assert!(listed(&gateway, &["--state", "idle"]).is_empty());
    gateway.set_hours(89 * DAY);
    assert!(listed(&gateway, &["--state", "idle"]).is_empty());
    assert_eq!(listed(&gateway, &["--idle", "80d"]), ["op1", "op2"]);
    gateway.set_hours(91 * DAY);
    assert_eq!(listed(&gateway, &["--state", "idle"]), ["op1", "op2"]);
    let told = gateway.juyong(&["operator", "list"]).ok().text();
    assert!(told.contains("idle since"), "{told}");
    // Codes are of the true time; decisions stay at the latest time that was.
    gateway.set_hours(0);
    gateway.journaled("clock-went-back", &[]);
    gateway.exec(&used, "+box", "true").refused("nobody has used this account since");
    gateway.journaled("login-refused", &[("actor", "op1"), ("reason", "operator-idle")]);
    gateway.juyong(&["operator", "enable", "op1", "--reason", "back from leave"]).ok();
    gateway.exec(&used, "+box", "true").ok();
    gateway.exec(&unused, "+box", "true").refused("nobody has used this account since");
}

#[test]
fn idle_accounts_work_where_the_configuration_says_so() {
    let gateway = Setup::new().tables("[auth]\nidle_account = \"0s\"").stopped().start();
    gateway.set_hours(0);
    gateway.start();
    gateway.set_credential("box");
    let person = gateway.operator("op1");
    gateway.set_hours(900 * DAY);
    gateway.juyong(&["operator", "list"]).ok(); // a row of that time
    gateway.set_hours(0);
    gateway.journaled("clock-went-back", &[]);
    gateway.exec(&person, "+box", "true").ok();
}

/// One order closes all that lets somebody in, and says what that was.
#[test]
fn who_leaves_is_out_in_one_command() {
    let gateway = Setup::new().tables("[auth]\nremember = \"8h\"").start();
    let person = gateway.operator("op1");
    let session = Running::start(gateway.ssh(&person, "+box").arg("echo up; sleep 90"));
    session.expect("up");
    let account = &gateway.records(&["operator", "show", "op1"])[0];
    assert_eq!(account["sessions"], 1, "{account}");
    let left = gateway.records(&["operator", "leave", "op1", "--reason", "contract over"]);
    let left = &left[0];
    assert_eq!((&left["sessions_cut"], &left["factors_stay"]), (&1.into(), &false.into()), "{left}");
    assert_eq!(left["remembered_ended"], 1, "{left}");
    assert_eq!(left["factors_removed"].as_array().unwrap().len(), 3, "{left}");
    session.wait(PATIENCE).refused("");
    let rows = gateway.events();
    let row = rows.iter().find(|row| field(row, "event") == "operator-left").unwrap();
    assert_eq!((field(row, "operator"), field(row, "reason")), ("op1", "contract over"));
    for kind in ["operator-disabled", "operator-reset"] {
        assert!(
            rows.iter().any(|row| field(row, "event") == kind && field(row, "operator") == "op1"),
            "{kind}"
        );
    }
    let state = &gateway.records(&["operator", "show", "op1"])[0];
    assert_eq!(state["states"], serde_json::json!(["disabled", "not-enrolled"]), "{state}");
    gateway.juyong(&["operator", "leave", "nobody", "--reason", "x"]).refused("nobody");
    gateway.juyong(&["operator", "leave", "op2"]).refused("--reason");
    let told = gateway.juyong(&["operator", "leave", "op2", "--reason", "never came"]).ok().text();
    assert!(told.contains("op2 is out: disabled, 0 sessions cut"), "{told}");
}

/// Of an officer the factors stay where taking them away takes two persons: the account is shut all the same.
#[test]
fn an_officer_who_leaves_is_shut_though_the_factors_take_two() {
    let more = "[operator.other]\nroles = [\"security\"]\n[operator.third]\nroles = [\"security\"]\n";
    let gateway = Setup::new().policy(more).tables("[lockdown]\ndual = [\"factors\"]").start();
    ["officer", "other"].iter().for_each(|name| drop(gateway.operator(name)));
    let left = &gateway.records(&["operator", "leave", "officer", "--reason", "gone"])[0];
    assert_eq!((&left["disabled"], &left["factors_stay"]), (&true.into(), &true.into()), "{left}");
}

#[test]
fn accounts_are_listed_by_state_group_vendor_and_end() {
    let soon = Timestamp::now().as_second() + 20 * DAY;
    let soon = Timestamp::from_second(soon).unwrap().strftime("%Y-%m-%d").to_string();
    let more = format!(
        "[operator.acme1]\nvendor = \"acme\"\ngroups = [\"dba\"]\nvalid = \"..{soon}\"\ncontact = \"=1\"\n\
         [operator.acme2]\nvendor = \"acme\"\nvalid = \"..2020-01-01\"\n"
    );
    let gateway = Setup::new().policy(&more).start();
    let person = gateway.operator("op1");
    gateway.operator("acme1");
    gateway.exec(&person, "+box", "true").ok();
    assert_eq!(listed(&gateway, &["--vendor", "acme"]), ["acme1", "acme2"]);
    assert_eq!(listed(&gateway, &["--group", "@dba"]), ["acme1"]);
    assert_eq!(listed(&gateway, &["--state", "expired"]), ["acme2"]);
    assert_eq!(listed(&gateway, &["--state", "active"]), ["acme1", "op1"]);
    assert_eq!(listed(&gateway, &["--state", "active,expired"]), ["acme1", "acme2", "op1"]);
    assert_eq!(listed(&gateway, &["--expires-within", "10d"]), Vec::<String>::new());
    assert_eq!(listed(&gateway, &["--expires-within", "30d"]), ["acme1"]);
    assert_eq!(listed(&gateway, &["--limit", "2", "--after", "acme2"]), ["admin", "auditor"]);
    gateway.juyong(&["operator", "list", "--state", "sleepy"]).refused("one of active, disabled");
    let all = gateway.juyong(&["operator", "list"]).ok();
    assert!(all.errors().contains("seats: 2 of 315"), "{all}");
    let row = &gateway.records(&["operator", "show", "op1"])[0];
    assert!(!field(row, "last_login").is_empty() && field(row, "last_source") == "127.0.0.1", "{row}");
    let table = gateway.juyong(&["operator", "list", "--csv"]).ok().text();
    assert!(table.starts_with("\u{feff}operator,name,role,vendor,"), "{table}");
    assert!(table.contains(&format!("\r\nacme1,,operator,acme,dba,,{soon},'=1,active,")), "{table}");
    gateway.juyong(&["lockdown", "start", "--reason", "drill", "--scope", "op1"]).ok();
    assert_eq!(listed(&gateway, &["--state", "locked-down"]), ["op1"]);
}

/// The third of two seats is refused, and journaled; who leaves frees one.
#[test]
fn seats_are_counted() {
    let gateway = Setup::new().settings("seats = 2").start();
    ["op1", "op2"].iter().for_each(|name| drop(gateway.operator(name)));
    let public = format!("{}.pub", crate::harness::key_pair(&gateway.fresh("key")).display());
    let enrol = ["operator", "enrol", "op3", "--public-key", &public];
    gateway.juyong(&enrol).refused("all 2 seats are taken");
    let rows = gateway.events();
    let row = rows.iter().find(|row| field(row, "event") == "seat-refused").unwrap();
    assert_eq!((field(row, "operator"), &row["seats"]), ("op3", &2.into()));
    assert!(gateway.juyong(&["operator", "list"]).ok().errors().contains("seats: 2 of 2"));
    gateway.juyong(&["operator", "leave", "op1", "--reason", "gone"]).ok();
    within(PATIENCE, "the seat is free", || gateway.juyong(&enrol).status.success().then_some(()));
}

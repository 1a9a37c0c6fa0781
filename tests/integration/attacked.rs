//! Under attack: sources that fail too often are blocked, whoever knows a name keeps nobody out, and a flood of attempts
//! grows nothing without bound.

use serde_json::Value;

use crate::harness::{Gateway, LONG, Operator, Outcome, PATIENCE, Running, Setup, field, script, within};

const ELSEWHERE: &str = "BindAddress=127.0.0.2";
const BY_PASSWORD: &[&str] =
    &["PubkeyAuthentication=no", "PreferredAuthentications=password,keyboard-interactive"];
const BLOCKED: &str = "too many failed logins came from your address";

fn guarded(auth: &str) -> Gateway {
    Setup::new().tables(&format!("[auth]\n{auth}")).start()
}

fn run(gateway: &Gateway, operator: &Operator, from: &str, options: &[&str]) -> Outcome {
    let login = gateway.login(operator);
    let mut ssh = login.ssh("+box");
    ssh.args(["-o", from]);
    for option in options {
        ssh.args(["-o", option]);
    }
    Running::run(ssh.arg("echo in"), b"", PATIENCE)
}

/// Wrong passwords for a name, which need not be anybody's.
fn guess(gateway: &Gateway, name: &str, from: &str, times: usize) {
    let stranger = Operator::new(name, gateway.path("no-key"));
    for _ in 0..times {
        let login = gateway.login_with(&stranger, "wrong-Password-1", "000000");
        let mut ssh = login.ssh("+box");
        ssh.args(["-o", from, "-o", "PreferredAuthentications=password"]);
        Running::run(ssh.arg("true"), b"", PATIENCE).refused("Permission denied");
    }
}

/// Wrong codes behind the operator's own key.
fn guess_codes(gateway: &Gateway, operator: &Operator, from: &str, times: usize) {
    for _ in 0..times {
        let login = gateway.login_with(operator, &operator.password, &operator.wrong_code());
        let mut ssh = login.ssh("+box");
        Running::run(ssh.args(["-o", from, "true"]), b"", PATIENCE).refused("Permission denied");
    }
}

/// attack 6: names that nobody has count, too, and nothing is exchanged with who is blocked.
#[test]
fn a_source_of_failures_is_blocked_until_somebody_unblocks_it() {
    let gateway = guarded("block_after = 5");
    let operator = gateway.operator("op1");
    guess(&gateway, "nobody", ELSEWHERE, 5);
    gateway.journaled("source-blocked", &[("source", "127.0.0.2"), ("net", "127.0.0.2")]);
    run(&gateway, &operator, ELSEWHERE, &[]).refused(BLOCKED);
    gateway.journaled("connections-refused", &[("reason", "too many failed logins from one source")]);
    assert_eq!(run(&gateway, &operator, "BindAddress=127.0.0.1", &[]).ok().text(), "in\n");

    let listed = gateway.records(&["source", "list"]).remove(0);
    assert_eq!((field(&listed, "source"), &listed["home"]), ("127.0.0.2", &false.into()), "{listed}");
    assert!(gateway.juyong(&["source", "list"]).ok().text().contains("127.0.0.2  blocked until "));
    gateway.juyong(&["source", "unblock", "127.0.0.2/24"]).refused("is not an address");
    assert!(
        gateway.juyong(&["source", "unblock", "127.0.0.2"]).ok().text().contains("is not blocked any more")
    );
    gateway.journaled("source-unblocked", &[("net", "127.0.0.2")]);
    assert!(gateway.juyong(&["source", "unblock", "127.0.0.2"]).ok().text().contains("was not blocked"));
    assert_eq!(gateway.juyong(&["source", "list"]).ok().text(), "no source is blocked\n");
    assert_eq!(run(&gateway, &operator, ELSEWHERE, &[]).ok().text(), "in\n");
}

/// attack 6: keys that nobody has are no guesses one by one; connections that offer nothing else are counted.
#[test]
fn connections_that_offer_foreign_keys_alone_count() {
    let gateway = guarded("block_after = 5");
    let operator = gateway.operator("op1");
    let foreign = gateway.operator("op2").key;
    for name in ["op1", "nobody", "op1", "nobody", "op1"] {
        let login = gateway.login(&Operator::new(name, foreign.clone()));
        let mut ssh = login.ssh("+box");
        ssh.args(["-o", ELSEWHERE, "-o", "PreferredAuthentications=publickey", "true"]);
        Running::run(&mut ssh, b"", PATIENCE).refused("Permission denied");
    }
    gateway.journaled("source-blocked", &[("net", "127.0.0.2")]);
    assert_eq!(run(&gateway, &operator, "BindAddress=127.0.0.1", &[]).ok().text(), "in\n");
}

/// attack 6: behind one address there are a stranger and people at work.
#[test]
fn who_is_at_home_gets_in_from_a_blocked_source_with_key_and_code() {
    let gateway = guarded("block_after = 5");
    let [home, other] = ["op1", "op2"].map(|name| gateway.operator(name));
    run(&gateway, &home, ELSEWHERE, &[]).ok();
    guess(&gateway, "nobody", ELSEWHERE, 5);
    gateway.journaled("source-blocked", &[("net", "127.0.0.2")]);
    let outcome = run(&gateway, &home, ELSEWHERE, &[]).ok();
    assert!(
        outcome.text() == "in\n" && outcome.errors().contains(BLOCKED),
        "they are told why others are not: {outcome}"
    );
    run(&gateway, &home, ELSEWHERE, BY_PASSWORD).refused("Permission denied");
    run(&gateway, &other, ELSEWHERE, &[]).refused("Permission denied");
    gateway.journaled("login-refused", &[("operator", "op2"), ("reason", "source-blocked")]);
    assert_eq!(gateway.records(&["source", "list"])[0]["home"], true);
    gateway.juyong(&["source", "unblock", "127.0.0.2"]).ok();
    run(&gateway, &other, ELSEWHERE, &[]).ok();
}

/// attack 6: a login with a new code says that its source is not only one of failures.
#[test]
fn an_office_that_logs_in_is_not_blocked_for_its_slips() {
    let gateway = guarded("block_after = 3");
    let people = ["op1", "op2", "op3"].map(|name| gateway.operator(name));
    for person in &people {
        guess(&gateway, "typo", ELSEWHERE, 2);
        run(&gateway, person, ELSEWHERE, BY_PASSWORD).ok();
    }
    assert_eq!(gateway.juyong(&["source", "list"]).ok().text(), "no source is blocked\n");
}

/// attack 6: with a stolen key somebody guesses at codes from elsewhere. That keeps the owner out nowhere at home.
#[test]
fn a_lock_from_elsewhere_does_not_bind_at_home() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let here = "BindAddress=127.0.0.1";
    run(&gateway, &operator, here, &[]).ok();
    guess_codes(&gateway, &operator, ELSEWHERE, 5);
    gateway.journaled("operator-locked", &[("operator", "op1"), ("source", "127.0.0.2")]);
    run(&gateway, &operator, ELSEWHERE, &[]).refused("Permission denied");
    assert_eq!(run(&gateway, &operator, here, &[]).ok().text(), "in\n");
    run(&gateway, &operator, here, BY_PASSWORD).refused("Permission denied");

    gateway.stop();
    gateway.start();
    assert_eq!(run(&gateway, &operator, here, &[]).ok().text(), "in\n", "a home is known after a restart");
    guess_codes(&gateway, &operator, here, 5);
    gateway.journaled("operator-locked", &[("operator", "op1"), ("home", "127.0.0.1")]);
    run(&gateway, &operator, here, &[]).refused("Permission denied");
    let record = gateway.records(&["operator", "show", "op1"]).remove(0);
    let homes: Vec<_> = record["locks"].as_array().unwrap().iter().map(|lock| &lock["home"]).collect();
    assert_eq!(homes, [&Value::Null, &Value::from("127.0.0.1")], "{record}");
    gateway.juyong(&["operator", "unlock", "op1"]).ok();
    run(&gateway, &operator, here, &[]).ok();
}

/// attack 6: homes are of the factors that made them, and can be switched off.
#[test]
fn a_lock_binds_where_there_is_no_home() {
    let gateway = guarded("home_for = \"0s\"");
    let operator = gateway.operator("op1");
    let here = "BindAddress=127.0.0.1";
    run(&gateway, &operator, here, &[]).ok();
    guess_codes(&gateway, &operator, ELSEWHERE, 5);
    run(&gateway, &operator, here, &[]).refused("Permission denied");

    let gateway = Gateway::usual();
    let old = gateway.operator("op1");
    run(&gateway, &old, here, &[]).ok();
    let new = gateway.operator("op1");
    guess_codes(&gateway, &new, ELSEWHERE, 5);
    run(&gateway, &new, here, &[]).refused("Permission denied");
}

/// attack 6: officers are not kept out by who knows their names, and the host is a way in besides.
#[test]
fn an_officer_gets_in_whatever_a_stranger_guesses() {
    let gateway = guarded("block_after = 8");
    let officer = gateway.operator("officer");
    let whoami = || Running::run(gateway.ssh(&officer, "").args(["-o", ELSEWHERE, "whoami"]), b"", PATIENCE);
    whoami().ok();
    guess(&gateway, "officer", ELSEWHERE, 8);
    gateway.journaled("operator-locked", &[("operator", "officer")]);
    gateway.journaled("source-blocked", &[("net", "127.0.0.2")]);
    assert!(whoami().ok().text().contains("officer"));
    gateway.juyong(&["operator", "unlock", "officer"]).ok();
    gateway.juyong(&["source", "unblock", "127.0.0.2"]).ok();
    gateway.juyong(&["lockdown", "status"]).ok();
}

/// attack 6: what goes on at several places at once is an alarm.
#[test]
fn several_blocks_are_an_alarm() {
    let gateway = guarded("block_after = 2\nblock_alarm = 2");
    for from in [ELSEWHERE, "BindAddress=127.0.0.3"] {
        guess(&gateway, "nobody", from, 2);
    }
    within(PATIENCE, "an alarm", || {
        let rows = gateway.events();
        rows.iter().any(|row| field(row, "alarm") == "under-attack").then_some(())
    });
}

/// attack 6: hundreds of attempts from thirty addresses: a row for the first of them, then one a source and
/// minute, and none is forgotten. Who means it logs in meanwhile.
#[test]
fn a_flood_of_attempts_is_counted_in_few_rows() {
    let gateway = guarded("block_after = 0\n[limits]\nlogin_grace = \"300s\"");
    let operator = gateway.operator("op1");
    let mut flood = script("attempts.py");
    let flood = Running::start(flood.arg(gateway.script_input(&gateway.operator("op2"))));
    flood.expect("begun");
    for _ in 0..3 {
        assert_eq!(gateway.exec(&operator, "+box", "echo in").ok().text(), "in\n");
    }
    let out = flood.wait(LONG).ok();
    let tried: u64 = out.text().lines().last().unwrap().trim().parse().unwrap();
    assert!(tried >= 500, "{out}");
    gateway.stop(); // what is not told by then is
    gateway.start();
    let rows = gateway.records(&["audit", "events", "--limit", "10000"]);
    let single = rows.iter().filter(|row| field(row, "event") == "login-refused").count() as u64;
    let counts: Vec<_> = rows.iter().filter(|row| field(row, "event") == "logins-refused").collect();
    let more: u64 = counts.iter().filter_map(|row| row["count"].as_u64()).sum();
    assert!(single + more >= tried, "{single} and {more} of {tried}");
    let minutes = 1 + span(&rows) / 60;
    let most = minutes * 100 + (minutes + 1) * 31;
    assert!(
        single + counts.len() as u64 <= most,
        "{single} rows and {} counts in {minutes} minutes",
        counts.len()
    );
}

/// Seconds from the first refused login to the last row.
fn span(rows: &[Value]) -> u64 {
    let at = |row: &Value| field(row, "at").parse::<jiff::Timestamp>().unwrap();
    let first = rows.iter().find(|row| field(row, "event") == "login-refused").unwrap();
    at(rows.last().unwrap()).duration_since(at(first)).as_secs().unsigned_abs()
}

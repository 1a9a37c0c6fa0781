//! Periods of the policy files: they begin and end by themselves.

use std::time::Duration;

use jiff::Timestamp;

use crate::harness::{Gateway, PATIENCE, Running, Setup, field, within};

/// A period from some seconds from now on, for some seconds; its beginning.
fn period(begins: i64, lasts: i64) -> (Gateway, Timestamp) {
    let from = Timestamp::from_second(Timestamp::now().as_second() + begins).unwrap();
    let until = Timestamp::from_second(from.as_second() + lasts).unwrap();
    let text = format!(
        "[lockdown.holiday]\nfrom = \"{from}\"\nuntil = \"{until}\"\nexcept = [\"op2\"]\nreason = \"drill\"\n"
    );
    (Setup::new().policy(&text).start(), from)
}

fn running(gateway: &Gateway, name: &str) -> Running {
    let operator = gateway.operator(name);
    let running = Running::start(gateway.ssh(&operator, "+box").arg("echo up; sleep 90"));
    running.expect("up");
    running
}

#[test]
fn a_period_begins_cuts_and_ends_by_itself() {
    let (gateway, from) = period(12, 12);
    let planned = gateway.records(&["lockdown", "status"]).remove(0);
    assert_eq!((field(&planned, "state"), field(&planned, "period")), ("planned", "holiday"));
    let (covered, mut exempt) = (running(&gateway, "op1"), running(&gateway, "op2"));
    let operator = gateway.operator("op3");
    covered.wait(PATIENCE).refused("locked by order holiday");
    let late = Timestamp::now().duration_since(from).as_secs_f64();
    assert!((0.0..3.0).contains(&late), "cut {late} s after the beginning");
    assert!(!exempt.ended());
    gateway.exec(&operator, "+box", "true").refused("locked by order holiday");
    gateway.journaled("lockdown-started", &[("period", "holiday"), ("actor", "gateway")]);
    gateway.journaled("lockdown-enforced", &[("actor", "gateway")]);
    let session = gateway.ended_session();
    assert_eq!((field(&session, "operator"), field(&session, "reason")), ("op1", "lockdown"));
    gateway.journaled("lockdown-ended", &[("actor", "gateway")]);
    gateway.exec(&operator, "+box", "true").ok();
    assert!(!exempt.ended());
}

#[test]
fn a_period_that_has_begun_outlives_its_policy_and_a_restart() {
    let (gateway, _) = period(-5, 600);
    let operator = gateway.operator("op1");
    gateway.journaled("lockdown-started", &[("period", "holiday")]);
    gateway.change_policy("[lockdown.holiday]", "[lockdown.later]").ok();
    gateway.change_policy("except = [\"op2\"]", "except = [\"op1\"]").ok();
    gateway.exec(&operator, "+box", "true").refused("locked by order holiday");
    gateway.kill();
    gateway.start();
    gateway.exec(&operator, "+box", "true").refused("locked by order holiday");
}

#[test]
fn a_period_is_lifted_and_permitted_by_its_name() {
    let (gateway, _) = period(-5, 600);
    let (operator, other) = (gateway.operator("op1"), gateway.operator("op3"));
    gateway.juyong(&["lockdown", "allow", "holiday", "op1", "--ticket", "T-1"]).ok();
    gateway.exec(&operator, "+box", "true").ok();
    gateway.exec(&other, "+box", "true").refused("locked by order holiday");
    gateway.juyong(&["lockdown", "lift", "holiday", "--reason", "over"]).ok();
    gateway.exec(&other, "+box", "true").ok();
    gateway.stop();
    gateway.start();
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(
        gateway.exec(&operator, "+box", "echo in").ok().text(),
        "in\n",
        "a restart does not lock again"
    );
    gateway.juyong(&["lockdown", "lift", "holiday", "--reason", "again"]).refused("no lockdown holiday");
}

#[test]
fn what_is_planned_can_be_permitted_and_not_lifted() {
    let (gateway, _) = period(3600, 3600);
    gateway.juyong(&["lockdown", "lift", "holiday", "--reason", "x"]).refused("the lockdown is planned");
    gateway.juyong(&["lockdown", "allow", "holiday", "op1", "--ticket", "T-1"]).ok();
    gateway.juyong(&["lockdown", "allow", "holiday", "op2", "--ticket", "T-1"]).refused("not covered");
    let status = gateway.records(&["lockdown", "status"]).remove(0);
    assert_eq!(field(&status["permits"][0], "operator"), "op1", "{status}");
}

#[test]
fn who_was_permitted_beforehand_goes_on() {
    let (gateway, _) = period(10, 600);
    gateway.juyong(&["lockdown", "allow", "holiday", "op1", "--ticket", "T-1"]).ok();
    let (mut permitted, covered) = (running(&gateway, "op1"), running(&gateway, "op3"));
    covered.wait(PATIENCE).refused("locked by order holiday");
    gateway.journaled("lockdown-enforced", &[("actor", "gateway")]);
    let rows = gateway.events();
    let row = rows.iter().find(|row| field(row, "event") == "lockdown-enforced").unwrap();
    assert_eq!(row["covered"], 5, "{row}");
    assert!(row["sessions_cut"].as_u64().unwrap() <= 1, "of two, one may have cut itself before: {row}");
    assert!(row["slowest_cut_ms"].is_u64(), "{row}");
    assert!(!permitted.ended());
}

#[test]
fn an_order_ends_by_itself_and_says_so_once() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let words = ["lockdown", "start", "--reason", "drill", "--until", "4s"];
    let id = field(&gateway.records(&words)[0], "lockdown").to_owned();
    gateway.exec(&operator, "+box", "true").refused("access is locked");
    gateway.journaled("lockdown-ended", &[("lockdown", &id)]);
    gateway.exec(&operator, "+box", "true").ok();
    gateway.stop();
    gateway.start();
    within(PATIENCE, "it is up", || gateway.greets().then_some(()));
    std::thread::sleep(Duration::from_secs(2));
    let ends = gateway.events().iter().filter(|row| field(row, "event") == "lockdown-ended").count();
    assert_eq!(ends, 1);
}

#[test]
fn whoever_is_at_work_is_told_before() {
    let from = Timestamp::from_second(Timestamp::now().as_second() + 25).unwrap();
    let until = Timestamp::from_second(from.as_second() + 60).unwrap();
    let text = format!("[lockdown.day]\nfrom = \"{from}\"\nuntil = \"{until}\"\nreason = \"国庆重保\"\n");
    let announced = Setup::new().policy(&text).tables("[lockdown]\nannounce = [\"20s\"]");
    let gateway = announced.settings("contact = \"8888\"").language("zh-CN").start();
    let mut terminal = crate::harness::Terminal::start(gateway.ssh(&gateway.operator("op1"), "+box"));
    terminal.prompt();
    let told = terminal.expect("请尽快结束操作");
    assert!(told.contains("国庆重保") && told.contains("起暂停"), "{told}");
    let rest = terminal.expect("访问已暂停");
    assert!(!rest.contains("请尽快结束操作"), "told twice: {rest}");
    assert!(!terminal.wait(PATIENCE).success());
}

//! Time passes, and is set: grants end when they should, within a second, and a step of the clock in either
//! direction extends none.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::harness::{Gateway, PATIENCE, Running, Setup, Terminal, field};

/// A gateway whose clock on the wall can be set.
fn settable(setup: Setup) -> Gateway {
    let gateway = zoned(setup).stopped().start();
    gateway.set_hours(0);
    gateway.start();
    gateway.set_credential("box");
    gateway
}

/// A zone in which it is not close to midnight: what is to happen soon happens on the same day.
static ZONE: LazyLock<&str> =
    LazyLock::new(
        || {
            if TimeZone::UTC.to_datetime(Timestamp::now()).hour() < 22 { "UTC" } else { "Etc/GMT+6" }
        },
    );

fn zone() -> TimeZone {
    TimeZone::get(*ZONE).unwrap()
}

fn zoned(setup: Setup) -> Setup {
    setup.settings(&format!("timezone = \"{}\"", *ZONE))
}

/// A whole minute half an hour from now.
fn soon_minute() -> Timestamp {
    let second = Timestamp::now().as_second() + 31 * 60;
    Timestamp::from_second(second - second % 60).unwrap()
}

fn shown(at: Timestamp, format: &str) -> String {
    at.to_zoned_datetime(zone()).strftime(format).to_string()
}

/// Sets the gateway's clock so that `left` seconds are left until `end`.
fn leave(gateway: &Gateway, end: Timestamp, left: i64) {
    gateway.set_hours(end.as_second() - Timestamp::now().as_second() - left);
}

/// Seconds from `end` to the row that says that the session has ended.
fn late(gateway: &Gateway, end: Timestamp, reason: &str) -> f64 {
    let session = gateway.ended_session();
    assert_eq!((field(&session, "ending"), field(&session, "reason")), ("cut", reason));
    let rows = gateway.events();
    let row = rows.iter().find(|row| field(row, "event") == "session-ended").expect("a row");
    let at: Timestamp = field(row, "at").parse().unwrap();
    at.duration_since(end).as_secs_f64()
}

#[track_caller]
fn within_a_second(late: f64) {
    assert!((-1.0..1.0).contains(&late), "cut {late} s after the moment");
}

fn ticking(gateway: &Gateway) -> Running {
    let operator = gateway.operator("op1");
    let script = "echo up; while sleep 0.2; do echo tick; done";
    let running = Running::start(gateway.ssh(&operator, "+box").arg(script));
    running.expect("tick");
    running
}

#[test]
fn a_clock_that_is_set_back_extends_no_grant() {
    let gateway = settable(Setup::new().limited("max_session = \"6s\""));
    let began = Instant::now();
    let running = ticking(&gateway);
    gateway.set_hours(-3600);
    running.wait(PATIENCE).refused("its time is over");
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    assert_eq!(field(&gateway.ended_session(), "reason"), "until");
}

#[test]
fn a_clock_that_is_set_forward_ends_what_is_over() {
    let gateway = settable(Setup::new().limited("max_session = \"1h\""));
    let running = ticking(&gateway);
    gateway.set_hours(2 * 3600);
    running.wait(PATIENCE).refused("its time is over");
    assert_eq!(field(&gateway.ended_session(), "reason"), "until");
}

/// A gateway at whose clock something begins or ends at `end`; `policy` gets the time as `{end}`.
fn until(policy: &str, rules: &str) -> (Gateway, Timestamp) {
    let end = soon_minute();
    let schedule = format!(
        "[schedule.until]\nopen = [\"daily 00:00-{end}\"]\n[schedule.from]\nopen = [\"daily {end}-24:00\"]\n",
        end = shown(end, "%H:%M")
    );
    let gateway = Setup::new().limited(rules).policy(&format!("{schedule}{policy}"));
    let gateway = zoned(gateway).stopped().start();
    gateway.set_hours(0);
    gateway.start();
    gateway.set_credential("box");
    (gateway, end)
}

#[test]
fn a_schedule_that_closes_cuts_after_a_warning() {
    let (gateway, end) = until("", "schedule = \"until\"");
    let operator = gateway.operator("op1");
    let mut terminal = Terminal::start(gateway.ssh(&operator, "+box"));
    terminal.prompt();
    leave(&gateway, end, 4 * 60 + 30);
    let told = terminal.expect("please finish");
    assert!(
        told.contains(&format!("your access to box ends at {}, in 5 min", shown(end, "%H:%M:%S %:z"))),
        "{told}"
    );
    terminal.line("echo still-$((40+2))");
    terminal.expect("still-42");
    leave(&gateway, end, 2);
    let rest = terminal.expect("its time is over");
    assert!(!rest.contains("please finish"), "told twice: {rest}");
    assert!(!terminal.wait(PATIENCE).success());
    within_a_second(late(&gateway, end, "until"));
    let cast = gateway.cast(&gateway.ended_session());
    assert!(cast.all("m").contains("please finish"), "the recording says what was told");
}

#[test]
fn a_program_is_cut_without_a_word_in_its_output() {
    let (gateway, end) = until("", "schedule = \"until\"");
    let running = ticking(&gateway);
    leave(&gateway, end, 2);
    let out = running.wait(PATIENCE).refused("its time is over");
    assert!(!out.text().contains("juyong:"), "{out}");
    within_a_second(late(&gateway, end, "until"));
}

#[test]
fn an_account_that_expires_is_cut() {
    let today = zone().to_datetime(Timestamp::now()).date();
    let gateway = settable(
        Setup::new().policy(&format!("[operator.guest]\ngroups = [\"ops\"]\nvalid = \"..{today}\"\n")),
    );
    let end = zone().to_timestamp(today.tomorrow().unwrap().at(0, 0, 0, 0)).unwrap();
    let operator = gateway.operator("guest");
    let running = Running::start(gateway.ssh(&operator, "+box").arg("echo up; sleep 90"));
    running.expect("up");
    leave(&gateway, end, 2);
    running.wait(PATIENCE).refused("juyong:");
    let session = gateway.ended_session();
    let reason = field(&session, "reason").to_owned();
    assert!(["until", "operator-validity"].contains(&reason.as_str()), "{reason}");
    within_a_second(late(&gateway, end, &reason));
}

#[test]
fn a_rule_that_begins_to_deny_cuts() {
    let deny = "[[rule]]\nid = \"night\"\neffect = \"deny\"\nassets = [\"box\"]\nschedule = \"from\"\nreason = \"backup runs\"\n";
    let (gateway, end) = until(deny, "");
    let running = ticking(&gateway);
    leave(&gateway, end, 2);
    running.wait(PATIENCE).refused("backup runs");
    within_a_second(late(&gateway, end, "rule"));
}

#[test]
fn what_another_rule_allows_goes_on() {
    let second = "[[rule]]\nid = \"always\"\neffect = \"allow\"\noperators = [\"@ops\"]\nassets = [\"box\"]\nprotocols = [\"exec\"]\n";
    let (gateway, end) = until(second, "schedule = \"until\"");
    let mut running = ticking(&gateway);
    leave(&gateway, end, 1);
    std::thread::sleep(Duration::from_secs(4));
    let heard = running.out.text();
    running.expect("tick");
    std::thread::sleep(Duration::from_secs(1));
    assert!(!running.ended() && running.out.text().len() > heard.len(), "it still runs: {heard}");
    assert!(gateway.sessions().iter().all(|session| session["ended"].is_null()));
}

/// attack 17: an account that is over stays over when the clock goes back, after a restart as well; and the journal
/// tells of the clock. Somebody on the host can say that it is right.
#[test]
fn a_clock_that_is_set_back_brings_no_account_back() {
    let today = zone().to_datetime(Timestamp::now()).date();
    let guest = format!("[operator.guest]\ngroups = [\"ops\"]\nvalid = \"..{today}\"\n");
    let gateway = settable(Setup::new().policy(&guest));
    let operator = gateway.operator("guest");
    gateway.exec(&operator, "+box", "true").ok();
    gateway.set_hours(3 * 86_400);
    gateway.juyong(&["operator", "list"]).ok(); // a row of that time
    gateway.set_hours(0);
    gateway.journaled("clock-went-back", &[("alarm", "clock-went-back"), ("actor", "gateway")]);
    gateway.exec(&operator, "+box", "true").refused("not valid at this time");
    gateway.stop();
    gateway.start();
    gateway.exec(&operator, "+box", "true").refused("not valid at this time");
    gateway.juyong(&["clock", "trust", "--reason", "a test set it"]).ok();
    gateway.journaled("clock-trusted", &[("reason", "a test set it")]);
    gateway.exec(&operator, "+box", "true").ok();
    gateway.stop();
    gateway.start();
    gateway.exec(&operator, "+box", "true").ok();
}

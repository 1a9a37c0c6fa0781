//! What goes on at the assets after a cut.

use std::path::Path;

use super::{long_running, order};
use crate::harness::{Gateway, Operator, PATIENCE, Running, Setup, Terminal, field, within};

#[test]
fn attack_13_sessions_whose_programs_may_go_on_are_named() {
    let gateway = Gateway::usual();
    let running = long_running(&gateway, &gateway.operator("op1"));
    let terminal = Terminal::start(gateway.ssh(&gateway.operator("op2"), "+box"));
    terminal.prompt();
    let sessions = gateway.sessions();
    let of =
        |who: &str| sessions.iter().find(|session| field(session, "operator") == who).expect("a session");
    let named = field(of("op1"), "session");
    let answer = order(&gateway, &[]);
    assert_eq!(answer["may_go_on"], serde_json::json!([named]), "not the one with a terminal: {answer}");
    running.wait(PATIENCE);
    let id = field(&answer, "lockdown");
    let report = gateway.records(&["lockdown", "report", id]).remove(0);
    assert_eq!(report["may_go_on"], serde_json::json!([named]), "{report}");
    let text = gateway.juyong(&["lockdown", "report", id]).ok().text();
    assert!(text.contains("may have gone on"), "{text}");
    gateway.juyong(&["lockdown", "lift", id, "--reason", "over"]).ok();
    let again = long_running(&gateway, &gateway.operator("op3"));
    let text = gateway.juyong(&["lockdown", "start", "--reason", "drill"]).ok().text();
    assert!(text.contains("may go on at the assets of 1 of them"), "{text}");
    again.wait(PATIENCE);
}

fn tied() -> Gateway {
    Setup::new().limited("die_with_session = true").start()
}

/// Programs that were started there, by the numbers that they print.
fn begin(gateway: &Gateway, operator: &Operator, line: &str, count: usize) -> (Running, Vec<u32>) {
    let running = Running::start(gateway.ssh(operator, "+box").arg(line));
    running.expect("all up");
    let ids: Vec<u32> = running.out.text().lines().filter_map(|line| line.trim().parse().ok()).collect();
    assert_eq!(ids.len(), count, "{}", running.out.text());
    (running, ids)
}

fn runs(id: u32) -> bool {
    Path::new(&format!("/proc/{id}/cmdline")).exists()
        && std::fs::read(format!("/proc/{id}/cmdline")).is_ok_and(|line| !line.is_empty())
}

#[test]
fn attack_13_programs_that_are_tied_end_with_their_session() {
    let gateway = tied();
    let operator = gateway.operator("op1");
    let (plain, mut ids) = begin(&gateway, &operator, "echo $$; echo all up; exec sleep 301", 1);
    let line = "nohup sleep 303 >/dev/null 2>&1 & echo $!; sleep 304 & echo $!; echo all up; wait";
    let (group, more) = begin(&gateway, &gateway.operator("op2"), line, 2);
    ids.extend(more);
    // One that becomes another program has no words for a moment.
    within(PATIENCE, "all of them run", || ids.iter().all(|id| runs(*id)).then_some(()));
    let answer = order(&gateway, &[]);
    assert_eq!(answer["may_go_on"], serde_json::json!([]), "{answer}");
    plain.wait(PATIENCE).refused("access is locked");
    group.wait(PATIENCE).refused("access is locked");
    within(PATIENCE, "all of them are gone", || ids.iter().all(|id| !runs(*id)).then_some(()));
}

#[test]
fn attack_13_what_is_tied_works_as_it_did() {
    let gateway = tied();
    let operator = gateway.operator("op1");
    let master = gateway.master(&operator, "+box");
    assert_eq!(master.exec("exit 7").code(), 7);
    assert_eq!(master.exec("echo out; echo err >&2").ok().errors(), "err\n");
    let input: Vec<u8> = (0..3_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    assert!(master.run("cat", &input).ok().out == input, "input and output are the bytes that they were");
    assert_eq!(master.run("wc -c", b"").ok().text().trim(), "0", "the end of the input is the input's end");
    assert_eq!(master.run("read x; echo got $x; cat", b"one\ntwo").ok().text(), "got one\ntwo");
    let odd = "printf '%s|' \"it's\" 'a \"b\"' 'wow!' '文件' \"$((1+1))\" back\\\\slash\necho\n# comment\necho last";
    assert_eq!(master.exec(odd).ok().text(), "it's|a \"b\"|wow!|文件|2|back\\slash|\nlast\n");
    assert_eq!(master.exec("kill -TERM $$").code(), 255, "a signal is told as one");
    let shell = Running::run(master.ssh().arg("-T"), b"echo in-$((40+2)); exit 3\n", PATIENCE);
    assert!(shell.text().contains("in-42") && shell.code() == 3, "{shell}");
}

#[test]
fn attack_13_files_go_both_ways_where_programs_are_tied() {
    let gateway = tied();
    let operator = gateway.operator("op1");
    let (from, to) = (gateway.path("from"), gateway.path("to"));
    std::fs::create_dir_all(from.join("deep")).unwrap();
    let data: Vec<u8> = (0..1_500_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    std::fs::write(from.join("deep/a b'$x"), &data).unwrap();
    let login = gateway.login(&operator);
    let mut rsync = login.tool("rsync");
    let there = format!("{}:{}/", login.at("+box"), to.display());
    rsync.args(["-a", "--timeout=40", "-e", &login.remote_shell(), &format!("{}/", from.display()), &there]);
    Running::run(&mut rsync, b"", PATIENCE).ok();
    assert!(std::fs::read(to.join("deep/a b'$x")).unwrap() == data);
    for options in [&["-q", "-O", "-r"][..], &["-q", "-r"]] {
        let login = gateway.login(&operator);
        let back = gateway.fresh("back");
        let mut scp = login.openssh("scp");
        scp.args(options).arg(format!("{}:{}", login.at("+box"), to.display())).arg(&back);
        Running::run(&mut scp, b"", PATIENCE).ok();
        assert!(std::fs::read(back.join("deep/a b'$x")).unwrap() == data, "{options:?}");
    }
}

//! What a person may choose to hide leaves a mark, and rules can end it.

use serde_json::Value;

use crate::harness::{Gateway, PATIENCE, Running, Setup, Terminal, field, has_event};

fn marks(gateway: &Gateway, session: &Value) -> String {
    gateway.cast(session).all("m")
}

#[test]
fn attack_16_input_without_an_echo_leaves_a_mark_and_nothing_of_itself() {
    let gateway = Gateway::usual();
    let mut terminal = Terminal::start(gateway.ssh(&gateway.operator("op1"), "+box"));
    terminal.prompt();
    terminal.line("stty -echo; exec env PS1='qui''et> ' bash --noediting --norc");
    terminal.expect("quiet> ");
    terminal.line("echo un-$((40+2))");
    terminal.expect("un-42");
    terminal.line("touch /tmp/nothing-to-see; echo un-$((40+3))");
    terminal.expect("un-43");
    terminal.line("exit");
    terminal.wait(PATIENCE);
    let session = gateway.ended_session();
    let marks = marks(&gateway, &session);
    assert!(marks.contains("input without an echo") && marks.contains("times Enter"), "{marks:?}");
    let whole =
        gateway.juyong(&["audit", "export", field(&session, "session"), "--format", "cast"]).ok().text();
    assert!(!whole.contains("nothing-to-see"), "what it was is not kept");
    gateway.juyong(&["audit", "verify"]).ok();
}

const PADDING: usize = 20 * 1024 * 1024;

#[test]
fn attack_16_what_follows_a_lot_of_padding_is_recorded() {
    let gateway = Gateway::usual();
    let script = [vec![b'#'; PADDING], b"\necho hid-$((40+2)); id -u >&2\n".to_vec()].concat();
    let out =
        Running::run(gateway.ssh(&gateway.operator("op1"), "+box").arg("bash -s"), &script, PATIENCE).ok();
    assert_eq!(out.text(), "hid-42\n");
    let session = gateway.ended_session();
    let cast = gateway.cast(&session);
    assert!(cast.all("i").ends_with("\necho hid-$((40+2)); id -u >&2\n"), "its end is there");
    // The bound counts what is written, which is a little more than what came.
    let missing = session["unrecorded"].as_u64().unwrap_or_default();
    let beyond = u64::try_from(script.len()).unwrap() - 17 * 1024 * 1024;
    assert!((beyond..beyond + 64 * 1024).contains(&missing), "{session}");
    let mark = format!("input: {missing} bytes are not recorded; its last 1048576 follow");
    assert!(cast.all("m").contains(&mark), "{}", cast.all("m"));
    let rows = gateway.events();
    let closed = rows.iter().find(|row| field(row, "event") == "recording-closed").expect("a row");
    assert_eq!(closed["unrecorded"]["in"], missing, "{closed}");
    let text = gateway.juyong(&["audit", "sessions"]).ok().text();
    assert!(text.contains(&format!("({missing} B not recorded)")), "{text}");
    gateway.juyong(&["audit", "verify"]).ok();
}

#[test]
fn attack_16_errors_do_not_use_up_the_room_of_output() {
    let gateway = Gateway::usual();
    let line = format!("head -c {PADDING} /dev/zero | tr '\\0' x >&2; echo the output");
    gateway.exec(&gateway.operator("op1"), "+box", &line).ok();
    let session = gateway.ended_session();
    assert!(gateway.cast(&session).all("o").contains("the output\n"));
    assert!(marks(&gateway, &session).contains("errors:"), "{}", marks(&gateway, &session));
    let row = |rows: &[Value]| rows.iter().find(|row| field(row, "event") == "recording-closed").cloned();
    let closed = row(&gateway.events()).expect("a row");
    assert_eq!((&closed["unrecorded"]["out"], &closed["out"]["bytes"]), (&0.into(), &11.into()), "{closed}");
}

#[test]
fn trial_15_a_rule_ends_what_cannot_be_recorded_whole() {
    let gateway = Setup::new().limited("full_recording = true").start();
    let script = [vec![b'#'; PADDING], b"\necho ran\n".to_vec()].concat();
    let operator = gateway.operator("op1");
    let out = Running::run(gateway.ssh(&operator, "+box").arg("bash -s"), &script, PATIENCE);
    let out = out.refused("your rules want all of it recorded");
    assert!(!out.text().contains("ran"), "{out}");
    let session = gateway.ended_session();
    assert_eq!((field(&session, "ending"), field(&session, "reason")), ("cut", "unrecorded"));
    assert!(!has_event(&gateway.events(), "evidence-failed", &[]), "nothing failed");
    gateway.exec(&operator, "+box", "echo short").ok();
}

#[test]
fn trial_15_a_rule_wants_a_terminal() {
    let gateway = Setup::new().limited("terminal = true").start();
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", "echo ran").refused("your rules want a terminal");
    Running::run(gateway.ssh(&operator, "+box").arg("-T"), b"echo ran\n", PATIENCE)
        .refused("your rules want a terminal");
    let mut terminal = Terminal::start({
        let mut ssh = gateway.ssh(&operator, "+box");
        ssh.args(["-t", "echo in-$((40+2))"]);
        ssh
    });
    terminal.expect("in-42");
    assert!(terminal.wait(PATIENCE).success());
    // Files are no work by hand.
    let login = gateway.login(&operator);
    let mut scp = login.openssh("scp");
    scp.args(["-O", "-q"]).arg(gateway.path("juyong.toml")).arg(format!(
        "{}:{}",
        login.at("+box"),
        gateway.path("copy").display()
    ));
    Running::run(&mut scp, b"", PATIENCE).ok();
}

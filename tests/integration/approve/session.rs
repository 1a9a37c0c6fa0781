//! A rule with `approval`: the session waits before anything is dialled.

use super::{approving, begin, dialled, nothing_waits, waiting};
use crate::harness::{Gateway, PATIENCE, Running, Setup, Terminal, field, within};

#[test]
fn a_command_waits_and_runs_once_an_officer_agrees() {
    let gateway = approving("");
    let (operator, officer) = (gateway.operator("op1"), gateway.operator("officer"));
    let command = begin(&gateway, &operator, "echo ran");
    let request = waiting(&gateway);
    for (name, value) in [
        ("operator", "op1"),
        ("asset", "box"),
        ("what", "session"),
        ("source", "127.0.0.1"),
        ("reason", "ops"),
    ] {
        assert_eq!(field(&request, name), value, "{request}");
    }
    let id = field(&request, "approval");
    assert!(!dialled(&gateway), "before anybody agreed");
    assert!(command.out.text().is_empty());

    gateway.exec(&officer, "", &format!("approve grant {id} --reason 'ticket 7'")).ok();
    let out = command.wait(PATIENCE).ok();
    assert_eq!(out.text(), "ran\n");
    assert!(out.errors().contains(&format!("Request {id} waits for an officer until")), "{out}");
    assert!(out.errors().contains("officer approved it"), "{out}");
    gateway.journaled("approval-requested", &[("actor", "op1"), ("approval", id), ("asset", "box")]);
    gateway.journaled(
        "approval-granted",
        &[("actor", "officer"), ("approval", id), ("operator", "op1"), ("reason", "ticket 7")],
    );
    gateway.juyong(&["audit", "verify"]).ok();
}

#[test]
fn a_refusal_is_told_with_its_reason_and_nothing_is_dialled() {
    let gateway = approving("");
    let operator = gateway.operator("op1");
    let command = begin(&gateway, &operator, "echo ran");
    let request = waiting(&gateway);
    gateway.juyong(&["approve", "refuse", field(&request, "approval"), "--reason", "not tonight"]).ok();
    let out = command.wait(PATIENCE).refused("refused it: not tonight");
    assert_eq!((out.code(), out.text()), (255, String::new()));
    assert!(!dialled(&gateway));
    let session = gateway.ended_session();
    assert_eq!((field(&session, "ending"), field(&session, "reason")), ("cut", "approval"));
    gateway.journaled("approval-refused", &[("operator", "op1"), ("reason", "not tonight")]);
}

#[test]
fn one_word_counts_for_every_channel_of_a_connection() {
    let gateway = approving("");
    let master = gateway.master(&gateway.operator("op1"), "+box");
    let both = ["echo one", "echo two"].map(|line| Running::start(master.ssh().arg(line)));
    let request = waiting(&gateway);
    let second = || both.iter().any(|command| command.err.text().contains("asked for already")).then_some(());
    within(PATIENCE, "the second waits too", second);
    assert_eq!(gateway.records(&["approve", "list"]).len(), 1, "it is asked once");
    gateway.juyong(&["approve", "grant", field(&request, "approval")]).ok();
    for (command, said) in both.into_iter().zip(["one\n", "two\n"]) {
        assert_eq!(command.wait(PATIENCE).ok().text(), said);
    }
    assert_eq!(master.exec("echo three").ok().text(), "three\n");
    let mut sftp = master.ssh();
    sftp.args(["-s", "sftp"]);
    let mut sftp = Running::start(&mut sftp);
    sftp.send("\0\0\0\u{5}\u{1}\0\0\0\u{3}");
    sftp.expect("posix-rename@openssh.com");
    drop(sftp);
    // Another connection asks anew.
    let other = begin(&gateway, &gateway.operator("op2"), "echo four");
    gateway.juyong(&["approve", "grant", field(&waiting(&gateway), "approval")]).ok();
    assert_eq!(other.wait(PATIENCE).ok().text(), "four\n");
}

#[test]
fn a_refusal_counts_for_the_connection_too() {
    let gateway = approving("");
    let master = gateway.master(&gateway.operator("op1"), "+box");
    let first = Running::start(master.ssh().arg("true"));
    gateway.juyong(&["approve", "refuse", field(&waiting(&gateway), "approval")]).ok();
    first.wait(PATIENCE).refused("refused it.");
    master.exec("true").refused("refused it.");
    nothing_waits(&gateway);
}

#[test]
fn somebody_at_a_terminal_gives_up_or_goes_on() {
    let gateway = approving("");
    let operator = gateway.operator("op1");
    let mut terminal = Terminal::start(gateway.ssh(&operator, "+box"));
    terminal.expect("needs a second person's approval");
    terminal.expect("Ctrl-C gives it up");
    let request = waiting(&gateway);
    terminal.send("typed ahead\x03");
    terminal.expect("given up");
    assert_eq!(terminal.wait(PATIENCE).code(), Some(255));
    nothing_waits(&gateway);
    assert!(!dialled(&gateway));
    let id = field(&request, "approval");
    gateway.journaled("approval-withdrawn", &[("actor", "op1"), ("approval", id)]);
    gateway.juyong(&["approve", "grant", id]).refused("is waiting");

    let mut terminal = Terminal::start(gateway.ssh(&operator, "+box"));
    terminal.expect("needs a second person's approval");
    let request = waiting(&gateway);
    // What is typed meanwhile is the shell's.
    terminal.line("echo early-$((40+2)); exit");
    gateway.juyong(&["approve", "grant", field(&request, "approval")]).ok();
    terminal.expect("approved it");
    terminal.expect("early-42");
    assert!(terminal.wait(PATIENCE).success());
}

/// newcomer: the Ctrl-C that gave the request up ended the menu, too.
#[test]
fn whoever_gives_up_from_the_menu_is_back_there() {
    let gateway = approving("");
    let mut menu = Terminal::start(gateway.ssh(&gateway.operator("op1"), ""));
    for _ in 0..2 {
        menu.expect("q to quit");
        menu.line("1");
        menu.expect("Ctrl-C gives it up");
        waiting(&gateway);
        menu.send("\x03");
        menu.expect("given up");
        nothing_waits(&gateway);
    }
    menu.expect("q to quit");
    menu.line("q");
    assert_eq!(menu.wait(PATIENCE).code(), Some(0));
}

#[test]
fn a_client_that_leaves_takes_its_request_back() {
    let gateway = approving("");
    let command = begin(&gateway, &gateway.operator("op1"), "true");
    let id = field(&waiting(&gateway), "approval").to_owned();
    drop(command);
    nothing_waits(&gateway);
    gateway.journaled("approval-withdrawn", &[("approval", &id)]);
}

#[test]
fn nobody_answers_and_it_is_refused() {
    let gateway = approving("[limits]\napproval = \"1s\"");
    let out = gateway.exec(&gateway.operator("op1"), "+box", "echo ran").refused("nobody answered request");
    assert_eq!((out.code(), out.text()), (255, String::new()));
    gateway.journaled("approval-lapsed", &[("actor", "gateway")]);
    assert!(!dialled(&gateway));
}

#[test]
fn a_lockdown_ends_the_wait() {
    let gateway = approving("");
    let command = begin(&gateway, &gateway.operator("op1"), "echo ran");
    let id = field(&waiting(&gateway), "approval").to_owned();
    let order = gateway.records(&["lockdown", "start", "--reason", "drill"]).remove(0);
    assert_eq!(order["sessions_cut"], 1, "{order}");
    let out = command.wait(PATIENCE).refused("access is locked");
    assert!(out.text().is_empty());
    gateway.journaled("approval-withdrawn", &[("approval", &id)]);
    gateway.juyong(&["approve", "grant", &id]).refused("is waiting");
    assert!(!dialled(&gateway));
}

#[test]
fn a_policy_that_denies_ends_the_wait() {
    let gateway = approving("");
    let command = begin(&gateway, &gateway.operator("op1"), "echo ran");
    waiting(&gateway);
    gateway.change_policy("\"exec\"", "\"shell\"").ok();
    command.wait(PATIENCE).refused("no rule allows");
    nothing_waits(&gateway);
    assert!(!dialled(&gateway));
}

#[test]
fn a_policy_that_comes_to_ask_ends_what_runs_without() {
    let gateway = Gateway::usual();
    let command = begin(&gateway, &gateway.operator("op1"), "echo up; sleep 90");
    command.expect("up");
    gateway.change_policy("protocols", "approval = true\nprotocols").ok();
    command.wait(PATIENCE).refused("now needs a second person's approval");
    let session = gateway.ended_session();
    assert_eq!((field(&session, "ending"), field(&session, "reason")), ("cut", "approval"));
}

#[test]
fn granted_for_a_while_the_next_connection_does_not_ask_until_a_lockdown() {
    let gateway = approving("");
    let operator = gateway.operator("op1");
    let command = begin(&gateway, &operator, "true");
    let id = field(&waiting(&gateway), "approval").to_owned();
    let granted = gateway.records(&["approve", "grant", &id, "--for", "10m"]).remove(0);
    assert!(field(&granted, "until").contains('T'), "{granted}");
    command.wait(PATIENCE).ok();
    let listed = gateway.records(&["approve", "list"]).remove(0);
    assert_eq!((field(&listed, "state"), field(&listed, "approval")), ("granted", id.as_str()), "{listed}");
    assert_eq!(gateway.exec(&operator, "+box", "echo again").ok().text(), "again\n");
    gateway.journaled("approval-reused", &[("actor", "op1"), ("approval", &id)]);

    let other = begin(&gateway, &gateway.operator("op2"), "true");
    gateway.juyong(&["approve", "refuse", field(&waiting(&gateway), "approval")]).ok();
    other.wait(PATIENCE).refused("refused it");

    let order = gateway.records(&["lockdown", "start", "--reason", "drill", "--scope", "op1"]).remove(0);
    nothing_waits(&gateway);
    gateway.juyong(&["lockdown", "lift", field(&order, "lockdown"), "--reason", "over"]).ok();
    let command = begin(&gateway, &operator, "true");
    assert_eq!(field(&waiting(&gateway), "operator"), "op1");
    drop(command);
}

#[test]
fn a_forward_waits_silently() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let to = format!("127.0.0.1:{}", listener.local_addr().unwrap().port());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = std::io::Write::write_all(&mut stream, b"greetings\n"); // whoever left is not greeted
        }
    });
    let rule = format!(
        "[[rule]]\nid = \"forward\"\neffect = \"allow\"\noperators = [\"@ops\"]\nassets = [\"box\"]\n\
         protocols = [\"forward\"]\nforward_to = [\"{to}\"]\napproval = true\n"
    );
    let gateway = Setup::new().rules(&rule).start();
    let operator = gateway.operator("op1");
    let forward = Running::start(gateway.ssh(&operator, "+box").args(["-W", &to]));
    gateway.juyong(&["approve", "grant", field(&waiting(&gateway), "approval")]).ok();
    assert_eq!(forward.wait(PATIENCE).ok().text(), "greetings\n");

    let forward = Running::start(gateway.ssh(&operator, "+box").args(["-W", &to]));
    gateway.juyong(&["approve", "refuse", field(&waiting(&gateway), "approval")]).ok();
    forward.wait(PATIENCE).refused("open failed");

    let forward = Running::start(gateway.ssh(&operator, "+box").args(["-W", &to]));
    waiting(&gateway);
    drop(forward);
    nothing_waits(&gateway);
}

#[test]
fn it_is_said_in_chinese() {
    let gateway = Setup::new().limited("approval = true").language("zh-CN").start();
    let command = begin(&gateway, &gateway.operator("op1"), "true");
    gateway
        .juyong(&["approve", "refuse", field(&waiting(&gateway), "approval"), "--reason", "今晚不行"])
        .ok();
    let out = command.wait(PATIENCE).refused("已拒绝：今晚不行。");
    assert!(out.errors().contains("此访问需要第二人批准"), "{out}");
}

/// newcomer: whoever asked could not take a request back.
#[test]
fn whoever_asked_takes_the_request_back() {
    let gateway = approving("");
    let (operator, other) = (gateway.operator("op1"), gateway.operator("op2"));
    let command = begin(&gateway, &operator, "echo ran");
    let id = field(&waiting(&gateway), "approval").to_owned();
    let own = gateway.master(&operator, "");
    gateway.exec(&other, "", &format!("approve withdraw {id}")).refused("of yours is waiting");
    gateway.juyong(&["approve", "withdraw", &id]).refused("of yours is waiting");
    own.exec(&format!("approve withdraw {id}")).ok();
    let out = command.wait(PATIENCE).refused("the request was given up");
    assert!(out.text().is_empty() && !dialled(&gateway));
    gateway.journaled("approval-withdrawn", &[("actor", "op1"), ("approval", &id)]);
    own.exec(&format!("approve withdraw {id}")).refused("of yours is waiting");
    nothing_waits(&gateway);
}

//! A command that needs an officer's word.

use super::{begin, nothing_waits, waiting};
use crate::harness::{Gateway, PATIENCE, Setup, Terminal, field};

const SET: &str = r#"
[commands.careful]
mode = "guard"
default = "allow"
opaque = "allow"
[[commands.careful.entry]]
effect = "approve"
programs = ["touch"]
reason = "files are made by agreement"
"#;

fn careful() -> Gateway {
    Setup::new().limited("commands = [\"careful\"]").policy(SET).start()
}

#[test]
fn a_command_waits_and_is_sent_once_an_officer_agrees() {
    let gateway = careful();
    let (operator, officer) = (gateway.operator("op1"), gateway.operator("officer"));
    let file = gateway.path("made");
    let line = format!("touch {}", file.display());
    let command = begin(&gateway, &operator, &line);
    let request = waiting(&gateway);
    assert_eq!((field(&request, "what"), field(&request, "command")), ("command", line.as_str()));
    assert_eq!(field(&request, "reason"), "files are made by agreement");
    assert!(!file.exists());
    let id = field(&request, "approval");
    gateway.exec(&officer, "", &format!("approve grant {id} --for 10m")).ok();
    let out = command.wait(PATIENCE).ok();
    assert!(out.errors().contains("needs an officer's approval: files are made by agreement."), "{out}");
    assert!(file.exists());

    // The same line again, and another one.
    std::fs::remove_file(&file).unwrap();
    gateway.exec(&operator, "+box", &line).ok();
    assert!(file.exists());
    let other = begin(&gateway, &operator, &format!("{line} "));
    let second = waiting(&gateway);
    gateway.juyong(&["approve", "refuse", field(&second, "approval"), "--reason", "once is enough"]).ok();
    other.wait(PATIENCE).refused("refused it: once is enough");

    let rows = gateway.records(&["audit", "commands"]);
    let told: Vec<_> = rows.iter().map(|row| (field(row, "answer"), field(row, "answered_by"))).collect();
    assert_eq!(told[..2], [("granted", "officer"); 2], "{rows:?}");
    assert_eq!(told[2].0, "refused");
    assert!(told[2].1.starts_with("local:"), "{rows:?}");
}

#[test]
fn whoever_gives_up_runs_nothing() {
    let gateway = careful();
    let file = gateway.path("made");
    let mut ssh = gateway.ssh(&gateway.operator("op1"), "+box");
    ssh.arg("-t").arg(format!("touch {}", file.display()));
    let mut terminal = Terminal::start(ssh);
    terminal.expect("Ctrl-C gives it up");
    waiting(&gateway);
    terminal.send("\x03");
    terminal.expect("given up");
    assert_eq!(terminal.wait(PATIENCE).code(), Some(255));
    nothing_waits(&gateway);
    assert!(!file.exists());
    let row = gateway.records(&["audit", "commands"]).remove(0);
    assert_eq!((field(&row, "answer"), field(&row, "answered_by")), ("withdrawn", "op1"), "{row}");
}

/// The policy that counts is the one in force when the command is sent, not the one when it was asked for.
#[test]
fn what_the_policy_denies_by_now_is_not_run_however_it_was_approved() {
    let gateway = careful();
    let file = gateway.path("made");
    let command = begin(&gateway, &gateway.operator("op1"), &format!("touch {}", file.display()));
    let id = field(&waiting(&gateway), "approval").to_owned();
    gateway.change_policy("\"approve\"", "\"deny\"").ok();
    gateway.juyong(&["approve", "grant", &id]).ok();
    command.wait(PATIENCE).refused("is not run: files are made by agreement");
    assert!(!file.exists());
}

#[test]
fn a_session_and_then_a_command_in_it() {
    let conditions = "commands = [\"careful\"]\napproval = true";
    let gateway = Setup::new().limited(conditions).policy(SET).start();
    let file = gateway.path("made");
    let command = begin(&gateway, &gateway.operator("op1"), &format!("touch {}", file.display()));
    for what in ["session", "command"] {
        let request = crate::harness::within(PATIENCE, "it is asked for", || {
            Some(waiting(&gateway)).filter(|request| field(request, "what") == what)
        });
        assert!(!file.exists());
        gateway.juyong(&["approve", "grant", field(&request, "approval")]).ok();
    }
    command.wait(PATIENCE).ok();
    assert!(file.exists());
}

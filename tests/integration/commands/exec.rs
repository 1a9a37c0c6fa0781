//! The command string of an exec request. Whether something ran is asked of the asset: files are what it leaves.

use std::path::PathBuf;

use serde_json::Value;

use crate::harness::{Gateway, PATIENCE, Running, Setup, Terminal, field};

/// `touch` is denied and `mkdir` warned of; the danger catalog is left out.
const SET: &str = r#"
[commands.tidy]
mode = "guard"
default = "allow"
opaque = "allow"
[[commands.tidy.entry]]
effect = "deny"
programs = ["touch"]
reason = "files are not made here"
[[commands.tidy.entry]]
effect = "warn"
programs = ["mkdir"]
reason = "directories stay"
"#;

fn tidy() -> Gateway {
    Setup::new().limited("commands = [\"tidy\"]").policy(SET).settings("contact = \"ext. 8800\"").start()
}

fn commands(gateway: &Gateway) -> Vec<Value> {
    gateway.records(&["audit", "commands"])
}

fn made(gateway: &Gateway) -> (PathBuf, String) {
    let path = gateway.path("made");
    (path.clone(), path.display().to_string())
}

#[test]
fn what_a_set_denies_is_not_sent() {
    let gateway = tidy();
    let (file, at) = made(&gateway);
    let master = gateway.master(&gateway.operator("op1"), "+box");
    let out = master.exec(&format!("echo begun; touch {at}")).refused("is not run: files are not made here.");
    assert!(out.errors().contains("Please call ext. 8800."), "{out}");
    assert!(out.errors().contains(&format!("touch {at}")), "which command: {out}");
    assert_eq!((out.code(), out.text()), (255, String::new()), "no part of the line ran");
    assert!(!file.exists());
    assert!(!gateway.asset.log().contains("Accepted publickey"), "nothing was dialled");

    // Quoted, nested, by path, after a line that may run, in an interpreter.
    for line in [
        "t''ouch X",
        "\\touch X",
        "/usr/bin/touch X",
        "sh -c 'touch X'",
        "true; touch X",
        "$(touch X)",
        "env A=b nice touch X",
        "echo X | xargs touch",
        "if true; then touch X; fi",
    ] {
        master.exec(&line.replace('X', &at)).refused("files are not made here");
        assert!(!file.exists(), "{line}");
    }
    assert_eq!(master.exec("echo still-in").ok().text(), "still-in\n");
}

#[test]
fn the_log_says_what_was_asked_and_how_it_was_judged() {
    let gateway = tidy();
    let (_, at) = made(&gateway);
    let operator = gateway.operator("op1");
    let master = gateway.master(&operator, "+box");
    master.exec("echo one").ok();
    master.exec(&format!("touch {at}")).refused("not made here");
    drop(master);
    let session = gateway.ended_session();
    let rows = commands(&gateway);
    assert_eq!(rows.len(), 2, "{rows:?}");
    for (name, value) in [
        ("session", field(&session, "session")),
        ("command", "echo one"),
        ("verdict", "allow"),
        ("confidence", "exact"),
        ("operator", "op1"),
        ("asset", "box"),
        ("reason", ""),
    ] {
        assert_eq!(field(&rows[0], name), value, "{name}: {}", rows[0]);
    }
    assert_eq!(rows[0]["danger"], Value::Null);
    assert_eq!((field(&rows[1], "verdict"), field(&rows[1], "reason")), ("deny", "files are not made here"));
    assert_eq!(rows[1]["sets"], serde_json::json!({ "tidy": "deny" }));
    assert_eq!(session["commands"], 2, "{session}");
    let by_session = ["audit", "commands", "--session", field(&session, "session"), "--limit", "1"];
    assert_eq!(gateway.records(&by_session), rows[1..]);
    assert!(gateway.records(&["audit", "commands", "--operator", "op2"]).is_empty());
    gateway.journaled("command-judged", &[("actor", "op1"), ("verdict", "deny")]);
    gateway.juyong(&["audit", "verify"]).ok();
}

#[test]
fn an_auditor_sees_the_commands_in_their_scope() {
    let scope = "[operator.narrow]\nroles = [\"auditor\"]\naudit = { operators = [\"op2\"] }\n";
    let gateway = Setup::new().limited("commands = [\"tidy\"]").policy(SET).policy(scope).start();
    for name in ["op1", "op2"] {
        gateway.exec(&gateway.operator(name), "+box", &format!("echo by-{name}")).ok();
    }
    let narrow = gateway.operator("narrow");
    let seen = gateway.exec(&narrow, "", "audit commands").ok().text();
    assert!(seen.contains("echo by-op2") && !seen.contains("op1"), "{seen}");
    assert_eq!(seen.lines().count(), 2, "a head and a row: {seen}");
}

#[test]
fn a_warning_is_told_to_a_program_and_asked_of_a_person() {
    let gateway = tidy();
    let (directory, at) = made(&gateway);
    let operator = gateway.operator("op1");
    let out = gateway.exec(&operator, "+box", &format!("mkdir {at}")).ok();
    assert!(out.errors().contains("directories stay."), "{out}");
    assert!(directory.is_dir());
    std::fs::remove_dir(&directory).unwrap();

    for (answer, runs) in [("n", false), ("", false), ("y", true)] {
        let mut ssh = gateway.ssh(&operator, "+box");
        ssh.arg("-t").arg(format!("mkdir {at}; echo do''ne"));
        let mut terminal = Terminal::start(ssh);
        terminal.expect("directories stay.");
        terminal.expect("[y/N]");
        assert!(!directory.exists());
        terminal.line(answer);
        terminal.expect(if runs { "done" } else { "it was not run" });
        assert_eq!(terminal.wait(PATIENCE).code(), Some(if runs { 0 } else { 255 }));
        assert_eq!(directory.exists(), runs, "{answer:?}");
    }
    let rows = commands(&gateway);
    let answers: Vec<_> = rows.iter().map(|row| field(row, "answer")).collect();
    assert_eq!(answers, ["", "declined", "declined", "confirmed"], "{rows:?}");
}

/// newcomer: `ssh -tt` of a program has a terminal without a size, and nobody before it.
#[test]
fn a_terminal_that_a_program_made_is_asked_nothing() {
    let gateway = tidy();
    let (directory, at) = made(&gateway);
    let mut ssh = gateway.ssh(&gateway.operator("op1"), "+box");
    let out = Running::run(ssh.arg("-tt").arg(format!("mkdir {at}")), b"", PATIENCE).ok();
    assert!(out.errors().contains("directories stay.") && !out.text().contains("[y/N]"), "{out}");
    assert!(directory.is_dir());
    assert_eq!(field(&commands(&gateway)[0], "answer"), "");
}

#[test]
fn a_question_that_nobody_answers_ends() {
    let question = Setup::new().tables("[limits]\nquestion = \"1s\"");
    let gateway = question.limited("commands = [\"tidy\"]").policy(SET).start();
    let (directory, at) = made(&gateway);
    let operator = gateway.operator("op1");
    let mut ssh = gateway.ssh(&operator, "+box");
    ssh.arg("-t").arg(format!("mkdir {at}"));
    let mut terminal = Terminal::start(ssh);
    terminal.expect("nobody answered within 1 s; it was not run.");
    assert_eq!(terminal.wait(PATIENCE).code(), Some(255));
    let terminal = Terminal::start(gateway.ssh(&operator, "+box"));
    terminal.prompt();
    terminal.line(&format!("mkdir {at}"));
    terminal.expect("nobody answered within 1 s; it was not run.");
    terminal.line("echo still-$((40+2))");
    terminal.expect("still-42");
    assert!(!directory.exists());
    let answers: Vec<_> = commands(&gateway)
        .iter()
        .map(|row| field(row, "answer").to_owned())
        .filter(|a| !a.is_empty())
        .collect();
    assert_eq!(answers, ["declined", "declined"]);
}

#[test]
fn in_mode_audit_everything_runs_and_is_logged() {
    let set = SET.replace("\"guard\"", "\"audit\"");
    let gateway = Setup::new().limited("commands = [\"tidy\"]").policy(&set).start();
    let (file, at) = made(&gateway);
    gateway.exec(&gateway.operator("op1"), "+box", &format!("touch {at}")).ok();
    assert!(file.exists());
    assert_eq!(field(&commands(&gateway)[0], "verdict"), "deny");
    let marks = gateway.cast(&gateway.ended_session()).all("m");
    assert!(marks.starts_with(&format!("deny: touch {at}")), "{marks}");
}

#[test]
fn the_policy_in_force_judges_the_next_line() {
    let gateway = tidy();
    let (file, at) = made(&gateway);
    let master = gateway.master(&gateway.operator("op1"), "+box");
    master.exec(&format!("touch {at}")).refused("not made here");
    gateway.change_policy("effect = \"deny\"\nprograms", "effect = \"allow\"\nprograms").ok();
    master.exec(&format!("touch {at}")).ok();
    assert!(file.exists());
    gateway.change_policy("effect = \"allow\"\nprograms", "effect = \"deny\"\nprograms").ok();
    master.exec(&format!("touch {at}")).refused("not made here");
}

/// Files have rules of their own; a set judges what is run.
#[test]
fn file_transfer_is_not_judged_as_a_command() {
    let all = "[commands.none]\nmode = \"guard\"\ndefault = \"deny\"\nopaque = \"deny\"\n";
    let gateway = Setup::new().limited("commands = [\"none\"]").policy(all).start();
    let (from, to) = (gateway.path("from"), gateway.path("to"));
    std::fs::write(&from, "content").unwrap();
    let operator = gateway.operator("op1");
    for option in ["-O", "-s"] {
        let login = gateway.login(&operator);
        let mut scp = login.openssh("scp");
        scp.arg(option).arg(&from).arg(format!("{}:{}", login.at("+box"), to.display()));
        Running::run(&mut scp, b"", PATIENCE).ok();
        assert_eq!(std::fs::read(&to).unwrap(), b"content", "{option}");
        std::fs::remove_file(&to).unwrap();
    }
    gateway.exec(&gateway.operator("op2"), "+box", "true").refused("is not run");
}

#[test]
fn rsync_and_git_are_commands() {
    let set = SET.replace("\"touch\"", "\"rsync\", \"git-upload-pack\"");
    let gateway = Setup::new().limited("commands = [\"tidy\"]").policy(&set).start();
    let operator = gateway.operator("op1");
    let login = gateway.login(&operator);
    let mut rsync = login.tool("rsync");
    rsync.args(["-e", &login.remote_shell()]).arg(gateway.path("juyong.toml"));
    rsync.arg(format!("{}:{}", login.at("+box"), gateway.path("to").display()));
    Running::run(&mut rsync, b"", PATIENCE).refused("files are not made here");
    assert!(!gateway.path("to").exists());
    gateway.exec(&operator, "+box", "git-upload-pack '/srv/x.git'").refused("files are not made here");
}

#[test]
fn a_password_in_a_line_is_not_in_the_log() {
    const SECRET: &str = "hunter2-Swordfish";
    let gateway = tidy();
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", &format!("echo --password={SECRET}")).ok();
    assert_eq!(field(&commands(&gateway)[0], "command"), "echo --password=***");
    let told = gateway.events().iter().any(|row| row.to_string().contains(SECRET));
    assert!(!told, "nor anywhere else in the journal");
}

/// Bytes that a shell may read in another way than we do count as a line that was read in part.
#[test]
fn bytes_that_are_no_text_are_as_opaque_as_can_be() {
    let set = SET.replace("opaque = \"allow\"", "opaque = \"deny\"");
    let gateway = Setup::new().limited("commands = [\"tidy\"]").policy(&set).start();
    let mut ssh = gateway.ssh(&gateway.operator("op1"), "+box");
    ssh.arg(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"echo \xb5\xb6"));
    Running::run(&mut ssh, b"", PATIENCE).refused("a part of the line was not seen");
    assert_eq!(field(&commands(&gateway)[0], "confidence"), "partial");
}

/// In another character set a shell would read other words than the judge.
#[test]
fn a_locale_that_the_judge_does_not_read_is_not_passed_on() {
    let gateway = tidy();
    let operator = gateway.operator("op1");
    for (locale, passed) in [("zh_CN.GBK", ""), ("zh_CN.UTF-8", "zh_CN.UTF-8")] {
        let mut ssh = gateway.ssh(&operator, "+box");
        ssh.env("LC_MESSAGES", locale).args(["-o", "SendEnv=LC_MESSAGES", "echo \"[$LC_MESSAGES]\""]);
        assert_eq!(Running::run(&mut ssh, b"", PATIENCE).ok().text(), format!("[{passed}]\n"));
    }
}

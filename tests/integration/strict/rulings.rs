//! What comes of a line that is judged other than to be run.

use std::time::Duration;

use super::*;

#[test]
fn what_is_denied_is_said_logged_and_not_run() {
    let strict = Strict::start();
    let directory = strict.directory();
    std::fs::create_dir(directory.join("secret")).unwrap();
    let prompt = strict.prompt();
    prompt.cd(&directory);
    let answer = prompt.run("touch a; id");
    assert!(answer.contains("juyong: “id” is not run"), "{answer}");
    assert!(prompt.run("touch secret/x").contains("nothing is touched there"));
    prompt.cd(&directory.join("secret"));
    assert!(prompt.run("touch x").contains("nothing is touched there"), "where it runs counts");
    assert!(prompt.run("touch ../b ../secret/../secret/x").contains("nothing is touched there"));
    let answer = prompt.run("echo $HOME");
    assert!(answer.contains("at character 6: nothing is put in the place of $"), "{answer}");
    assert!(prompt.run("cd /nowhere").contains("no directory /nowhere"));
    for name in ["a", "b", "secret/x"] {
        assert!(!directory.join(name).exists(), "{name}");
    }
    let rows = strict.gateway.records(&["audit", "commands"]);
    let verdict = |command: &str| {
        let row = rows.iter().find(|row| field(row, "command") == command);
        row.map(|row| (field(row, "verdict"), field(row, "confidence"))).unwrap_or_else(|| panic!("{rows:?}"))
    };
    assert_eq!(verdict("touch a; id"), ("deny", "exact"));
    assert_eq!(verdict("touch x"), ("deny", "exact"));
    assert_eq!(verdict("echo $HOME"), ("deny", "exact"));
}

#[test]
fn a_warning_waits_for_a_key_that_comes_after_it() {
    let strict = Strict::start();
    let prompt = strict.prompt();
    let question = |line: &str| {
        prompt.terminal.send(line);
        prompt.terminal.expect("Run it? [y/N] ");
    };
    question("df /\r");
    prompt.terminal.line("n");
    prompt.terminal.expect("it was not run");
    question("\x1b[200~df /\ny\ny\x1b[201~");
    std::thread::sleep(Duration::from_millis(500));
    assert!(!prompt.terminal.heard.text().contains("Mounted on"), "a paste is not an answer");
    prompt.terminal.line("y");
    prompt.terminal.expect("Mounted on");
    strict.gateway.journaled("command-confirmed", &[]);
    strict.gateway.journaled("command-declined", &[]);
}

#[test]
fn an_officer_is_waited_for_and_can_be_given_up() {
    let strict = Strict::start();
    let officer = strict.gateway.operator("officer");
    let prompt = strict.prompt();
    prompt.terminal.line("uptime");
    prompt.terminal.expect("waits for an officer");
    prompt.terminal.send("\x03");
    prompt.terminal.expect("given up");
    prompt.terminal.expect("> ");
    prompt.terminal.line("uptime");
    prompt.terminal.expect("waits for an officer");
    let request = within(PATIENCE, "the request waits", || {
        let rows = strict.gateway.records(&["approve", "list"]);
        rows.first().map(|row| row.to_string())
    });
    assert!(request.contains("uptime"), "{request}");
    let id: serde_json::Value = serde_json::from_str(&request).unwrap();
    let id = id["approval"].as_str().or(id["request"].as_str()).or(id["id"].as_str()).unwrap().to_owned();
    strict.gateway.exec(&officer, "", &format!("approve grant {id}")).ok();
    prompt.terminal.expect("approved it");
    prompt.terminal.expect("load average");
}

#[test]
fn the_end_of_a_grant_ends_the_prompt_and_what_runs() {
    let strict = Strict::start();
    let mut prompt = strict.prompt();
    // No other run's, should one have left something behind.
    let program = format!("sleep 8765.{}", std::process::id());
    prompt.terminal.line(&program);
    prompt.terminal.expect("\x1b[?2004l");
    let runs = || {
        let out = Running::run(tool("ps").args(["-eo", "args"]), b"", PATIENCE).text();
        out.lines().any(|line| line.starts_with(&program))
    };
    // A server that has not given it its terminal yet hangs nothing up (SECURITY.md).
    within(PATIENCE, "the program is there", || runs().then_some(()));
    strict.gateway.juyong(&["lockdown", "start", "--reason", "drill", "--scope", "op1"]).ok();
    prompt.terminal.expect("access is locked");
    assert_eq!(prompt.terminal.wait(PATIENCE).code(), Some(255));
    within(PATIENCE, "the program is gone", || (!runs()).then_some(()));
}

#[test]
fn a_shell_of_the_asset_ends_when_its_set_becomes_strict() {
    let open = SET
        .replace("[commands.list]", "[commands.unused]")
        .replace("commands.list.entry", "commands.unused.entry");
    let gateway = Setup::new().policy(&open).start();
    let operator = gateway.operator("op1");
    let mut ssh = gateway.ssh(&operator, "+box");
    ssh.arg("-tt");
    let mut terminal = Terminal::start(ssh);
    terminal.prompt();
    gateway.change_policy("id = \"ops\"\n", "id = \"ops\"\ncommands = [\"unused\"]\n").ok();
    terminal.expect("only single commands");
    assert_eq!(terminal.wait(PATIENCE).code(), Some(255));
}

#[test]
fn a_program_ends_with_its_channel_while_others_of_the_connection_go_on() {
    let gateway = Setup::new().policy(SET).limited("commands = [\"list\"]").start();
    let operator = gateway.operator("op1");
    let connection = gateway.master(&operator, "+box");
    let mut shell = connection.ssh();
    shell.arg("-tt");
    let terminal = Terminal::start(shell);
    terminal.expect("> ");
    terminal.line("sleep 9876");
    let runs = || {
        let out = Running::run(tool("ps").args(["-eo", "args"]), b"", PATIENCE).text();
        out.lines().any(|line| line.starts_with("sleep 9876"))
    };
    within(PATIENCE, "the program runs", || runs().then_some(()));
    drop(terminal);
    within(PATIENCE, "the program is gone", || (!runs()).then_some(()));
    assert_eq!(connection.exec("echo still here").ok().text(), "still here\n");
}

#[test]
fn people_are_told_in_their_language_and_write_in_it() {
    let gateway = Setup::new().policy(SET).limited("commands = [\"list\"]").language("zh-CN").start();
    let operator = gateway.operator("op1");
    let mut ssh = gateway.ssh(&operator, "+box");
    ssh.arg("-tt");
    let prompt = Prompt { terminal: Terminal::start(ssh) };
    prompt.terminal.expect("> ");
    assert!(prompt.run("echo 居庸官\x7f关").contains("居庸关\r\n"));
    assert!(prompt.run("echo $HOME").contains("第 6 个字符：这里不展开 $"));
}

/// Nobody answers: the command is not run, and what is typed later is a line of its own.
#[test]
fn a_question_that_nobody_answers_ends() {
    let strict = Strict::with_limits(SET, "approval = \"20s\"\nquestion = \"1s\"");
    let prompt = strict.prompt();
    prompt.terminal.send("df /\r");
    prompt.terminal.expect("Run it? [y/N] ");
    prompt.terminal.expect("nobody answered within 1 s; it was not run");
    prompt.terminal.expect("]> ");
    let answer = prompt.run("y");
    assert!(answer.contains("“y” is not run"), "{answer}");
    assert!(prompt.run("echo goes on").contains("goes on"));
    assert!(!prompt.terminal.heard.text().contains("Mounted on"), "it was not run");
    strict.gateway.journaled("command-declined", &[]);
}

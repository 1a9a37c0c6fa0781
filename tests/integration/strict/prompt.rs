//! What a person does at the prompt, and what the asset makes of it.

use std::fs;
use std::time::Duration;

use super::*;

#[test]
fn commands_run_one_by_one_where_the_prompt_says() {
    let strict = Strict::start();
    let directory = strict.directory();
    fs::write(directory.join("b c.txt"), "two\n").unwrap();
    fs::write(directory.join("a.txt"), "one\n").unwrap();
    fs::create_dir(directory.join("sub dir")).unwrap();
    let mut prompt = strict.prompt();
    prompt.cd(&directory);
    assert!(prompt.run("pwd").contains(&directory.display().to_string()));
    assert!(prompt.run("cat *.txt | sort").contains("one\r\ntwo"), "{}", prompt.terminal.heard.text());
    assert!(prompt.run("printf '%s,' \"it's\" 'a\"b' \\$HOME 中文").contains("it's,a\"b,$HOME,中文,"));
    assert!(prompt.run("false && echo no || echo yes").contains("yes"));
    prompt.run("cd 'sub dir'");
    assert!(prompt.run("/bin/pwd").contains("sub dir"));
    prompt.run("cd -");
    assert!(prompt.run("ls nothing-here").contains("nothing-here"));
    let shown = prompt.terminal.heard.text();
    assert!(shown.contains(&format!("@box {} [2]> ", directory.display())), "{shown}");
    assert!(prompt.run("history").contains("cat *.txt | sort"));
    assert!(prompt.run("help").contains("grep, head"));
    prompt.terminal.line("exit");
    prompt.terminal.wait(PATIENCE);
    let session = strict.gateway.ended_session();
    let cast = strict.gateway.cast(&session);
    assert!(cast.all("o").contains("one\r\ntwo"), "the recording shows what the person saw");
    assert!(cast.all("m").contains("allow: cat *.txt | sort"), "{}", cast.all("m"));
}

#[test]
fn keys_edit_the_line_and_go_to_the_program_while_it_runs() {
    let strict = Strict::start();
    let prompt = strict.prompt();
    assert!(prompt.run("ehco\x1b[D\x1b[D\x1b[D\x7fe\x1b[3~ch\x05 edited").contains("edited"));
    assert!(prompt.run("\x1b[A").contains("edited"), "recalled and run again");
    assert!(prompt.run("ec\tcompleted").contains("completed"));
    prompt.terminal.line("cat");
    prompt.terminal.expect("\x1b[?2004l");
    prompt.terminal.line("for the program; rm -rf /");
    prompt.terminal.expect("rm -rf /\r\nfor the program; rm -rf /\r\n");
    prompt.terminal.send("\x04");
    prompt.terminal.expect("> ");
    prompt.terminal.line("sleep 600");
    prompt.terminal.expect("\x1b[?2004l");
    std::thread::sleep(Duration::from_millis(500));
    prompt.terminal.send("\x03");
    let heard = prompt.terminal.expect("]> ");
    assert!(heard.contains("[130") || heard.contains("[INT"), "{heard}");
    prompt.terminal.resize(33, 111);
    std::thread::sleep(Duration::from_millis(300));
    assert!(prompt.run("stty size").contains("33 111"));
}

#[test]
fn a_paste_runs_line_by_line() {
    let strict = Strict::start();
    let directory = strict.directory();
    let prompt = strict.prompt();
    prompt.cd(&directory);
    prompt.terminal.send("\x1b[200~touch one\ntouch two; id\ntouch three\r\ntouch four\x1b[201~");
    within(PATIENCE, "the third line ran", || directory.join("three").exists().then_some(()));
    assert!(directory.join("one").exists());
    assert!(!directory.join("two").exists(), "its line has a program that is not allowed");
    assert!(!directory.join("four").exists(), "it waits for Enter");
    prompt.terminal.send("\r");
    within(PATIENCE, "the last line ran", || directory.join("four").exists().then_some(()));
}

#[test]
fn no_shell_of_the_asset_is_ever_started_and_nothing_is_left_running() {
    let strict = Strict::start();
    let prompt = strict.prompt();
    prompt.terminal.line("sleep 7654");
    prompt.terminal.expect("\x1b[?2004l");
    let runs = || {
        let out = Running::run(tool("ps").args(["-eo", "args"]), b"", PATIENCE).text();
        out.lines().any(|line| line.starts_with("sleep 7654")).then_some(())
    };
    within(PATIENCE, "the program runs", runs);
    drop(prompt);
    within(PATIENCE, "the program ends with its terminal", || runs().is_none().then_some(()));
}

#[test]
fn a_shell_without_a_terminal_is_refused() {
    let strict = Strict::start();
    let mut ssh = strict.gateway.ssh(&strict.operator, "+box");
    let outcome = Running::run(ssh.arg("-T"), b"touch /tmp/never\n", PATIENCE);
    assert_eq!(outcome.code(), 255);
    assert!(outcome.errors().contains("single commands"), "{outcome}");
}

//! PuTTY's command-line programs and dropbear's client, driven as a person drives them.

use std::fs;
use std::process::Command;

use crate::harness::{Gateway, PATIENCE, Running, Terminal, tool};

/// The fingerprint by which PuTTY knows the gateway.
fn fingerprint(gateway: &Gateway) -> String {
    let path = gateway.fresh("host-key");
    fs::write(&path, gateway.host_key()).unwrap();
    let out = Running::run(tool("ssh-keygen").args(["-l", "-E", "sha256", "-f"]).arg(&path), b"", PATIENCE)
        .ok()
        .text();
    out.split_whitespace().nth(1).unwrap().to_owned()
}

fn putty(gateway: &Gateway, program: &str, to: &str) -> Command {
    let mut command = tool(program);
    command.env("HOME", gateway.dir()).args([
        "-P",
        &gateway.port.to_string(),
        "-hostkey",
        &fingerprint(gateway),
        "-l",
        to,
        "127.0.0.1",
    ]);
    command
}

#[test]
fn plink_runs_a_command() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let mut command = putty(&gateway, "plink", "op1+box");
    command.args(["-no-antispoof", "echo sum-$((40+2)); exit 5"]);
    let mut terminal = Terminal::start(command);
    terminal.log_in(&operator, "sum-42");
    assert_eq!(terminal.wait(PATIENCE).code(), Some(5));
}

#[test]
fn plink_opens_a_shell_with_a_key() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let ppk = gateway.path("key.ppk");
    Running::run(tool("puttygen").arg(&operator.key).arg("-o").arg(&ppk), b"", PATIENCE).ok();
    let mut command = putty(&gateway, "plink", "op1+box");
    command.args(["-no-antispoof", "-t", "-i"]).arg(&ppk);
    let mut terminal = Terminal::start(command);
    terminal.expect("code:");
    terminal.line(&operator.next_code());
    terminal.prompt();
    terminal.line("echo sum-$((40+2))");
    terminal.expect("sum-42");
    terminal.line("exit");
    terminal.wait(PATIENCE);
}

#[test]
fn psftp_transfers_both_ways() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let (here, there, back) = (gateway.path("here"), gateway.path("there"), gateway.path("back"));
    fs::write(&here, "psftp\n".repeat(50_000)).unwrap();
    let mut terminal = Terminal::start(putty(&gateway, "psftp", "op1+box"));
    terminal.log_in(&operator, "psftp> ");
    for line in [
        format!("put {} {}", here.display(), there.display()),
        format!("get {} {}", there.display(), back.display()),
    ] {
        terminal.line(&line);
        terminal.expect("=>");
        terminal.expect("psftp> ");
    }
    terminal.line("quit");
    terminal.wait(PATIENCE);
    assert!(fs::read(&back).unwrap() == fs::read(&here).unwrap());
}

fn dbclient(gateway: &Gateway, to: &str) -> Command {
    let mut command = tool("dbclient");
    command.env("HOME", gateway.dir()).args(["-y", "-p", &gateway.port.to_string(), "-l", to]);
    command
}

#[test]
fn dbclient_runs_a_command_with_a_password() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let mut command = dbclient(&gateway, "op1+box");
    command.args(["127.0.0.1", "echo sum-$((40+2)); exit 5"]);
    let mut terminal = Terminal::start(command);
    terminal.log_in(&operator, "sum-42");
    assert_eq!(terminal.wait(PATIENCE).code(), Some(5));
}

#[test]
fn dbclient_opens_a_shell_with_a_key() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let key = gateway.path("key.dropbear");
    let convert =
        tool("dropbearconvert").args(["openssh", "dropbear"]).arg(&operator.key).arg(&key).output().unwrap();
    assert!(convert.status.success(), "{convert:?}");
    let mut command = dbclient(&gateway, "op1+box");
    command.arg("-i").arg(&key).arg("127.0.0.1");
    let mut terminal = Terminal::start(command);
    terminal.expect("code:");
    terminal.line(&operator.next_code());
    terminal.prompt();
    terminal.line("echo sum-$((40+2))");
    terminal.expect("sum-42");
    terminal.line("exit 5");
    assert_eq!(terminal.wait(PATIENCE).code(), Some(5));
}

//! Assets that answer early, late and oddly.

use crate::harness::{Gateway, PATIENCE, Running, Setup, Terminal, free_port, script, within};

/// An asset that does as its command says, with these logins.
pub(super) struct Odd {
    pub gateway: Gateway,
    _asset: Running,
    _dir: tempfile::TempDir,
}

pub(super) fn odd(setup: Setup, logins: &[&str]) -> Odd {
    let (port, dir) = (free_port(), tempfile::tempdir().unwrap());
    let mut asset = script("odd_asset.py");
    let asset = Running::start(asset.arg(port.to_string()).arg(dir.path().join("host_key")));
    within(PATIENCE, "the asset listens", || std::net::TcpStream::connect(("127.0.0.1", port)).ok());
    let gateway = setup
        .asset(&format!(
            "[asset.box]\naddress = \"127.0.0.1:{port}\"\nlogins = {logins:?}\ntrust = \"first-use\"\n"
        ))
        .stopped()
        .start();
    gateway.start();
    for login in logins {
        let key = gateway.asset.private_key.display().to_string();
        gateway.juyong(&["credential", "set", "box", login, "--private-key", &key]).ok();
    }
    Odd { gateway, _asset: asset, _dir: dir }
}

/// trial 13
#[test]
fn what_an_asset_says_early_is_kept_in_order() {
    let Odd { gateway, .. } = &odd(Setup::new(), &["root"]);
    let master = gateway.master(&gateway.operator("op1"), "+box");
    let early = master.exec("early");
    assert_eq!((early.code(), early.text().as_str()), (7, "out before\nout after\n"), "{early}");
    assert!(early.errors().contains("err before"), "{early}");
    for (command, status, out) in
        [("early-end", 5, "all of it\n"), ("unanswered", 6, "all of it\n"), ("late", 7, "out after\n")]
    {
        let ran = master.exec(command);
        assert_eq!((ran.code(), ran.text().as_str()), (status, out), "{command}: {ran}");
    }
    let refused = master.exec("refused").refused("refused to start the command");
    assert_eq!(refused.text(), "the account has expired\n", "{refused}");
}

fn shell(gateway: &Gateway, term: &str) -> Terminal {
    let mut ssh = gateway.ssh(&gateway.operator("op1"), "+box");
    ssh.args(["-o", &format!("SetEnv=TERM={term}")]);
    Terminal::start(ssh)
}

/// trial 13
#[test]
fn what_comes_before_the_answer_to_a_terminal_is_shown() {
    let Odd { gateway, .. } = &odd(Setup::new(), &["root"]);
    let mut terminal = shell(gateway, "early");
    terminal.expect("before the terminal\r\nbefore the shell");
    terminal.expect("terminal");
    terminal.line("word");
    terminal.expect("read b'word");
    terminal.wait(PATIENCE);
}

/// trial 13
#[test]
fn a_refused_terminal_is_told_and_the_shell_is_there() {
    let Odd { gateway, .. } = &odd(Setup::new(), &["root"]);
    let mut terminal = shell(gateway, "refused");
    terminal.expect("PTY allocation request failed");
    terminal.expect("before the shell\r\n");
    terminal.expect("no terminal\r\n");
    terminal.line("word");
    let shown = terminal.expect("read b'word\\n'");
    assert!(shown.contains("word\r\n"), "what is typed is shown: {shown}");
    terminal.wait(PATIENCE);
}

/// trial 13: without a terminal nothing that is typed can be judged.
#[test]
fn a_refused_terminal_ends_a_shell_that_is_judged() {
    const GUARDED: &str = "[commands.guarded]\nmode = \"guard\"\ndefault = \"allow\"\nopaque = \"allow\"\n";
    let setup = Setup::new().policy(GUARDED).limited("commands = [\"guarded\"]");
    let Odd { gateway, .. } = &odd(setup, &["root"]);
    let mut terminal = shell(gateway, "refused");
    terminal.expect("terminal");
    assert_eq!(terminal.wait(PATIENCE).code(), Some(255));
    assert!(!terminal.heard.text().contains("read b"), "{}", terminal.heard.text());
}

const NO_SHUTDOWN: &str = "[commands.guarded]\nmode = \"guard\"\ndefault = \"allow\"\nopaque = \"allow\"\n\
    [[commands.guarded.entry]]\neffect = \"deny\"\nprograms = [\"shutdown\"]\nreason = \"it stays up\"\n";

/// trial 16, trial N3: where a client says nothing of its size, gateway and asset believe in the same one.
#[test]
fn a_terminal_without_a_size_hides_nothing() {
    let gateway = Setup::new().policy(NO_SHUTDOWN).limited("commands = [\"guarded\"]").start();
    // Without a terminal of its own the client asks for one of 0 columns and 0 rows.
    let mut running = Running::start(gateway.ssh(&gateway.operator("op1"), "+box").arg("-tt"));
    running.send("stty size\r");
    running.expect("24 80");
    running.send("shutdown --help\r");
    running.expect("it stays up");
    running.send("exit\r");
    let shown = running.wait(PATIENCE).text();
    assert!(!shown.contains("Power off") && !shown.contains("poweroff"), "{shown}");
}

/// trial N3: a terminal too small to read lines in is none for the asset either.
#[test]
fn a_tiny_terminal_hides_nothing() {
    let gateway = Setup::new().policy(NO_SHUTDOWN).limited("commands = [\"guarded\"]").start();
    let mut terminal = Terminal::start(gateway.ssh(&gateway.operator("op1"), "+box"));
    terminal.prompt();
    terminal.resize(2, 8);
    within(PATIENCE, "the asset hears of the size", || {
        terminal.line("stty size");
        terminal.heard.any(&["4 20"], std::time::Duration::from_secs(2))
    });
    terminal.line("shutdown --help");
    terminal.expect("it stays up");
    terminal.line("exit");
    terminal.wait(PATIENCE);
}

/// trial 13: OpenSSH's own server with `PermitTTY no`, as an account with `no-pty` has it.
#[test]
fn a_shell_without_a_terminal_can_be_typed_at() {
    let gateway = Setup::new().sshd("PermitTTY no").start();
    let mut terminal = Terminal::start(gateway.ssh(&gateway.operator("op1"), "+box"));
    terminal.expect("PTY allocation request failed");
    terminal.line("echo sum-$((40+2))");
    terminal.expect("sum-42\r\n");
    terminal.line("exit 3");
    assert_eq!(terminal.wait(PATIENCE).code(), Some(3));
}

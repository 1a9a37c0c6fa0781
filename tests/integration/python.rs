//! paramiko and asyncssh: scripts in tests/python that print what they saw.

use serde_json::Value;

use crate::harness::{Gateway, Outcome, PATIENCE, Running, Setup, field, free_port, script, within};

fn run(name: &str, input: &std::path::Path) -> Outcome {
    Running::run(script(name).arg(input), b"", PATIENCE * 2).ok()
}

fn saw(outcome: &Outcome) -> Value {
    serde_json::from_str(outcome.text().trim()).unwrap_or_else(|error| panic!("{error}: {outcome}"))
}

#[test]
fn paramiko_works() {
    let gateway = Gateway::usual();
    let saw = saw(&run("paramiko_client.py", &gateway.script_input(&gateway.operator("op1"))));
    assert_eq!(
        (field(&saw, "out"), field(&saw, "err"), &saw["status"]),
        ("out\n", "err\n", &7.into()),
        "{saw}"
    );
    assert_eq!((field(&saw, "back"), field(&saw, "shell")), ("through sftp", "sum-42"), "{saw}");
}

#[test]
fn paramiko_works_with_a_password() {
    let gateway = Gateway::usual();
    let mut script = script("paramiko_client.py");
    script.arg(gateway.script_input(&gateway.operator("op1"))).arg("password");
    assert_eq!(field(&saw(&Running::run(&mut script, b"", PATIENCE * 2).ok()), "shell"), "sum-42");
}

#[test]
fn asyncssh_works() {
    let gateway = Gateway::usual();
    let saw = saw(&run("asyncssh_client.py", &gateway.script_input(&gateway.operator("op1"))));
    assert_eq!(
        (field(&saw, "out"), field(&saw, "err"), &saw["status"]),
        ("out\n", "err\n", &7.into()),
        "{saw}"
    );
    assert_eq!(field(&saw, "signal"), "TERM", "the signal that ended a program is told: {saw}");
    assert_eq!((field(&saw, "sizes"), field(&saw, "lang")), ("24 80|50 132", "zh_CN.UTF-8"), "{saw}");
    assert_eq!((field(&saw, "half"), field(&saw, "back")), ("xdone", "through sftp"), "{saw}");
}

/// An asset that takes signals from anybody: OpenSSH's server takes them only where it runs as root and the login
/// is not root.
struct Signalled {
    gateway: Gateway,
    asset: Running,
    _dir: tempfile::TempDir,
}

fn signalled() -> Signalled {
    let (port, dir) = (free_port(), tempfile::tempdir().unwrap());
    let login = format!(
        "[asset.box]\naddress = \"127.0.0.1:{port}\"\nlogins = [\"{{login}}\"]\ntrust = \"first-use\"\n"
    );
    let gateway = Setup::new().asset(&login).start();
    let mut asset = script("asyncssh_asset.py");
    asset.arg(port.to_string()).arg(dir.path().join("host_key")).arg(gateway.path("asset/authorized_keys"));
    let asset = Running::start(&mut asset);
    within(PATIENCE, "the asset listens", || std::net::TcpStream::connect(("127.0.0.1", port)).ok());
    Signalled { gateway, asset, _dir: dir }
}

#[test]
fn signals_reach_the_program() {
    let Signalled { gateway, asset: _asset, _dir } = signalled();
    let saw = saw(&run("signals.py", &gateway.script_input(&gateway.operator("op1"))));
    assert_eq!(saw["received"], serde_json::json!(["INT", "USR1", "TERM"]), "{saw}");
}

#[test]
fn what_is_cut_without_a_terminal_is_hung_up() {
    let Signalled { gateway, asset, _dir } = signalled();
    let operator = gateway.operator("op1");
    let running = Running::start(gateway.ssh(&operator, "+box").arg("work"));
    running.expect("ready");
    gateway.juyong(&["lockdown", "start", "--reason", "drill"]).ok();
    asset.expect("HUP");
    running.wait(PATIENCE).refused("access is locked");
}

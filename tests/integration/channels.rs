//! What a client may ask for beside a program, and does not get.

use crate::harness::{Gateway, PATIENCE, Running, tool, within};

#[test]
fn agent_forwarding_is_refused() {
    let gateway = Gateway::usual();
    let socket = gateway.path("agent");
    let _agent = Running::start(tool("ssh-agent").args(["-D", "-a"]).arg(&socket));
    within(PATIENCE, "an agent listens", || socket.exists().then_some(()));
    let mut ssh = gateway.ssh(&gateway.operator("op1"), "+box");
    ssh.env("SSH_AUTH_SOCK", &socket).args([
        "-A",
        "-o",
        "IdentityAgent=SSH_AUTH_SOCK",
        "echo \"[$SSH_AUTH_SOCK]\"",
    ]);
    assert_eq!(Running::run(&mut ssh, b"", PATIENCE).ok().text(), "[]\n");
    gateway.journaled("channel-refused", &[("actor", "op1"), ("what", "agent-forwarding")]);
}

#[test]
fn x11_forwarding_is_refused() {
    let gateway = Gateway::usual();
    let mut ssh = gateway.ssh(&gateway.operator("op1"), "+box");
    ssh.env("DISPLAY", "127.0.0.1:99").args(["-Y", "echo \"[$DISPLAY]\""]);
    let out = Running::run(&mut ssh, b"", PATIENCE).ok();
    assert_eq!(out.text(), "[]\n");
    gateway.journaled("channel-refused", &[("actor", "op1"), ("what", "x11-forwarding")]);
}

#[test]
fn remote_forwarding_is_refused() {
    let gateway = Gateway::usual();
    for to in ["0:127.0.0.1:1", &format!("{}:127.0.0.1:1", gateway.path("remote").display())] {
        let mut ssh = gateway.ssh(&gateway.operator("op1"), "+box");
        ssh.args(["-o", "ExitOnForwardFailure=yes", "-R", to, "true"]);
        Running::run(&mut ssh, b"", PATIENCE).refused("remote port forwarding failed");
    }
    gateway.journaled("channel-refused", &[("actor", "op1"), ("what", "remote-forward")]);
}

#[test]
fn forwarding_to_a_unix_socket_is_refused() {
    let gateway = Gateway::usual();
    let near = gateway.path("near");
    let mut ssh = gateway.ssh(&gateway.operator("op1"), "+box");
    ssh.arg("-N").arg("-L").arg(format!("{}:/run/secret.sock", near.display()));
    let running = Running::start(&mut ssh);
    let mut stream =
        within(PATIENCE, "the forward listens", || std::os::unix::net::UnixStream::connect(&near).ok());
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut got = Vec::new();
    let _ = std::io::Read::read_to_end(&mut stream, &mut got); // closed in whatever way
    assert!(got.is_empty());
    gateway.journaled("channel-refused", &[("actor", "op1"), ("what", "unix-socket-forward")]);
    drop(running);
}

/// trial 28
#[test]
fn an_unknown_subsystem_is_refused() {
    let gateway = Gateway::usual();
    let master = gateway.master(&gateway.operator("op1"), "+box");
    for name in ["netconf", "powershell"] {
        Running::run(master.ssh().args(["-s", name]), b"", PATIENCE).refused("does not serve this subsystem");
    }
    gateway.journaled("channel-refused", &[("actor", "op1"), ("what", "subsystem")]);
}

//! What a scanner thinks of the gateway.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use crate::harness::{Gateway, PATIENCE, Running, Setup, python, tool, within};

#[test]
fn ssh_audit_has_nothing_to_mend() {
    let gateway = Gateway::usual();
    let mut audit = python("ssh-audit");
    audit.args(["--no-colors", "--skip-rate-test", "-p", &gateway.port.to_string(), "127.0.0.1"]);
    let out = Running::run(&mut audit, b"", PATIENCE * 2);
    let text = out.text();
    assert!(text.contains("(kex)") && text.contains("(key)"), "it looked: {out}");
    let bad: Vec<_> = text
        .lines()
        .filter(|line| line.contains("[fail]") || line.contains("[warn]"))
        // The algorithms that are no defence against quantum computers yet are noted for every server.
        .filter(|line| !line.contains("post-quantum"))
        .collect();
    assert!(bad.is_empty(), "{}\n{text}", bad.join("\n"));
}

/// attack 25: nobody but root looks into the gateway's memory, not its own user either. The kernel gives the files in
/// `/proc` of such a process to root; where the gateway is root's, it runs as somebody else for this.
#[test]
fn the_gateways_memory_is_closed() {
    let gateway = Setup::new().stopped().start();
    let root = rustix::process::geteuid().is_root();
    let user = if root { 65_534 } else { rustix::process::geteuid().as_raw() };
    let binary = gateway.path("juyong");
    fs::copy(gateway.command(&[]).get_program(), &binary).unwrap();
    if root {
        let out = tool("chown").args(["-R", "65534:65534"]).arg(gateway.dir()).output().unwrap();
        assert!(out.status.success(), "{out:?}");
    }
    let start = |mut command: Command| {
        if root {
            command.uid(user).gid(user);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Killed(command.spawn().unwrap())
    };
    let owner = |process: &Killed| fs::metadata(format!("/proc/{}/mem", process.0.id())).unwrap().uid();
    let mut usual = tool("sleep");
    usual.arg("600");
    let usual = start(usual);
    within(PATIENCE, "another program's memory is its user's", || (owner(&usual) == user).then_some(()));
    let mut serve = Command::new(&binary);
    serve.arg("--config").arg(gateway.path("juyong.toml")).arg("serve");
    let serve = start(serve);
    within(PATIENCE, "the gateway greets", || gateway.greets().then_some(()));
    assert_eq!(owner(&serve), 0, "the gateway's is nobody's");
}

/// A program that ends with this value.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill(); // it may have ended
        let _ = self.0.wait();
    }
}

//! What a scanner thinks of the gateway.

use crate::harness::{Gateway, PATIENCE, Running, python};

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

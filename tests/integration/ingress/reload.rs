//! A server's certificate that is changed while the gateway runs.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::tls::{greets, proxy_command, tls_client};
use crate::harness::{Gateway, PATIENCE, Running, Setup, free_port, tool, within};

/// A self-signed pair, put in place as certbot does: by new files.
fn put_pair(gateway: &Gateway, days: &str) -> PathBuf {
    let (new, key) = (gateway.fresh("new.pem"), gateway.fresh("new.key"));
    let mut openssl = tool("openssl");
    openssl
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
        .args(["-subj", "/CN=gw", "-addext", "subjectAltName=DNS:gw.example.org", "-days", days])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&new);
    Running::run(&mut openssl, b"", PATIENCE).ok();
    let trusted = gateway.fresh("trusted.pem");
    fs::copy(&new, &trusted).unwrap();
    fs::set_permissions(&key, PermissionsExt::from_mode(0o600)).unwrap();
    fs::rename(&key, gateway.path("server.key")).unwrap();
    fs::rename(&new, gateway.path("server.pem")).unwrap();
    trusted
}

/// Does SSH greet inside of a handshake that checks the server's certificate?
fn trusts(port: u16, authority: &Path) -> bool {
    greets(tls_client(port, authority, "gw.example.org"))
}

#[test]
fn a_new_certificate_is_served_without_a_restart_and_a_broken_one_is_told() {
    let port = free_port();
    let tables = format!(
        "tls = \"127.0.0.1:{port}\"\n[tunnel]\ntls_server = {{ certificate = \"server.pem\", key = \"server.key\" }}"
    );
    let gateway = Setup::new().tables(&tables).stopped().start();
    let first = put_pair(&gateway, "90");
    gateway.start();
    gateway.set_credential("box");
    assert!(trusts(port, &first));
    let operator = gateway.operator("op1");
    let login = gateway.login(&operator);
    let mut ssh = login.ssh("+box");
    ssh.args(["-o", &proxy_command(port, &first, "gw.example.org", "")]);
    let mut running = Running::start(ssh.arg("echo up; read x; echo got $x"));
    running.expect("up");

    let second = put_pair(&gateway, "90");
    within(PATIENCE, "the new one is served", || trusts(port, &second).then_some(()));
    assert!(!trusts(port, &first));
    running.send("on\n");
    running.expect("got on");
    running.wait(PATIENCE).ok();
    gateway.juyong(&["doctor"]).ok();

    fs::write(gateway.path("server.pem"), "no certificate").unwrap();
    within(PATIENCE, "the log tells", || {
        gateway.log().contains("there is no certificate in the file").then_some(())
    });
    assert!(trusts(port, &second), "the old one stays");
    let out = gateway.juyong(&["doctor"]);
    assert!(out.text().contains("wrong  tunnel.tls_server: there is no certificate in the file"), "{out}");
    let ending = put_pair(&gateway, "3");
    within(PATIENCE, "the mended one is served", || trusts(port, &ending).then_some(()));
    let out = gateway.juyong(&["doctor"]);
    assert!(out.text().contains("server.pem: it ends at"), "{out}");
}

//! Certificates of devices: each question at the door, with the clients that show them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::tls::{Tls, greets, tls_client};
use crate::harness::{Gateway, Login, Operator, PATIENCE, Running, Setup, field, tool};

const REQUIRED: &str = "tls_client = \"required\"";

/// A device's files, as its holder keeps them.
struct Device {
    id: String,
    /// Certificate and key.
    file: PathBuf,
}

fn enrol(tls: &Tls, operator: &str) -> Device {
    let rows = tls.gateway.records(&["vpn", "enrol", operator, "--device", "laptop", "--tls"]);
    let file = tls.gateway.fresh("device.pem");
    fs::write(&file, [field(&rows[0], "certificate"), field(&rows[0], "key")].concat()).unwrap();
    Device { id: field(&rows[0], "device").to_owned(), file }
}

fn ssh(tls: &Tls, login: &Login, file: &Path) -> Command {
    tls.ssh(login, &format!("-cert {0} -key {0}", file.display()))
}

fn shows(tls: &Tls, file: &Path) -> bool {
    let mut client = tls_client(tls.port, &tls.authority(), "localhost");
    client.arg("-cert").arg(file).arg("-key").arg(file);
    greets(client)
}

#[track_caller]
fn refused(tls: &Tls, file: &Path, fields: &[(&str, &str)]) {
    assert!(!shows(tls, file), "it ends before SSH");
    tls.gateway.journaled("ingress-refused", &[&[("via", "tls")], fields].concat());
}

#[track_caller]
fn logs_in(tls: &Tls, operator: &Operator, file: &Path) {
    let login = tls.gateway.login(operator);
    let out = Running::run(ssh(tls, &login, file).arg("echo inside"), b"", PATIENCE).ok();
    assert_eq!(out.text(), "inside\n");
}

/// A session that runs until somebody ends it.
fn running(tls: &Tls, operator: &Operator, file: &Path) -> Running {
    let login = tls.gateway.login(operator);
    let running = Running::start(ssh(tls, &login, file).arg("echo up; sleep 90"));
    running.expect("up");
    running
}

#[test]
fn a_device_logs_in_and_its_session_names_it() {
    let tls = Tls::new(REQUIRED);
    let device = enrol(&tls, "op1");
    logs_in(&tls, &tls.gateway.operator("op1"), &device.file);
    let session = tls.gateway.ended_session();
    assert_eq!((field(&session, "via"), field(&session, "source")), ("tls", "127.0.0.1"));
    assert_eq!(field(&session, "device"), device.id, "{session}");
    assert_eq!(field(&session, "outer"), "127.0.0.1", "{session}");
    tls.gateway.journaled("login-accepted", &[("actor", "op1"), ("through", &device.id)]);
}

#[test]
fn a_revoked_device_ends_before_ssh_and_what_it_runs_is_cut() {
    for asked in [REQUIRED, "tls_client = \"optional\""] {
        let tls = Tls::new(asked);
        let device = enrol(&tls, "op1");
        let running = running(&tls, &tls.gateway.operator("op1"), &device.file);
        tls.gateway.juyong(&["vpn", "revoke", &device.id]).ok();
        assert!(!running.wait(PATIENCE).status.success());
        refused(&tls, &device.file, &[("reason", "device-unknown"), ("device", &device.id)]);
    }
}

#[test]
fn a_device_falls_and_rises_with_its_owners_account() {
    let tls = Tls::new(REQUIRED);
    let (operator, other) = (tls.gateway.operator("op1"), tls.gateway.operator("op2"));
    let (device, exempt) = (enrol(&tls, "op1"), enrol(&tls, "op2"));
    let cut = running(&tls, &operator, &device.file);
    tls.gateway.juyong(&["operator", "disable", "op1"]).ok();
    assert!(!cut.wait(PATIENCE).status.success());
    refused(&tls, &device.file, &[("reason", "operator-disabled"), ("device", &device.id)]);
    tls.gateway.juyong(&["operator", "enable", "op1"]).ok();
    assert!(shows(&tls, &device.file));
    let order = tls.gateway.records(&["lockdown", "start", "--scope", "op1", "--reason", "drill"]);
    refused(&tls, &device.file, &[("reason", "lockdown"), ("device", &device.id)]);
    logs_in(&tls, &other, &exempt.file);
    tls.gateway.juyong(&["lockdown", "lift", field(&order[0], "lockdown"), "--reason", "over"]).ok();
    logs_in(&tls, &operator, &device.file);
}

#[test]
fn an_old_certificate_ends_before_ssh() {
    let tls = Tls::new("tls_client = \"required\"\ntls_device = \"3s\"");
    let device = enrol(&tls, "op1");
    std::thread::sleep(std::time::Duration::from_secs(4));
    refused(&tls, &device.file, &[("reason", "device-expired"), ("device", &device.id)]);
}

#[test]
fn somebody_elses_certificate_ends_before_ssh() {
    let (tls, other) = (Tls::new(REQUIRED), Tls::new(REQUIRED));
    enrol(&tls, "op1");
    let foreign = enrol(&other, "op1");
    refused(&tls, &foreign.file, &[("reason", "certificate-issuer")]);
    // A client that holds to its own gateway does not talk to this one either.
    let mut client = tls_client(tls.port, &other.authority(), "localhost");
    client.arg("-cert").arg(&foreign.file).arg("-key").arg(&foreign.file);
    assert!(!greets(client));
    tls.gateway.journaled("ingress-refused", &[("reason", "tls-alert")]);
}

#[test]
fn a_certificate_that_names_a_device_proves_nothing() {
    let tls = Tls::new(REQUIRED);
    let device = enrol(&tls, "op1");
    let (file, key) = (tls.gateway.fresh("forged.pem"), tls.gateway.fresh("forged.key"));
    let mut openssl = tool("openssl");
    openssl
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
        .args(["-subj", &format!("/O=op1/OU=laptop/CN={}", device.id), "-days", "9"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-addext", "extendedKeyUsage=clientAuth"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&file);
    Running::run(&mut openssl, b"", PATIENCE).ok();
    let text = [fs::read(&file).unwrap(), fs::read(&key).unwrap()].concat();
    fs::write(&file, text).unwrap();
    refused(&tls, &file, &[("reason", "certificate-issuer")]);
    let rows = tls.gateway.events();
    let named = |row: &&Value| field(row, "event") == "ingress-refused" && field(row, "device") == device.id;
    assert!(!rows.iter().any(|row| named(&row)), "nobody is blamed by what a stranger wrote");
}

#[test]
fn a_device_lets_nobody_in_but_its_owner() {
    let tls = Tls::new(REQUIRED);
    let device = enrol(&tls, "op1");
    let other = tls.gateway.operator("op2");
    let login = tls.gateway.login(&other);
    let out = Running::run(ssh(&tls, &login, &device.file).arg("echo inside"), b"", PATIENCE);
    assert!(!out.status.success() && out.out.is_empty(), "{out}");
    let through = [("actor", "op2"), ("through", device.id.as_str())];
    tls.gateway.journaled("login-refused", &[&[("reason", "tunnel-owner")], &through[..]].concat());
    tls.gateway.journaled("alarm", &[("alarm", "tunnel-owner"), ("operator", "op2"), ("owner", "op1")]);
    assert!(tls.gateway.sessions().is_empty());
}

#[test]
fn stunnel_shows_a_devices_certificate() {
    let tls = Tls::of(Setup::new(), REQUIRED);
    let device = enrol(&tls, "op1");
    let gateway: &Gateway = &tls.gateway;
    let (own, _stunnel) = tls.stunnel(&format!("cert = {0}\nkey = {0}\n", device.file.display()));
    let operator = gateway.operator("op1");
    let login = gateway.login(&operator);
    Running::run(super::through(&login, "+box", own).arg("true"), b"", PATIENCE).ok();
    assert_eq!(field(&gateway.ended_session(), "device"), device.id);
}

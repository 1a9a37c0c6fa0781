//! Certificates for the TLS listener, as `openssl` reads them.

use std::fs;

use super::{devices, enrol, made_key, setup};
use crate::harness::{Gateway, Outcome, PATIENCE, Running, field, free_port, tool};

fn gateway(policy: &str, tunnel: &str) -> Gateway {
    let (port, wireguard) = (free_port(), free_port());
    let tables = format!(
        "tls = \"127.0.0.1:{port}\"\nwireguard = \"127.0.0.1:{wireguard}\"\n[tunnel]\ndevices = 1\n{tunnel}"
    );
    crate::harness::Setup::new().policy(policy).tables(&tables).start()
}

fn openssl(words: &[&str]) -> Outcome {
    Running::run(tool("openssl").args(words), b"", PATIENCE)
}

#[test]
fn one_file_has_the_certificate_its_key_and_the_authority() {
    let gateway = gateway("", "tls_device = \"30d\"");
    let path = gateway.path("laptop.pem").display().to_string();
    let out = gateway.juyong(&["vpn", "enrol", "op1", "--tls", "--device", "laptop", "--out", &path]).ok();
    assert!(out.errors().contains("not shown again"), "{out}");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("openssl s_client -quiet -verify_return_error -CAfile laptop.pem"), "{text}");
    openssl(&["verify", "-purpose", "sslclient", "-CAfile", &path, &path]).ok();
    openssl(&["verify", "-purpose", "sslserver", "-CAfile", &path, &path]).refused("purpose");
    let print = openssl(&["x509", "-in", &path, "-noout", "-fingerprint", "-sha256"]).ok().text();
    let print = print.trim().rsplit('=').next().unwrap().replace(':', "").to_lowercase();
    let of_certificate = openssl(&["x509", "-in", &path, "-noout", "-pubkey"]).ok().text();
    let of_key = openssl(&["pkey", "-in", &path, "-pubout"]).ok().text();
    assert_eq!(of_certificate, of_key);
    openssl(&["x509", "-in", &path, "-noout", "-checkend", &(29 * 86400).to_string()]).ok();
    assert!(
        !openssl(&["x509", "-in", &path, "-noout", "-checkend", &(31 * 86400).to_string()]).status.success()
    );
    let row = devices(&gateway).remove(0);
    assert_eq!((field(&row, "kind"), field(&row, "fingerprint")), ("tls", print.as_str()));
    assert_eq!((field(&row, "state"), &row["addresses"]), ("ready", &serde_json::json!([])));
    gateway.journaled("device-enrolled", &[("operator", "op1"), ("credential", &print)]);
    gateway.juyong(&["vpn", "enrol", "op1", "--tls"]).refused("op1 has 1 devices of this kind");
    enrol(&gateway, &["op1", "--public-key", &made_key()]);
}

#[test]
fn a_certificate_lasts_no_longer_than_its_account() {
    let gateway = gateway("[operator.leaves]\nvalid = \"..2099-12-31\"\n", "tls_device = \"3650d\"");
    gateway.change_policy("..2099-12-31", &format!("..{}", tomorrow())).ok();
    let row = enrol(&gateway, &["leaves", "--tls"]);
    let expires: jiff::Timestamp = field(&row, "expires").parse().unwrap();
    assert!(expires < jiff::Timestamp::now() + jiff::SignedDuration::from_hours(49), "{expires}");
    for key in ["certificate", "key", "ca"] {
        assert!(field(&row, key).starts_with("-----BEGIN "), "{key}: {row}");
    }
}

fn tomorrow() -> String {
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
    zone.to_datetime(jiff::Timestamp::now()).date().tomorrow().unwrap().to_string()
}

#[test]
fn without_a_listener_or_where_none_is_asked_for_there_is_no_certificate() {
    setup().start().juyong(&["vpn", "enrol", "op1", "--tls"]).refused("nothing listens by TLS");
    let gateway = gateway("", "tls_client = \"none\"");
    gateway.juyong(&["vpn", "enrol", "op1", "--tls"]).refused("set tls_client");
    let both = ["vpn", "enrol", "op1", "--tls", "--public-key", "x"];
    assert_eq!(gateway.juyong(&both).code(), 2);
    assert!(devices(&gateway).is_empty());
}

//! Devices: enrolled, listed and revoked; by administrators, and by their owners.

mod admin;
mod certificate;
mod own;

use std::process::Command;

use serde_json::Value;

use crate::harness::{Gateway, PATIENCE, Running, Setup, field, free_port, tool};

/// A gateway where tunnels end, and an operator may have two devices.
fn gateway() -> Gateway {
    setup().start()
}

fn setup() -> Setup {
    let port = free_port();
    Setup::new().tables(&format!("wireguard = \"127.0.0.1:{port}\"\n[tunnel]\ndevices = 2"))
}

fn enrol(gateway: &Gateway, words: &[&str]) -> Value {
    let rows = gateway.records(&[&["vpn", "enrol"], words].concat());
    rows.into_iter().next().expect("a record")
}

fn devices(gateway: &Gateway) -> Vec<Value> {
    gateway.records(&["vpn", "list"])
}

/// The only device's state.
#[track_caller]
fn state(gateway: &Gateway) -> String {
    let devices = devices(gateway);
    assert_eq!(devices.len(), 1, "{devices:?}");
    field(&devices[0], "state").to_owned()
}

/// The value of a line `KEY = VALUE` of a client file.
#[track_caller]
fn value<'a>(file: &'a str, key: &str) -> &'a str {
    let found = file.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
    found.unwrap_or_else(|| panic!("no {key} in:\n{file}"))
}

fn wg(words: &[&str], input: &str) -> String {
    let mut command: Command = tool("wg");
    Running::run(command.args(words), input.as_bytes(), PATIENCE).ok().text().trim().to_owned()
}

/// A key that a device made itself: its public half.
fn made_key() -> String {
    wg(&["pubkey"], &wg(&["genkey"], ""))
}

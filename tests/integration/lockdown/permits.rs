//! One person, one asset, one window.

use std::time::Duration;

use crate::harness::{Gateway, PATIENCE, Running, Setup, field};

/// The same machine under two names.
fn two_assets() -> Gateway {
    let other = "[asset.other]\naddress = \"127.0.0.1:{port}\"\nlogins = [\"{login}\"]\nhost_keys = [\"{host_key}\"]\n\
        [[rule]]\nid = \"other\"\neffect = \"allow\"\noperators = [\"@ops\"]\nassets = [\"other\"]\n";
    let gateway = Setup::new().policy(other).start();
    gateway.set_credential("other");
    gateway
}

fn locked(gateway: &Gateway) -> String {
    let words = ["lockdown", "start", "--reason", "drill", "--order", "N-7"];
    field(&gateway.records(&words)[0], "lockdown").to_owned()
}

#[test]
fn a_permit_opens_one_asset_to_one_person() {
    let gateway = two_assets();
    let (allowed, other) = (gateway.operator("op1"), gateway.operator("op2"));
    let id = locked(&gateway);
    let permit = gateway.records(&["lockdown", "allow", &id, "op1", "--asset", "box", "--ticket", "T-9"]);
    assert_eq!((field(&permit[0], "operator"), field(&permit[0], "asset")), ("op1", "box"));
    let master = gateway.master(&allowed, "");
    let assets = master.exec("assets").ok().text();
    assert!(assets.contains("@box") && !assets.contains("@other"), "{assets}");
    assert_eq!(gateway.exec(&allowed, "+box", "echo in").ok().text(), "in\n");
    gateway.exec(&allowed, "+other", "true").refused("locked by order N-7");
    gateway.exec(&other, "+box", "true").refused("locked by order N-7");
    gateway.journaled("permit-given", &[("operator", "op1"), ("asset", "box"), ("ticket", "T-9")]);
    let status = gateway.records(&["lockdown", "status"]).remove(0);
    assert_eq!(field(&status["permits"][0], "ticket"), "T-9", "{status}");
    gateway.stop();
    gateway.start();
    assert!(gateway.records(&["lockdown", "status"])[0]["permits"][0].is_object(), "it survives a restart");
}

#[test]
fn a_permit_ends_by_itself_in_the_middle_of_a_session() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let id = locked(&gateway);
    gateway.juyong(&["lockdown", "allow", &id, "op1", "--ticket", "T-9", "--until", "8s"]).ok();
    let running = Running::start(gateway.ssh(&operator, "+box").arg("echo up; sleep 90"));
    running.expect("up");
    let out = running.wait(PATIENCE).refused("locked by order N-7");
    assert!(out.took < Duration::from_secs(20), "{:?}", out.took);
    let session = gateway.ended_session();
    assert_eq!((field(&session, "ending"), field(&session, "reason")), ("cut", "lockdown"));
    gateway.journaled("permit-ended", &[("operator", "op1"), ("lockdown", &id)]);
}

#[test]
fn permits_that_cannot_be_meant_are_refused() {
    let gateway = Gateway::usual();
    let id = field(
        &gateway.records(&["lockdown", "start", "--reason", "drill", "--except", "op2"])[0],
        "lockdown",
    )
    .to_owned();
    let refused = |words: &[&str], why: &str| {
        gateway.juyong(&[&["lockdown", "allow", &id], words].concat()).refused(why);
    };
    refused(&["op2", "--ticket", "T-1"], "op2 is not covered");
    refused(&["nobody", "--ticket", "T-1"], "no operator nobody");
    refused(&["op1", "--ticket", " "], "at least one visible character");
    refused(&["op1", "--ticket", "T-1", "--asset", "nowhere"], "no asset nowhere");
    refused(&["op1", "--ticket", "T-1", "--until", "2020-01-01"], "over already");
    gateway.juyong(&["lockdown", "allow", "may", "op1", "--ticket", "T-1"]).refused("no lockdown may");
}

#[test]
fn a_second_order_closes_what_a_permit_opened() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let id = locked(&gateway);
    gateway.juyong(&["lockdown", "allow", &id, "op1", "--ticket", "T-9"]).ok();
    let running = Running::start(gateway.ssh(&operator, "+box").arg("echo up; sleep 90"));
    running.expect("up");
    let answer = gateway.records(&["lockdown", "start", "--reason", "misused", "--scope", "op1"]).remove(0);
    assert_eq!(answer["sessions_cut"], 1, "{answer}");
    running.wait(PATIENCE).refused("access is locked");
}

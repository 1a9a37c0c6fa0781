//! Assets that cannot be entered: told clearly, journaled, and the gateway serves on.

use std::fs;
use std::net::TcpListener;

use crate::harness::{Gateway, PATIENCE, Running, Setup, free_port};

/// A gateway with one asset at this address.
fn with_asset_at(address: &str, host_key: &str) -> Gateway {
    let asset = format!(
        "[asset.box]\naddress = \"{address}\"\nlogins = [\"{{login}}\"]\nhost_keys = [\"{host_key}\"]\n"
    );
    Setup::new().asset(&asset).tables("[limits]\nconnect_timeout = \"2s\"").start()
}

/// A session there fails with `line`; the journal says why, and the gateway goes on.
#[track_caller]
fn fails_and_serves_on(gateway: &Gateway, line: &str) {
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", "true").refused(line);
    gateway.journaled("asset-unreachable", &[("asset", "box")]);
    gateway.journaled("session-ended", &[("ending", "error")]);
    gateway.exec(&operator, "", "whoami").ok();
}

#[test]
fn an_asset_that_never_answers() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let gateway = with_asset_at(&silent.local_addr().unwrap().to_string(), "{host_key}");
    fails_and_serves_on(&gateway, "does not answer");
}

#[test]
fn an_asset_that_is_not_there() {
    let gateway = with_asset_at(&format!("127.0.0.1:{}", free_port()), "{host_key}");
    fails_and_serves_on(&gateway, "cannot be reached");
}

#[test]
fn an_asset_that_is_no_ssh_server() {
    let babbler = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = babbler.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for mut stream in babbler.incoming().flatten() {
            let _ = std::io::Write::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n"); // it may be gone
        }
    });
    let gateway = with_asset_at(&address, "{host_key}");
    fails_and_serves_on(&gateway, "box");
}

#[test]
fn an_asset_with_another_host_key() {
    let other = Setup::new().stopped().start();
    let gateway = with_asset_at("127.0.0.1:{port}", &other.asset.host_key);
    fails_and_serves_on(&gateway, "host key");
    gateway.journaled("host-key-refused", &[("asset", "box")]);
    assert!(!gateway.asset.log().contains("Accepted"), "nothing was offered to it");
}

#[test]
fn an_asset_without_a_known_host_key_until_it_is_trusted() {
    let gateway =
        Setup::new().asset("[asset.box]\naddress = \"127.0.0.1:{port}\"\nlogins = [\"{login}\"]\n").start();
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", "true").refused("asset trust box");
    let wrong = gateway.juyong(&["asset", "trust", "box", "--fingerprint", "SHA256:AAAA"]);
    wrong.refused("nothing was trusted");
    gateway.juyong(&["asset", "trust", "box"]).ok();
    gateway.exec(&operator, "+box", "true").ok();
}

#[test]
fn an_asset_that_is_trusted_at_first_use_only() {
    let asset =
        "[asset.box]\naddress = \"127.0.0.1:{port}\"\nlogins = [\"{login}\"]\ntrust = \"first-use\"\n";
    let gateway = Setup::new().asset(asset).start();
    gateway.exec(&gateway.operator("op1"), "+box", "true").ok();
    gateway.journaled("host-key-trusted", &[("asset", "box"), ("how", "first-use")]);
    // Somebody else answers there now.
    let other = Setup::new().stopped().start();
    gateway.change_policy(&gateway.asset.port.to_string(), &other.asset.port.to_string()).ok();
    gateway.exec(&gateway.operator("op2"), "+box", "true").refused("host key");
}

#[test]
fn an_asset_that_does_not_take_the_credential() {
    let gateway = Gateway::usual();
    fs::write(gateway.path("asset/authorized_keys"), "").unwrap();
    fails_and_serves_on(&gateway, "does not accept the gateway's credential");
}

#[test]
fn an_asset_without_a_credential() {
    let gateway = Gateway::usual();
    gateway.juyong(&["credential", "remove", "box", &crate::harness::user()]).ok();
    fails_and_serves_on(&gateway, "holds no credential");
}

#[test]
fn an_asset_that_dies_in_mid_session() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let mut running =
        Running::start(gateway.ssh(&operator, "+box").arg("echo up; read x; kill -9 $PPID; sleep 90"));
    running.expect("up");
    running.send("\n");
    running.wait(PATIENCE).refused("the connection to box is lost");
    gateway.journaled("session-ended", &[("ending", "error")]);
    gateway.exec(&operator, "", "whoami").ok();
}

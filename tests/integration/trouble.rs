//! What goes wrong in every data centre: told clearly, journaled, and the gateway serves on.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use crate::harness::{Gateway, PATIENCE, Running, Setup, free_port, tool};

/// What serves nowhere: `serve` must end with one line that holds `words`.
#[track_caller]
fn does_not_start(gateway: &Gateway, words: &[&str]) {
    let out = gateway.juyong(&["serve"]);
    assert_eq!(out.code(), 1, "{out}");
    for word in words {
        assert!(out.errors().contains(word), "it should name {word:?}: {out}");
    }
    assert!(!out.errors().contains("panicked"), "{out}");
}

#[test]
fn a_wrong_configuration_says_where() {
    let gateway = Setup::new().settings("sseats = 3").stopped().start();
    does_not_start(&gateway, &["juyong.toml:5:", "sseats"]);
}

#[test]
fn a_missing_configuration_says_so() {
    let gateway = Setup::new().stopped().start();
    fs::remove_file(gateway.path("juyong.toml")).unwrap();
    does_not_start(&gateway, &["juyong.toml"]);
}

#[test]
fn a_policy_with_an_error_says_where() {
    let gateway = Setup::new().policy("[[rule]]\nid = \"x\"\neffect = \"permit\"\n").stopped().start();
    does_not_start(&gateway, &["all.toml:", "permit"]);
    gateway.juyong(&["policy", "check"]).refused("permit");
}

#[test]
fn a_policy_that_cannot_be_read_says_so() {
    let gateway = Setup::new().stopped().start();
    fs::write(gateway.path("policies/binary.toml"), [0xff, 0xfe, 0]).unwrap();
    does_not_start(&gateway, &["binary.toml"]);
    fs::remove_dir_all(gateway.path("policies")).unwrap();
    does_not_start(&gateway, &["policies"]);
}

#[test]
fn a_taken_port_says_so() {
    let gateway = Setup::new().stopped().start();
    let _taken = TcpListener::bind(("127.0.0.1", gateway.port)).unwrap();
    does_not_start(&gateway, &[&gateway.port.to_string()]);
}

/// A small file system of its own; none where this user may not mount.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mut mount = tool("mount");
        mount.args(["-t", "tmpfs", "-o", "size=8m,mode=0700", "none"]).arg(at);
        mount.output().unwrap().status.success().then(|| Self(at.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = tool("umount").arg("-l").arg(&self.0).output(); // at worst it stays until the next boot
    }
}

#[test]
fn a_full_disk_ends_sessions_and_not_the_gateway() {
    let scratch = tempfile::tempdir().unwrap();
    let recordings = scratch.path().join("recordings");
    let Some(_disk) = SmallDisk::mount(&recordings) else {
        return eprintln!("skipped: only root may mount the small disk that this test fills");
    };
    let gateway = Setup::new()
        .settings(&format!("recordings = \"{}\"", recordings.display()))
        .tables("[limits]\nmin_free = \"1MiB\"")
        .start();
    let operator = gateway.operator("op1");
    let out = gateway.exec(
        &operator,
        "+box",
        "echo begins; head -c 12000000 /dev/urandom | base64; echo 'the end'",
    );
    let out = out.refused("could not be recorded");
    assert!(out.text().starts_with("begins") && !out.text().contains("the end"), "it was cut");
    gateway.journaled("evidence-failed", &[("what", "recording")]);
    gateway.journaled("session-ended", &[("ending", "error")]);

    let second = gateway.operator("op2");
    gateway.exec(&second, "+box", "true").refused("without a recording there is no session");
    gateway.exec(&second, "", "whoami").ok();
    let old = fs::read_dir(&recordings).unwrap().flatten().next().unwrap().path();
    fs::remove_dir_all(old).unwrap();
    assert_eq!(gateway.exec(&second, "+box", "echo again").ok().text(), "again\n");
    gateway.juyong(&["audit", "verify"]).ok();
}

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
        Running::start(gateway.ssh(&operator, "+box").arg("echo up; read x; kill -9 $PPID; sleep 300"));
    running.expect("up");
    running.send("\n");
    running.wait(PATIENCE).refused("the connection to box is lost");
    gateway.journaled("session-ended", &[("ending", "error")]);
    gateway.exec(&operator, "", "whoami").ok();
}

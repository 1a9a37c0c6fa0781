//! On the gateway's host, and over SSH by whoever administers.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{devices, enrol, gateway, made_key, setup, state, value, wg};
use crate::harness::{Gateway, field};

/// Whether a text stands anywhere in the files below.
fn is_kept(dir: &Path, text: &str) -> bool {
    fs::read_dir(dir).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => is_kept(&path, text),
            false => {
                fs::read(&path).is_ok_and(|bytes| bytes.windows(text.len()).any(|w| w == text.as_bytes()))
            }
        }
    })
}

#[test]
fn a_client_file_is_ready_and_its_private_key_is_kept_nowhere() {
    let gateway = gateway();
    let out = gateway.juyong(&["vpn", "enrol", "op1", "--device", "laptop"]).ok();
    let file = out.text();
    assert!(out.errors().contains('█') && out.errors().contains("is shown again"), "{out}");
    assert!(file.contains("# To log in, with the tunnel up: ssh op1@10.99.0.1\n"), "{file}");
    assert_eq!(value(&file, "Address"), "10.99.0.2/32, fd6a:7579:6f6e:67::2/128");
    assert_eq!(value(&file, "AllowedIPs"), "10.99.0.1/32, fd6a:7579:6f6e:67::1/128");
    assert!(value(&file, "Endpoint").starts_with("127.0.0.1:"), "{file}");
    let private = value(&file, "PrivateKey");
    let row = devices(&gateway).remove(0);
    assert_eq!(field(&row, "public_key"), wg(&["pubkey"], private));
    let own = fs::read_to_string(gateway.path("data/wireguard_key")).unwrap();
    assert_eq!(value(&file, "PublicKey"), wg(&["pubkey"], &own));
    assert_eq!((field(&row, "operator"), field(&row, "name")), ("op1", "laptop"));
    assert_eq!((field(&row, "state"), &row["revoked"]), ("ready", &serde_json::Value::Null));
    gateway.stop();
    assert!(is_kept(gateway.dir(), field(&row, "public_key")), "the finder finds");
    assert!(!is_kept(gateway.dir(), private));
    gateway.start();
    let credential = field(&row, "public_key");
    gateway.journaled("device-enrolled", &[("operator", "op1"), ("credential", credential)]);
    assert_eq!(devices(&gateway), [row], "a restart forgets nothing");
}

#[test]
fn a_device_may_bring_its_own_key() {
    let gateway = gateway();
    let key = made_key();
    let row = enrol(&gateway, &["op1", "--public-key", &key]);
    assert_eq!((field(&row, "public_key"), field(&row, "name")), (key.as_str(), "device-1"));
    assert_eq!((field(&row, "kind"), &row["expires"]), ("wireguard", &serde_json::Value::Null));
    let file = field(&row, "config");
    assert!(!file.contains("PrivateKey = ") && file.contains("[Interface]\nAddress = "), "{file}");
    let out = gateway.juyong(&["vpn", "enrol", "op2", "--public-key", &made_key()]).ok();
    assert!(!out.errors().contains('█'), "without the key a code is of no use: {out}");
    let lacks = "op2 cannot log in yet (missing: key and code or password and code)";
    assert!(out.errors().contains(lacks), "people 1: a device alone lets nobody in: {out}");
    gateway.juyong(&["vpn", "enrol", "op2", "--public-key", &key]).refused("was enrolled before");
    gateway.juyong(&["vpn", "revoke", field(&row, "device")]).ok();
    gateway.juyong(&["vpn", "enrol", "op1", "--public-key", &key]).refused("was enrolled before");
}

#[test]
fn what_is_no_key_of_a_device_is_refused() {
    let gateway = gateway();
    let own = fs::read_to_string(gateway.path("data/wireguard_key")).unwrap();
    let own = wg(&["pubkey"], &own);
    let void = format!("{}=", "A".repeat(43));
    for (key, why) in
        [("x", "not a WireGuard public key"), (&own, "gateway's own"), (&void, "proves nothing")]
    {
        gateway.juyong(&["vpn", "enrol", "op1", "--public-key", key]).refused(why);
    }
    assert!(devices(&gateway).is_empty());
}

#[test]
fn only_an_account_that_may_be_used_gets_a_device() {
    let old = "[operator.old]\ngroups = [\"ops\"]\nvalid = \"2020-01-01..2020-12-31\"\n\
               [operator.soon]\nvalid = \"2099-01-01..2099-12-31\"\n[operator.off]\ndisabled = true\n";
    let gateway = setup().policy(old).start();
    let refused = |words: &[&str], why: &str| {
        let out = gateway.juyong(&[&["vpn", "enrol"], words].concat()).refused(why);
        assert_eq!((out.code(), out.out.len()), (1, 0), "{out}");
    };
    refused(&["nobody"], "no operator nobody in the policy");
    refused(&["off"], "off is disabled");
    refused(&["old"], "old is not valid any more");
    refused(&[], "name the operator");
    refused(&["op1", "--device", "a b"], "not a valid device name");
    gateway.juyong(&["operator", "disable", "op1"]).ok();
    refused(&["op1"], "op1 is disabled");
    assert!(devices(&gateway).is_empty());
    let row = enrol(&gateway, &["soon"]);
    assert!(field(&row, "expires").starts_with("2100-01-01T00:00:00"), "{row}");
    assert_eq!(state(&gateway), "operator-validity");
}

#[test]
fn without_a_listener_there_is_no_tunnel() {
    let gateway = Gateway::usual();
    gateway.juyong(&["vpn", "enrol", "op1"]).refused("set wireguard = ");
    assert!(!gateway.path("data/wireguard_key").exists());
}

#[test]
fn a_device_follows_its_account() {
    let gateway = gateway();
    enrol(&gateway, &["op1"]);
    assert_eq!(state(&gateway), "ready");
    gateway.juyong(&["operator", "disable", "op1"]).ok();
    assert_eq!(state(&gateway), "operator-disabled");
    gateway.juyong(&["operator", "enable", "op1"]).ok();
    assert_eq!(state(&gateway), "ready");
    let order = gateway.records(&["lockdown", "start", "--reason", "drill"]).remove(0);
    assert_eq!(state(&gateway), "lockdown");
    gateway.juyong(&["lockdown", "lift", field(&order, "lockdown"), "--reason", "over"]).ok();
    assert_eq!(state(&gateway), "ready");
    gateway.change_policy("[operator.op1]\ngroups = [\"ops\"]\n", "").ok();
    assert_eq!(state(&gateway), "operator-unknown");
}

#[test]
fn revoking_is_for_good_and_says_who_when_and_why() {
    let gateway = gateway();
    let row = enrol(&gateway, &["op1", "--device", "laptop"]);
    let id = field(&row, "device");
    gateway.juyong(&["vpn", "revoke", id, "--reason", "lost"]).ok();
    gateway.juyong(&["vpn", "revoke", id]).refused("there is no device");
    gateway.juyong(&["vpn", "revoke", "laptop"]).refused("there is no device");
    gateway.stop();
    gateway.start();
    let row = devices(&gateway).remove(0);
    assert_eq!((field(&row, "state"), field(&row, "reason")), ("revoked", "lost"));
    assert!(field(&row, "revoked_by").starts_with("local:"), "{row}");
    assert!(field(&row, "revoked").contains('T'), "{row}");
    gateway.journaled("device-revoked", &[("device", id), ("operator", "op1"), ("reason", "lost")]);
    let again = enrol(&gateway, &["op1", "--device", "laptop"]);
    assert_eq!(again["addresses"][0], "10.99.0.3", "what another device had is left alone");
    let text = gateway.juyong(&["vpn", "list", "--operator", "op1"]).ok().text();
    assert!(text.contains("op1/laptop") && text.contains("revoked") && text.contains("10.99.0.3"), "{text}");
    assert!(gateway.juyong(&["vpn", "list", "--operator", "op2", "--json"]).ok().out.is_empty());
}

#[test]
fn an_operator_has_so_many_devices_and_each_its_name() {
    let gateway = gateway();
    let first = enrol(&gateway, &["op1", "--device", "laptop"]);
    gateway.juyong(&["vpn", "enrol", "op1", "--device", "laptop"]).refused("has a device laptop");
    assert_eq!(field(&enrol(&gateway, &["op1"]), "name"), "device-1");
    gateway.juyong(&["vpn", "enrol", "op1"]).refused("op1 has 2 devices of this kind");
    enrol(&gateway, &["op2"]);
    gateway.juyong(&["vpn", "revoke", field(&first, "device")]).ok();
    enrol(&gateway, &["op1", "--device", "laptop"]);
    assert_eq!(devices(&gateway).len(), 4);
}

#[test]
fn administrators_do_it_over_ssh_and_auditors_do_not() {
    let gateway = gateway();
    for (name, device) in [("admin", "a"), ("officer", "b")] {
        let master = gateway.master(&gateway.operator(name), "");
        let line = master.exec(&format!("vpn enrol op1 --device {device} --json")).ok().text();
        let row: serde_json::Value = serde_json::from_str(line.trim()).unwrap();
        assert!(field(&row, "config").contains("PrivateKey = "), "{row}");
        master.exec(&format!("vpn revoke {}", field(&row, "device"))).ok();
        master.exec("vpn enrol op1 --out /tmp/x").refused("--out");
        gateway.journaled("device-revoked", &[("actor", name), ("operator", "op1")]);
    }
    let auditor = gateway.master(&gateway.operator("auditor"), "");
    auditor.exec("vpn enrol op1").refused("your own devices only");
    auditor.exec("vpn list --operator op1").refused("your own devices only");
    assert!(auditor.exec("vpn list --json").ok().out.is_empty());
}

#[test]
fn a_file_that_is_asked_for_is_its_owners_alone() {
    let gateway = gateway();
    let path = gateway.path("op1.conf");
    let out = gateway.juyong(&["vpn", "enrol", "op1", "--out", &path.display().to_string()]).ok();
    assert!(out.out.is_empty(), "{out}");
    assert!(fs::read_to_string(&path).unwrap().contains("PrivateKey = "));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

/// tunnel 6: onto another device's file, or one that others can read, nothing is written and nothing enrolled.
#[test]
fn a_file_that_is_there_is_left_as_it_is() {
    let gateway = gateway();
    let path = gateway.path("op1.conf");
    let file = path.display().to_string();
    gateway.juyong(&["vpn", "enrol", "op1", "--device", "first", "--out", &file]).ok();
    let first = fs::read_to_string(&path).unwrap();
    gateway
        .juyong(&["vpn", "enrol", "op1", "--device", "second", "--out", &file])
        .refused("is not overwritten");
    assert_eq!(fs::read_to_string(&path).unwrap(), first);
    assert_eq!(devices(&gateway).len(), 1);
    let open = gateway.path("open");
    fs::write(&open, "").unwrap();
    fs::set_permissions(&open, PermissionsExt::from_mode(0o644)).unwrap();
    let file = open.display().to_string();
    gateway.juyong(&["vpn", "enrol", "op1", "--out", &file]).refused("is not overwritten");
    gateway
        .juyong(&["audit", "export", "nobody", "--format", "txt", "--out", &file])
        .refused("is not overwritten");
    assert_eq!(fs::read_to_string(&open).unwrap(), "");
    assert_eq!(devices(&gateway).len(), 1);
    // What failed leaves no empty file in the way of the next try.
    let file = gateway.path("new.conf").display().to_string();
    gateway.juyong(&["vpn", "enrol", "nobody", "--out", &file]).refused("nobody");
    gateway.juyong(&["vpn", "enrol", "op1", "--out", &file]).ok();
}

/// tunnel 3: by who looks after everybody's devices, and only where there is something to forget.
#[test]
fn a_handshake_is_forgotten_by_administrators_alone() {
    let gateway = gateway();
    let id = field(&enrol(&gateway, &["op1", "--device", "laptop"]), "device").to_owned();
    gateway.juyong(&["vpn", "forget", &id]).refused("had no handshake since the gateway started");
    gateway.juyong(&["vpn", "forget", "nobody"]).refused("there is no device nobody");
    for (name, refused) in [("op1", "system and security"), ("auditor", "system and security")] {
        let master = gateway.master(&gateway.operator(name), "");
        master.exec(&format!("vpn forget {id}")).refused(refused);
    }
    let row = devices(&gateway).remove(0);
    assert_eq!((&row["outer"], &row["clock_ahead"]), (&serde_json::Value::Null, &serde_json::json!(false)));
}

#[test]
fn a_gateway_whose_key_others_can_read_does_not_start() {
    let gateway = setup().stopped().start();
    fs::create_dir(gateway.path("data")).unwrap();
    let file = gateway.path("data/wireguard_key");
    fs::write(&file, format!("{}\n", wg(&["genkey"], ""))).unwrap();
    fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
    gateway.juyong(&["serve"]).refused("(mode 0644): run chmod 600 on it");
    fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
    fs::write(&file, "not a key\n").unwrap();
    gateway.juyong(&["serve"]).refused("not a WireGuard private key");
}

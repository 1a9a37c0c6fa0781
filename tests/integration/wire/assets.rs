//! Algorithms towards assets: strong ones always, weak ones where the asset's entry says so.

use crate::harness::{Gateway, PATIENCE, Running, Setup, field, tool};

fn old(sshd: &str, legacy: &str) -> Gateway {
    let asset =
        "[asset.box]\naddress = \"127.0.0.1:{port}\"\nlogins = [\"{login}\"]\ntrust = \"first-use\"\n";
    Setup::new().sshd(sshd).asset(&format!("{asset}{legacy}")).start()
}

/// trial 7
#[test]
fn a_group_exchange_with_sha2_needs_no_word() {
    let gateway = old("KexAlgorithms diffie-hellman-group-exchange-sha256", "");
    gateway.exec(&gateway.operator("op1"), "+box", "true").ok();
    assert!(!gateway.events().iter().any(|row| field(row, "event") == "legacy-algorithms"));
}

/// trial 7: whoever wants to get in reads what is missing.
#[test]
fn a_weak_asset_is_refused_by_the_name_of_what_it_offers() {
    let gateway = old("Ciphers aes128-ctr\nMACs hmac-sha1", "");
    gateway.exec(&gateway.operator("op1"), "+box", "true").refused("it offers only hmac-sha1");
    let reason = "no common MAC: the other side offers only hmac-sha1";
    gateway.journaled("asset-unreachable", &[("asset", "box"), ("reason", reason)]);
}

/// trial 7: as CentOS 6 has it.
#[test]
fn weak_algorithms_are_open_where_the_entry_names_them() {
    let dir = tempfile::tempdir().unwrap();
    let key = dir.path().join("rsa");
    let mut keygen = tool("ssh-keygen");
    keygen.args(["-q", "-t", "rsa", "-b", "2048", "-N", "", "-f"]).arg(&key);
    Running::run(&mut keygen, b"", PATIENCE).ok();
    let sshd = format!(
        "HostKey {}\nHostKeyAlgorithms ssh-rsa\nKexAlgorithms diffie-hellman-group14-sha1\n\
         Ciphers aes128-cbc\nMACs hmac-sha1",
        key.display()
    );
    let legacy = "legacy = [\"diffie-hellman-group14-sha1\", \"ssh-rsa\", \"aes128-cbc\", \"hmac-sha1\"]\n";
    let gateway = old(&sshd, legacy);
    let operator = gateway.operator("op1");
    for _ in 0..2 {
        gateway.exec(&operator, "+box", "true").ok();
    }
    let rows: Vec<_> =
        gateway.events().into_iter().filter(|row| field(row, "event") == "legacy-algorithms").collect();
    assert_eq!(rows.len(), 2, "each connection is journaled: {rows:?}");
    for row in rows {
        let used = serde_json::json!(["diffie-hellman-group14-sha1", "ssh-rsa", "aes128-cbc", "hmac-sha1"]);
        assert_eq!((&row["algorithms"], field(&row, "asset")), (&used, "box"), "{row}");
        assert!(!field(&row, "session").is_empty(), "{row}");
    }
    // What the entry does not name stays shut.
    gateway.change_policy("\"aes128-cbc\", ", "").ok();
    gateway.exec(&gateway.operator("op2"), "+box", "true").refused("it offers only aes128-cbc");
}

/// An entry that allows more than is needed uses the strong ones, and no row says otherwise.
#[test]
fn strong_algorithms_go_first() {
    let gateway = old("", "legacy = [\"ssh-rsa\", \"hmac-sha1\", \"aes256-cbc\"]\n");
    gateway.exec(&gateway.operator("op1"), "+box", "true").ok();
    assert!(!gateway.events().iter().any(|row| field(row, "event") == "legacy-algorithms"));
}

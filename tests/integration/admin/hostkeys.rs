//! newcomer: a host key that changed was replaced without a word, and nothing tried a credential.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;

use crate::harness::{Gateway, PATIENCE, Running, Setup, Terminal, field, user};

/// An asset whose host key nobody pinned.
fn unpinned() -> Gateway {
    Setup::new().asset("[asset.box]\naddress = \"127.0.0.1:{port}\"\nlogins = [\"{login}\"]\n").start()
}

fn shown(gateway: &Gateway) -> String {
    field(&gateway.records(&["asset", "key", "box"])[0], "fingerprint").to_owned()
}

/// From here on somebody else answers at the asset's address.
fn exchange(gateway: &Gateway) -> Gateway {
    let other = Setup::new().stopped().start();
    gateway.change_policy(&gateway.asset.port.to_string(), &other.asset.port.to_string()).ok();
    other
}

#[test]
fn a_changed_key_is_replaced_only_where_the_old_one_is_named() {
    let gateway = unpinned();
    gateway.juyong(&["asset", "trust", "box"]).ok();
    let old = shown(&gateway);
    let again = gateway.juyong(&["asset", "trust", "box"]).ok().text();
    assert!(again.contains("already") && again.contains(&old), "{again}");
    let _other = exchange(&gateway);
    let new = shown(&gateway);
    assert_ne!(old, new);
    for words in [
        &["asset", "trust", "box"][..],
        &["asset", "trust", "box", "--fingerprint", &new],
        &["asset", "trust", "box", "--replace", "SHA256:AAAA"],
    ] {
        let out = gateway.juyong(words);
        assert_eq!(out.code(), 1, "{out}");
        assert!(out.errors().contains(&old) && out.errors().contains(&new), "both are shown: {out}");
    }
    gateway.journaled("host-key-refused", &[("asset", "box"), ("fingerprint", &new)]);
    gateway.juyong(&["asset", "trust", "box", "--replace", &old, "--fingerprint", &old]).refused(&new);
    let key = &gateway.records(&["asset", "key", "box"])[0];
    assert_eq!(key["trusted"], serde_json::json!([old]), "nothing was changed");
    gateway.juyong(&["asset", "trust", "box", "--replace", &old, "--fingerprint", &new]).ok();
    let how = format!("asset trust, in place of {old}");
    gateway.journaled("host-key-trusted", &[("asset", "box"), ("fingerprint", &new), ("how", &how)]);
    let key = &gateway.records(&["asset", "key", "box"])[0];
    assert_eq!(key["trusted"], serde_json::json!([new]));
    gateway.juyong(&["asset", "trust", "box", "--replace", &old]).ok();
}

/// newcomer: not SSH. All that was said was "Disconnected".
#[test]
fn what_answers_in_place_of_an_asset_is_told() {
    let gateway = unpinned();
    let stranger = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = stranger.local_addr().unwrap().port().to_string();
    std::thread::spawn(move || {
        for mut stream in stranger.incoming().flatten() {
            let _ = stream.write_all(b"HTTP/1.0 400 Bad Request\r\n\r\n"); // nobody reads: it has left
        }
    });
    gateway.change_policy(&gateway.asset.port.to_string(), &port).ok();
    for word in ["key", "trust"] {
        let said = gateway.juyong(&["asset", word, "box"]).refused("not as an SSH server of today").errors();
        assert!(said.contains(&format!("box (127.0.0.1:{port})")), "{said}");
    }
}

#[test]
fn nothing_is_replaced_where_nothing_is_trusted() {
    let gateway = unpinned();
    let out = gateway.juyong(&["asset", "trust", "box", "--replace", "SHA256:AAAA"]);
    out.refused("leave --replace out");
    let key = &gateway.records(&["asset", "key", "box"])[0];
    assert_eq!(key["trusted"], serde_json::json!([]));
}

/// newcomer: on a terminal it trusted first and asked to compare afterwards.
#[test]
fn on_a_terminal_the_key_is_shown_and_asked() {
    let gateway = unpinned();
    let key = shown(&gateway);
    for (answer, code) in [("n", 1), ("", 1), ("y", 0)] {
        let mut terminal = Terminal::start(gateway.command(&["asset", "trust", "box"]));
        let asked = terminal.expect("[y/N]");
        assert!(asked.contains(&key), "{asked}");
        let trusted = &gateway.records(&["asset", "key", "box"])[0]["trusted"];
        assert_eq!(*trusted, serde_json::json!([]), "nothing is trusted before the answer");
        terminal.line(answer);
        assert_eq!(terminal.wait(PATIENCE).code(), Some(code), "{answer:?}");
    }
    assert_eq!(gateway.records(&["asset", "key", "box"])[0]["trusted"], serde_json::json!([key]));
}

#[test]
fn over_ssh_on_a_terminal_the_fingerprint_has_to_be_given() {
    let gateway = unpinned();
    let (key, admin) = (shown(&gateway), gateway.operator("admin"));
    let mut command = gateway.ssh(&admin, "");
    command.args(["-tt", "asset trust box"]);
    let out = Running::run(&mut command, b"", PATIENCE);
    assert_eq!(out.code(), 1, "{out}");
    assert!(format!("{}{}", out.text(), out.errors()).contains(&key), "{out}");
    gateway.exec(&admin, "", &format!("asset trust box --fingerprint {key}")).ok();
}

#[test]
fn a_check_says_which_step_holds() {
    let gateway = unpinned();
    let states = |gateway: &Gateway| -> Vec<(String, bool)> {
        let out = gateway.juyong(&["asset", "check", "box", "--json"]);
        let rows = out.text();
        let rows = rows.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let rows: Vec<_> = rows.map(|row| (field(&row, "check").to_owned(), row["ok"] == true)).collect();
        assert_eq!(out.code() == 0, rows.iter().all(|(_, ok)| *ok), "{out}");
        rows
    };
    let said = |rows: &[(&str, bool)]| -> Vec<(String, bool)> {
        rows.iter().map(|(step, ok)| ((*step).to_owned(), *ok)).collect()
    };
    assert_eq!(states(&gateway), said(&[("port", true), ("host key", false)]), "no key is trusted");
    gateway.juyong(&["asset", "trust", "box"]).ok();
    let good = said(&[("port", true), ("host key", true), ("credential", true)]);
    assert_eq!(states(&gateway), good);
    gateway.juyong(&["asset", "check", "box", "--login", &user()]).ok();
    gateway.juyong(&["asset", "check", "box", "--login", "nobody-there"]).refused("has no login");

    let keys = gateway.path("asset/authorized_keys");
    let kept = fs::read(&keys).unwrap();
    fs::write(&keys, "").unwrap();
    let bad = said(&[("port", true), ("host key", true), ("credential", false)]);
    assert_eq!(states(&gateway), bad, "the asset does not take the credential");
    fs::write(&keys, kept).unwrap();
    gateway.juyong(&["credential", "remove", "box", &user()]).ok();
    let out = gateway.juyong(&["asset", "check", "box"]);
    assert!(out.text().contains("juyong credential set box"), "{out}");

    let other = exchange(&gateway);
    assert_eq!(states(&gateway), said(&[("port", true), ("host key", false)]), "another key");
    assert!(!other.asset.log().contains("Accepted"), "no credential went to a stranger");
    drop(other);
    assert_eq!(states(&gateway), said(&[("port", false)]), "nobody listens");
}

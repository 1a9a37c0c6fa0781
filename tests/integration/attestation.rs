//! Security keys whose makers have to say whose they are. The keys are OpenSSH's own in software, and so they log in; what
//! their maker says is made by the harness, rightly and wrongly.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::json;

use crate::enrolment::{Invitee, answer, recovery_codes, set_codes};
use crate::harness::maker::{MODEL, Made, Maker};
use crate::harness::{Gateway, Operator, Outcome, PATIENCE, Setup, Terminal, field, has_event, key_pair};
use crate::security_keys::{TOUCHED, made, tried};

const MAKERS: &str = "[[auth.security_key_maker]]\nname = \"Acme\"\nca = \"acme.pem\"\n\
    aaguids = [\"2fc0579f-8113-47ea-b116-bb5a8db9202a\"]\n";

/// A gateway that takes security keys of one maker, and the maker.
fn gateway(setup: Setup) -> (Gateway, Maker) {
    let (gateway, acme) = (setup.tables(MAKERS).start(), Maker::new("Acme"));
    std::fs::write(gateway.path("acme.pem"), &acme.pem).unwrap();
    (gateway, acme)
}

fn line(key: &Path) -> String {
    std::fs::read_to_string(format!("{}.pub", key.display())).unwrap().trim().to_owned()
}

/// What keys of this account are made with.
fn challenge(gateway: &Gateway, name: &str) -> String {
    field(&gateway.records(&["operator", "show", name])[0], "key_challenge").to_owned()
}

fn in_a_file(gateway: &Gateway, statement: &[u8]) -> String {
    let path = gateway.fresh("statement");
    std::fs::write(&path, statement).unwrap();
    path.display().to_string()
}

fn enrol(gateway: &Gateway, name: &str, key: &Path, more: &[&str]) -> Outcome {
    let public = format!("{}.pub", key.display());
    gateway.juyong(&[&["operator", "enrol", name, "--public-key", &public], more].concat())
}

#[test]
fn the_host_enrols_a_security_key_of_an_allowed_maker_and_no_other() {
    let (gateway, acme) = gateway(Setup::new());
    let operator = Operator::new("op1", made(&gateway, "ed25519-sk", TOUCHED));
    let (key, challenge) = (line(&operator.key), challenge(&gateway, "op1"));
    let good = Made::new(&key, &challenge);
    let refused = enrol(&gateway, "op1", &operator.key, &[]).refused("nothing says whose this one is");
    for told in ["Acme", &challenge, "-O write-attestation=FILE"] {
        assert!(refused.errors().contains(told), "{refused}");
    }
    let another = line(&made(&gateway, "ecdsa-sk", TOUCHED));
    for (statement, why) in [
        (Maker::new("Other").statement(&good), "not of a maker whose keys are taken"),
        (acme.statement(&Made { challenge: "other".into(), ..good.clone() }), "with another challenge"),
        (acme.statement(&Made { key: another, ..good.clone() }), "about another key"),
        (acme.statement(&Made { application: "ssh:x".into(), ..good.clone() }), "for another application"),
        (acme.statement(&Made { model: [1; 16], certified: None, ..good.clone() }), "of this model"),
        (acme.statement(&Made { years: (2001, 2002), ..good.clone() }), "not valid any more"),
        (b"ssh-sk-attest-v01".to_vec(), "as `ssh-keygen -O write-attestation` writes it"),
        (vec![b'A'; 70_000], "too long"),
    ] {
        let file = in_a_file(&gateway, &statement);
        enrol(&gateway, "op1", &operator.key, &["--attestation", &file]).refused(why);
    }
    assert_eq!(gateway.records(&["operator", "show", "op1"])[0]["states"], json!(["not-enrolled"]));

    // In Base64, as it comes by mail.
    let text = BASE64.encode(acme.statement(&good));
    let wrapped: Vec<_> =
        text.as_bytes().chunks(76).map(|row| String::from_utf8_lossy(row).into_owned()).collect();
    let file = in_a_file(&gateway, wrapped.join("\n").as_bytes());
    enrol(&gateway, "op1", &operator.key, &["--attestation", &file, "--totp-secret", &operator.base32()])
        .ok();
    assert_eq!(tried(&gateway, &operator).ok().text(), "in\n");
    let rows = gateway.events();
    let row = rows.iter().find(|row| field(row, "event") == "operator-enrolled").unwrap();
    assert_eq!((&row["maker"], &row["aaguid"]), (&json!("Acme"), &json!(MODEL)), "{row}");
    assert!(field(row, "key").starts_with("SHA256:"), "{row}");
    let shown = &gateway.records(&["operator", "show", "op1"])[0];
    assert_eq!(shown["key_makes"][0], json!({"key": row["key"], "maker": "Acme", "aaguid": MODEL}));
    assert!(gateway.juyong(&["operator", "show", "op1"]).ok().text().contains(&format!("Acme {MODEL}")));

    // Other kinds of keys come from no device.
    let plain = key_pair(&gateway.fresh("key"));
    enrol(&gateway, "op2", &plain, &["--attestation", &file]).refused("not a security key");
    enrol(&gateway, "op2", &plain, &[]).ok();
}

#[test]
fn what_makers_go_by_has_to_be_readable() {
    let (gateway, acme) = gateway(Setup::new());
    let key = made(&gateway, "ed25519-sk", TOUCHED);
    let statement = acme.statement(&Made::new(&line(&key), &challenge(&gateway, "op1")));
    let file = in_a_file(&gateway, &statement);
    let look = || gateway.juyong(&["doctor"]).text();
    assert!(look().contains("ok     auth.security_key_maker\n"), "{}", look());
    std::fs::write(gateway.path("acme.pem"), "nothing").unwrap();
    enrol(&gateway, "op1", &key, &["--attestation", &file]).refused("cannot be read");
    let told = look();
    assert!(
        told.contains("wrong  auth.security_key_maker: ") && told.contains("no certificate in it"),
        "{told}"
    );
    std::fs::write(gateway.path("acme.pem"), &acme.pem).unwrap();
    enrol(&gateway, "op1", &key, &["--attestation", &file]).ok();
}

#[test]
fn where_no_maker_is_named_nobody_asks() {
    let gateway = Gateway::usual();
    let key = made(&gateway, "ed25519-sk", TOUCHED);
    assert!(gateway.records(&["operator", "show", "op1"])[0].get("key_challenge").is_none());
    let statement = in_a_file(&gateway, &Maker::new("Acme").statement(&Made::new(&line(&key), "challenge")));
    enrol(&gateway, "op1", &key, &["--attestation", &statement]).refused("keys of any maker are taken");
    enrol(&gateway, "op1", &key, &[]).ok();
}

#[test]
fn a_person_adds_a_security_key_with_what_its_maker_says() {
    let (gateway, acme) = gateway(Setup::new());
    let operator = gateway.operator("op1");
    let person = gateway.master(&operator, "");
    let challenge = challenge(&gateway, "op1");
    let key = line(&made(&gateway, "ed25519-sk", TOUCHED));
    let statement = |maker: &Maker, key: &str| BASE64.encode(maker.statement(&Made::new(key, &challenge)));
    let given = |command: &str, answers: &[&str]| {
        let input: String = answers.iter().map(|answer| format!("{answer}\n")).collect();
        person.run(command, input.as_bytes())
    };
    // What is refused costs no code: this one is given to the last of them.
    let code = operator.next_code();
    let other = statement(&Maker::new("Other"), &key);
    let refused = given("keys add", &[&key, &other, &code]).refused("not of a maker whose keys are taken");
    assert!(refused.errors().contains(&challenge), "{refused}");
    given(&format!("keys add {key}"), &["nothing", &code]).refused("as `ssh-keygen");
    gateway.journaled("login-refused", &[("actor", "op1"), ("reason", "attestation-maker")]);
    gateway.journaled("login-refused", &[("actor", "op1"), ("reason", "attestation-magic")]);
    given("keys add", &[&key, &statement(&acme, &key), &code]).ok();
    let added = [("change", "key-added"), ("maker", "Acme"), ("aaguid", MODEL)];
    gateway.journaled("own-factor-changed", &added);
    let own = person.exec("keys").ok().text();
    assert!(own.contains(&format!("sk-ssh-ed25519@openssh.com Acme {MODEL}")), "{own}");

    // At a terminal; and a key of another kind, of which nothing is asked.
    let key = line(&made(&gateway, "ecdsa-sk", TOUCHED));
    let mut ssh = person.ssh();
    ssh.args(["-t", "keys add"]);
    let mut terminal = Terminal::start(ssh);
    answer(&terminal, &["not shown): "], &key);
    terminal.expect(&format!("echo {challenge} > challenge"));
    answer(&terminal, &["in one line, and press Enter (it is not shown): "], &statement(&acme, &key));
    answer(&terminal, &["code: "], &operator.next_code());
    terminal.expect("is yours now.");
    assert!(terminal.wait(PATIENCE).success());
    let plain = line(&key_pair(&gateway.fresh("key")));
    given("keys add", &[&plain, &operator.next_code()]).ok();
}

#[test]
fn an_invited_person_shows_whose_make_their_security_key_is() {
    let (gateway, acme) = gateway(Setup::new());
    let invitee = Invitee::of(&gateway, "op3");
    let key = made(&gateway, "ed25519-sk", TOUCHED);
    let line = line(&key);
    let terminal = invitee.come(&gateway);
    answer(&terminal, &["Number (1 to 2): "], "1");
    let challenge = challenge(&gateway, "op3");
    for told in ["taken here: Acme.", &format!("echo {challenge} > challenge"), "base64 -w0 statement"] {
        terminal.expect(told);
    }
    answer(&terminal, &["Number (1 to 2): "], "2");
    for (maker, told) in [(&Maker::new("Other"), "not of a maker whose keys are taken"), (&acme, "recovery")]
    {
        answer(&terminal, &["not shown): "], &line);
        answer(&terminal, &["Take it?"], "");
        let statement = BASE64.encode(maker.statement(&Made::new(&line, &challenge)));
        answer(&terminal, &["in one line, and press Enter (it is not shown): "], &statement);
        if told != "recovery" {
            terminal.expect(told);
            answer(&terminal, &["Number (1 to 2): "], "2");
        }
    }
    gateway.journaled("login-refused", &[("actor", "op3"), ("reason", "attestation-maker")]);
    let operator = set_codes(&terminal, &Invitee { key, ..invitee });
    recovery_codes(&terminal);
    terminal.line("");
    terminal.expect("op3 is enrolled: publickey, totp");
    gateway.journaled("operator-enrolled", &[("actor", "op3"), ("maker", "Acme"), ("aaguid", MODEL)]);
    assert_eq!(tried(&gateway, &operator).ok().text(), "in\n");
    assert!(!has_event(&gateway.events(), "operator-enrolled", &[("actor", "op3"), ("maker", "Other")]));
}

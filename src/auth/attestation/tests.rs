#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::software::{MODEL, Made, Maker, model, wrapped};
use super::*;

/// Lines of `.pub` files whose private halves nobody has.
const ED25519: &str = "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIHaSw601QLuAPAILOu5mzYiHEjI06gxucUPArdc/9DHtAAAABHNzaDo=";
const OTHER: &str = "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAID/EzP50WHDiwNmfcfMP8GVsje3UHMHX09N2sNvmheLzAAAABHNzaDo=";
const ECDSA: &str = "sk-ecdsa-sha2-nistp256@openssh.com AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlzd\
                     HAyNTYAAABBBENubZikrb8hu+HeVRdZ0pp/VAk2qv4JDbuJhvD0yNdWDL2e3cBbERiDeNPkWx58Q4rVnxkbV1fa8E2waRtT91\
                     wAAAAEc3NoOg==";

/// Somewhen in 2026.
const NOW: u64 = 1_780_000_000;

fn maker(of: &Maker, models: &[&str]) -> KeyMaker {
    let models = models.iter().map(|model| model.parse().unwrap()).collect();
    KeyMaker::new("Acme".into(), of.pem.as_bytes(), models).unwrap()
}

fn checked(statement: &[u8], key: &str, makers: &[KeyMaker]) -> Result<KeyMake, AttestationFault> {
    let key = SecurityKey::read(key).unwrap();
    AttestationStatement::read(statement)?.check(&key, b"challenge", makers, NOW)
}

#[test]
fn a_statement_of_an_allowed_maker_names_maker_and_model() {
    let acme = Maker::new("Acme");
    for key in [ED25519, ECDSA] {
        let good = Made::new(key, "challenge");
        for made in [
            good.clone(),
            Made { certified: None, ..good.clone() },
            Made { challenge: "challenge\n".into(), ..good.clone() },
            Made { challenge: "challenge\r\n".into(), ..good.clone() },
            Made { flags: 0xc5, behind: b"\xa1\x6bcredProtect\x03".to_vec(), ..good.clone() },
        ] {
            for models in [&[][..], &[MODEL]] {
                let make = checked(&acme.statement(&made), key, &[maker(&acme, models)]).unwrap();
                assert_eq!((make.maker.as_str(), make.aaguid.to_string().as_str()), ("Acme", MODEL));
            }
        }
    }
}

#[test]
fn a_key_that_knows_only_u2f_is_signed_for_in_its_own_form() {
    let acme = Maker::new("Acme");
    let made =
        Made { model: [0; 16], certified: None, unit: "U2F", u2f: true, ..Made::new(ECDSA, "challenge") };
    let make = checked(&acme.statement(&made), ECDSA, &[maker(&acme, &[])]).unwrap();
    assert_eq!(make.aaguid, Aaguid::U2F);
    let packed = Made { u2f: false, ..made };
    let fault = checked(&acme.statement(&packed), ECDSA, &[maker(&acme, &[])]).unwrap_err();
    assert_eq!(fault, AttestationFault::Signature);
}

/// Each way to be wrong has a word of its own.
#[test]
fn what_is_wrong_is_refused_by_its_word() {
    let (acme, other) = (Maker::new("Acme"), Maker::new("Other"));
    let (makers, good) = ([maker(&acme, &[MODEL])], Made::new(ED25519, "challenge"));
    let another = model("11111111-2222-3333-4444-555555555555");
    for (made, word) in [
        (Made { key: OTHER.into(), ..good.clone() }, "attestation-key"),
        (Made { key: ECDSA.into(), ..good.clone() }, "attestation-key"),
        (Made { application: "ssh:other".into(), ..good.clone() }, "attestation-application"),
        (Made { flags: 0x40, ..good.clone() }, "attestation-untouched"),
        (Made { flags: 0x49, ..good.clone() }, "attestation-copyable"),
        (Made { flags: 0x01, ..good.clone() }, "attestation-malformed"),
        (Made { unit: "TLS", ..good.clone() }, "attestation-certificate"),
        (Made { years: (2000, 2020), ..good.clone() }, "attestation-expired"),
        (Made { years: (2080, 2090), ..good.clone() }, "attestation-not-yet-valid"),
        (Made { certified: Some(another), ..good.clone() }, "attestation-other-model"),
        (Made { certified: None, model: another, ..good.clone() }, "attestation-model"),
        (Made { challenge: "other".into(), ..good.clone() }, "attestation-signature"),
        (Made { behind: vec![0], ..good.clone() }, "attestation-trailing"),
        (Made { flags: 0xc1, ..good.clone() }, "attestation-malformed"),
        (Made { flags: 0xc1, behind: vec![0x81; 64], ..good.clone() }, "attestation-malformed"),
    ] {
        let fault = checked(&acme.statement(&made), ED25519, &makers).unwrap_err();
        assert_eq!(fault.as_str(), word);
    }
    let fault = |statement: &[u8]| checked(statement, ED25519, &makers).unwrap_err().as_str();
    assert_eq!(fault(&other.statement(&good)), "attestation-maker");
    assert_eq!(fault(&[acme.statement(&good), vec![0]].concat()), "attestation-trailing");
    assert_eq!(fault(&vec![0; 20_000]), "attestation-size");
    assert_eq!(fault(b"nothing"), "attestation-magic");
    assert_eq!(fault(&wrapped("ssh-sk-attest", &[], &[], &[])), "attestation-magic");
    assert_eq!(fault(&wrapped("ssh-sk-attest-v00", &[], &[], &[])), "attestation-version");
    assert_eq!(fault(&wrapped("ssh-sk-attest-v01", &[], &[], &[])), "attestation-no-certificate");
    assert_eq!(fault(&wrapped("ssh-sk-attest-v01", &[1], &[], &[])), "attestation-malformed");
    assert_eq!(fault(&wrapped("ssh-sk-attest-v01", &[1], &[], &[0x40, 0])), "attestation-trailing");
    let good = acme.statement(&good);
    for end in 0..good.len() {
        checked(&good[..end], ED25519, &makers).unwrap_err();
    }
    for at in 0..good.len() {
        let mut bent = good.clone();
        bent[at] ^= 0x10;
        checked(&bent, ED25519, &makers).unwrap_err();
    }
}

/// The second of two entries may take what the first does not.
#[test]
fn makers_are_asked_one_after_another() {
    let (acme, other) = (Maker::new("Acme"), Maker::new("Other"));
    let statement = acme.statement(&Made::new(ED25519, "challenge"));
    let elsewhere = "11111111-2222-3333-4444-555555555555";
    let makers = [maker(&other, &[]), maker(&acme, &[elsewhere]), maker(&acme, &[MODEL])];
    checked(&statement, ED25519, &makers).unwrap();
    assert_eq!(checked(&statement, ED25519, &makers[..2]), Err(AttestationFault::Model));
    assert_eq!(checked(&statement, ED25519, &makers[..1]), Err(AttestationFault::Maker));
    assert_eq!(checked(&statement, ED25519, &[]), Err(AttestationFault::Maker));
}

#[test]
fn an_authority_is_named_by_its_certificates() {
    let new = |pem: &str| KeyMaker::new("Acme".into(), pem.as_bytes(), Vec::new()).map(drop);
    let acme = Maker::new("Acme").pem;
    new(&acme.repeat(2)).unwrap();
    assert_eq!(new(""), Err(InvalidAuthorities::None));
    assert_eq!(new(&acme.repeat(65)), Err(InvalidAuthorities::Many));
    let garbled = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(new(&format!("{acme}{garbled}")).unwrap_err().to_string().starts_with("certificate 2 in it"));
}

#[test]
fn only_a_security_key_is_one() {
    for line in ["", "sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519@openssh.com AAAA"] {
        assert!(SecurityKey::read(line).is_none(), "{line}");
    }
    let plain = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJfn8vBl8KQWTeE4mzc9qmGkyjhWaoeCAqpV5RZSyNzd";
    assert!(SecurityKey::read(plain).is_none());
    assert!(SecurityKey::read(&format!("{ECDSA} comment")).is_some());
}

/// What real keys said (YubiKeys 5 and one of Token2, by OpenSSH's `ssh-keygen`), with challenges that are known: published by
/// the project kanidm/webauthn-rs for its own tests of the same.
#[test]
fn statements_of_real_keys_hold_where_their_maker_is_allowed() {
    let makers = |model: &str| {
        let yubico = include_bytes!("recorded.pem");
        [KeyMaker::new("Yubico".into(), yubico, vec![model.parse().unwrap()]).unwrap()]
    };
    let rows: Vec<_> = include_str!("recorded.txt").lines().filter(|row| !row.starts_with('#')).collect();
    assert_eq!(rows.len(), 5);
    for row in rows {
        let [challenge, model, kind, key, statement, want] =
            row.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let key = SecurityKey::read(&format!("{kind} {key}")).unwrap();
        let statement = AttestationStatement::read(statement.as_bytes()).unwrap();
        let found = statement.check(&key, &hex::decode(challenge).unwrap(), &makers(model), NOW);
        assert_eq!(found.map_or_else(AttestationFault::as_str, |_| "good"), want);
    }
}

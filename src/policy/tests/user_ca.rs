//! Which certificates are believed, and each way in which one is not.
use jiff::Timestamp;

use super::loaded_text;
use crate::auth::certificate::{CertificateFault, CertificateId, UserCertificate};
use crate::domain::PublicKeyLine;
use crate::policy::Policy;

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVLJwRBjRqQ3Y5d3mOuLQ9Jl6V7QYg7mH2T0b6b0p3v";

const PEOPLE: &str = "[operator.zhou]\ngroups = ['ops']\n[operator.li]\nprincipals = ['li@example.com']\n\
    groups = ['ops']\n[operator.qian]\nroles = ['security']\ngroups = ['ops']\n[operator.eve]\n";

fn policy(more: &str) -> Policy {
    loaded_text(&format!("{PEOPLE}[user_ca.corp]\nkey = '{KEY}'\noperators = ['@ops']\n{more}"))
}

fn certificate() -> UserCertificate {
    let authority = PublicKeyLine::parse(KEY).unwrap().fingerprint();
    UserCertificate {
        id: CertificateId { authority, key_id: "zhou@laptop".into(), serial: 7 },
        key: "SHA256:key".into(),
        principals: vec!["zhou".into()],
        valid: (100, 200),
        critical: [].into(),
    }
}

fn judged(policy: &Policy, certificate: &UserCertificate, name: &str, second: i64) -> &'static str {
    let at = Timestamp::from_second(second).unwrap();
    let source = "192.0.2.7".parse().unwrap();
    let operator = policy.operator(name).unwrap();
    policy.believes(certificate, operator, (source, at)).map_or_else(|fault| fault.as_str(), |()| "believed")
}

#[test]
fn each_way_to_be_wrong_has_its_word() {
    let (plain, good) = (policy(""), certificate());
    let with = |change: &dyn Fn(&mut UserCertificate)| {
        let mut other = certificate();
        change(&mut other);
        judged(&plain, &other, "zhou", 150)
    };
    let option = |name: &'static str, value: &'static str| {
        with(&move |c| drop(c.critical.insert(name.into(), value.into())))
    };
    assert_eq!(judged(&plain, &good, "zhou", 150), "believed");
    assert_eq!(with(&|c| c.id.authority = "SHA256:other".into()), "certificate-authority");
    assert_eq!(judged(&plain, &good, "eve", 150), "certificate-account");
    assert_eq!(judged(&plain, &good, "qian", 150), "certificate-account", "an officer's factors take two");
    assert_eq!(judged(&plain, &good, "li", 150), "certificate-principal");
    assert_eq!(with(&|c| c.principals.clear()), "certificate-principal", "nobody is not everybody");
    for (second, word) in [
        (99, "certificate-not-yet-valid"),
        (100, "believed"),
        (199, "believed"),
        (200, "certificate-expired"),
    ] {
        assert_eq!(judged(&plain, &good, "zhou", second), word, "{second}");
    }
    for (ranges, word) in [
        ("192.0.2.0/24", "believed"),
        ("10.0.0.0/8,192.0.2.7", "believed"),
        ("10.0.0.0/8", "certificate-source"),
        ("", "certificate-source"),
        ("192.0.2.0/24,!192.0.2.7", "certificate-source"),
    ] {
        assert_eq!(option("source-address", ranges), word, "{ranges}");
    }
    for name in ["force-command", "verify-required", "made-up@example.com"] {
        assert_eq!(option(name, "x"), "certificate-option", "{name}");
    }
    for revoked in ["serial: 7", "serial:1-7", "id: zhou@laptop"] {
        let policy = policy(&format!("revoked = ['serial: 90', '{revoked}']\n"));
        assert_eq!(judged(&policy, &good, "zhou", 150), "certificate-revoked", "{revoked}");
    }
}

#[test]
fn an_entry_of_principals_stands_in_place_of_the_name() {
    let policy = policy("");
    let named = |principal: &str| {
        let other = UserCertificate { principals: vec![principal.into()], ..certificate() };
        judged(&policy, &other, "li", 150)
    };
    assert_eq!(named("li@example.com"), "believed");
    assert_eq!(named("li"), "certificate-principal");
}

#[test]
fn what_one_entry_revokes_another_of_the_same_key_does_not_bring_back() {
    let again = format!("[user_ca.again]\nkey = '{KEY}'\noperators = ['zhou']\nrevoked = ['serial: 7']\n");
    assert_eq!(judged(&policy(&again), &certificate(), "zhou", 150), "certificate-revoked");
    let other = format!("[user_ca.other]\nkey = '{KEY}'\noperators = ['eve']\n");
    assert_eq!(judged(&policy(&other), &certificate(), "zhou", 150), "believed");
}

#[test]
fn one_that_has_proven_a_key_may_expire_but_not_be_revoked() {
    let zhou = |policy: &Policy| policy.still_believes(&certificate(), policy.operator("zhou").unwrap());
    assert_eq!(zhou(&policy("")), Ok(()));
    assert_eq!(zhou(&policy("revoked = ['serial: 7']\n")), Err(CertificateFault::Revoked));
    assert_eq!(zhou(&loaded_text(PEOPLE)), Err(CertificateFault::UnknownAuthority));
    assert!(policy("").certifies(policy("").operator("zhou").unwrap()));
    assert!(!policy("").certifies(policy("").operator("qian").unwrap()));
}

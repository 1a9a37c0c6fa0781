#![allow(clippy::unwrap_used)]

use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::vault::IfMissing;

fn at(day: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + day * 86_400).unwrap()
}

fn authority(dir: &Path) -> Authority {
    Authority::new(dir, Vault::unlock(dir, IfMissing::Make).unwrap())
}

fn device_id() -> DeviceId {
    DeviceId::new(1, 2)
}

fn issue(authority: &Authority, until: Timestamp) -> Result<Issued, AuthorityError> {
    authority.issue(&"王芳".parse().unwrap(), &device_id(), &"laptop".parse().unwrap(), at(0), until)
}

fn der(pem: &str) -> Vec<u8> {
    x509_parser::pem::parse_x509_pem(pem.as_bytes()).unwrap().1.contents
}

fn names(names: &[&str]) -> Names {
    Names::new(names.iter().map(|name| (*name).to_owned()))
}

#[test]
fn a_certificate_names_its_device_and_its_time_and_is_signed_by_the_authority() {
    let dir = tempfile::tempdir().unwrap();
    let authority = authority(dir.path());
    let issued = issue(&authority, at(30)).unwrap();
    assert_eq!(device(&der(&issued.certificate)), Some(device_id()));
    assert_eq!(lifetime(&issued.certificate), Some((at(0), at(30))));
    assert_eq!(issued.fingerprint, fingerprint(&der(&issued.certificate)));
    assert_eq!(issued.authority, authority.certificate(at(1)).unwrap());
    let certificate = der(&issued.certificate);
    let (_, certificate) = x509_parser::parse_x509_certificate(&certificate).unwrap();
    let root = der(&issued.authority);
    let (_, root) = x509_parser::parse_x509_certificate(&root).unwrap();
    certificate.verify_signature(Some(root.public_key())).unwrap();
    let purposes = certificate.extended_key_usage().unwrap().unwrap().value;
    assert!(purposes.client_auth && !purposes.server_auth && !purposes.any);
    assert!(!certificate.is_ca() && root.is_ca());
    assert!(root.verify_signature(Some(certificate.public_key())).is_err());
}

#[test]
fn the_authority_is_made_once_and_stays() {
    let dir = tempfile::tempdir().unwrap();
    assert!(!Authority::exists(dir.path()));
    let first = issue(&authority(dir.path()), at(30)).unwrap();
    assert!(Authority::exists(dir.path()));
    let second = issue(&authority(dir.path()), at(30)).unwrap();
    assert_eq!(first.authority, second.authority);
    assert_ne!(first.fingerprint, second.fingerprint);
    let sealed = std::fs::read(dir.path().join("authority.key")).unwrap();
    assert!(!sealed.windows(7).any(|window| window == b"PRIVATE"));
    // A crash between the two files: the certificate is made of the key.
    std::fs::remove_file(dir.path().join("authority.pem")).unwrap();
    issue(&authority(dir.path()), at(30)).unwrap();
}

#[test]
fn an_authority_that_lost_its_key_is_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    issue(&authority(dir.path()), at(30)).unwrap();
    std::fs::remove_file(dir.path().join("authority.key")).unwrap();
    let error = issue(&authority(dir.path()), at(30)).unwrap_err().to_string();
    assert!(error.contains("authority.key: it is missing: put it back"), "{error}");
}

#[test]
fn a_key_of_another_vault_or_of_another_authority_is_refused() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    issue(&authority(one.path()), at(30)).unwrap();
    issue(&authority(other.path()), at(30)).unwrap();
    let copy = |name: &str| std::fs::copy(other.path().join(name), one.path().join(name)).unwrap();
    copy("authority.key");
    let error = issue(&authority(one.path()), at(30)).unwrap_err();
    assert!(matches!(error, AuthorityError::Sealed { .. }), "{error}");
    copy("master.key");
    let error = issue(&authority(one.path()), at(30)).unwrap_err();
    assert!(matches!(error, AuthorityError::Broken { .. }), "{error}");
}

#[test]
fn files_that_others_may_read_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let authority = authority(dir.path());
    authority.server(&names(&["gw"]), at(0)).unwrap();
    for name in ["authority.key", "authority.pem", "tls_server.key", "tls_server.pem"] {
        let file = dir.path().join(name);
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
        let widen = |mode| std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).unwrap();
        widen(0o644);
        let done = issue(&authority, at(30)).map(drop);
        let error = done.and(authority.server(&names(&["gw"]), at(0)).map(drop)).unwrap_err().to_string();
        assert!(error.contains(name) && error.ends_with("run chmod 600 on it"), "{error}");
        widen(0o600);
    }
}

#[test]
fn nothing_outlives_the_authority() {
    let dir = tempfile::tempdir().unwrap();
    let authority = authority(dir.path());
    let error = issue(&authority, at(21 * 366)).unwrap_err();
    assert!(matches!(error, AuthorityError::TooLong { .. }), "{error}");
    let error = authority.certificate(at(21 * 366)).unwrap_err();
    assert!(matches!(error, AuthorityError::Expired { .. }), "{error}");
}

#[test]
fn the_servers_pair_is_kept_until_it_does_not_fit() {
    let dir = tempfile::tempdir().unwrap();
    let authority = authority(dir.path());
    let server = |list: &[&str], day| authority.server(&names(list), at(day)).unwrap().certificate;
    let first = server(&["gw.example.org", "192.0.2.1", "2001:db8::1"], 0);
    assert_eq!(server(&["2001:db8::1", "192.0.2.1", "gw.example.org"], 240), first, "still good");
    let renewed = server(&["gw.example.org", "192.0.2.1", "2001:db8::1"], 250);
    assert_ne!(renewed, first, "a third of its life is left");
    let renamed = server(&["gw.example.org"], 250);
    assert_ne!(renamed, renewed, "other names");
    assert_eq!(server(&["gw.example.org"], 251), renamed);
    std::fs::remove_file(dir.path().join("tls_server.key")).unwrap();
    let rekeyed = server(&["gw.example.org"], 251);
    assert_ne!(rekeyed, renamed, "its key is lost");
    for name in ["authority.key", "authority.pem"] {
        std::fs::remove_file(dir.path().join(name)).unwrap();
    }
    assert_ne!(server(&["gw.example.org"], 251), rekeyed, "another authority");
}

#[test]
fn what_is_no_host_is_no_name() {
    assert_eq!(names(&["gw", "", "a b", "日本", "::1"]), names(&["gw", "::1"]));
}

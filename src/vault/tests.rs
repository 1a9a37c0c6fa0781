#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::os::unix::fs::PermissionsExt;

use super::*;

fn vault(dir: &tempfile::TempDir) -> Vault {
    Vault::unlock(dir.path(), IfMissing::Make).unwrap()
}

fn secret() -> Secret {
    Secret::new("correct horse")
}

#[test]
fn a_sealed_value_opens_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let sealed = vault(&dir).seal("credential/db1/root", &secret()).unwrap();
    assert!(!sealed.windows(7).any(|window| window == b"correct"));
    let again = Vault::unlock(dir.path(), IfMissing::Refuse).unwrap();
    let opened = again.open("credential/db1/root", &sealed).unwrap();
    assert_eq!(opened.expose_str(), Some("correct horse"));
    assert_ne!(sealed, again.seal("credential/db1/root", &secret()).unwrap());
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn a_value_that_was_moved_or_altered_does_not_open() {
    let dir = tempfile::tempdir().unwrap();
    let vault = vault(&dir);
    let sealed = vault.seal("credential/db1/root", &secret()).unwrap();
    let error = vault.open("credential/db2/root", &sealed).unwrap_err().to_string();
    assert!(error.starts_with("credential/db2/root: does not open with this master key"), "{error}");
    for at in 0..sealed.len() {
        let mut altered = sealed.clone();
        altered[at] ^= 1;
        assert!(vault.open("credential/db1/root", &altered).is_err(), "byte {at}");
        assert!(vault.open("credential/db1/root", &sealed[..at]).is_err(), "cut at {at}");
    }
    let other = tempfile::tempdir().unwrap();
    assert!(self::vault(&other).open("credential/db1/root", &sealed).is_err());
}

#[test]
fn the_key_is_private_or_refused() {
    let dir = tempfile::tempdir().unwrap();
    vault(&dir);
    let file = dir.path().join("master.key");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o600);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let error = Vault::unlock(dir.path(), IfMissing::Make).unwrap_err().to_string();
    assert!(error.ends_with("(mode 0640): run chmod 600 on it"), "{error}");
}

#[test]
fn a_key_that_is_none_is_never_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let refuse = Vault::unlock(dir.path(), IfMissing::Refuse).unwrap_err();
    assert!(matches!(refuse, VaultError::Missing { .. }), "{refuse}");
    vault(&dir);
    std::fs::write(dir.path().join("master.key"), b"short").unwrap();
    let error = Vault::unlock(dir.path(), IfMissing::Make).unwrap_err().to_string();
    assert!(error.contains("the master key has 5 bytes and not 32"), "{error}");
}

/// RFC 4231, test case 2.
#[test]
fn a_digest_is_bound_to_its_place_and_to_the_master_key() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let digest = vault(&one).digest("invitation/li", &secret());
    assert_eq!(vault(&one).digest("invitation/li", &secret()), digest, "after a restart, too");
    assert_ne!(vault(&one).digest("invitation/wang", &secret()), digest);
    assert_ne!(vault(&one).digest("invitation/li", &Secret::new("correct horses")), digest);
    assert_ne!(vault(&other).digest("invitation/li", &secret()), digest);
    let mut key = [0; 32];
    key[..4].copy_from_slice(b"Jefe");
    let known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert_eq!(hex::encode(super::keyed(&key, &[b"what do ya want ", b"for nothing?"])), known);
}

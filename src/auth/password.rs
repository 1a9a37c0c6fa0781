//! Passwords: hashed with Argon2id (RFC 9106), and what a good one must have.

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};

use super::common::is_common;
use crate::domain::{Language, Secret, Tell, english, text};

/// OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Bytes of salt, drawn anew for each password.
pub const SALT_LEN: usize = 16;

/// A hash that cannot be made or read.
#[derive(Debug, thiserror::Error)]
#[error("the password hash is unusable: {0}; set the password anew")]
pub struct HashFault(String);

fn argon2() -> Result<Argon2<'static>, HashFault> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|fault| HashFault(fault.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The password as a PHC string, which holds the salt and the costs too. Takes about 20 ms.
pub fn hash(password: &Secret, salt: &[u8; SALT_LEN]) -> Result<String, HashFault> {
    argon2()?
        .hash_password_with_salt(password.expose(), salt)
        .map(|hash| hash.to_string())
        .map_err(|fault| HashFault(fault.to_string()))
}

/// Whether `password` is the one that was hashed to `phc`; compared in constant time.
pub fn verify(password: &Secret, phc: &str) -> Result<bool, HashFault> {
    match argon2()?.verify_password(password.expose(), phc) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(fault) => Err(HashFault(fault.to_string())),
    }
}

/// For an account that does not exist or has no password: costs what [`verify`] costs, and is never right.
pub fn verify_nobody(password: &Secret) -> Result<bool, HashFault> {
    hash(password, &[0; SALT_LEN]).map(|_| false)
}

/// Why a password is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    Short(u32),
    Plain,
    Name,
    Common,
    Long,
    NotText,
}

english!(Weak);

impl Tell for Weak {
    fn told(&self, language: Language) -> String {
        let key = format!("password.{}", self.word());
        match self {
            Self::Short(least) => text!(language, key, least = least),
            _ => text!(language, key),
        }
    }
}

impl Weak {
    /// The word by which people are told.
    pub fn word(self) -> &'static str {
        match self {
            Self::Short(_) => "short",
            Self::Plain => "plain",
            Self::Name => "name",
            Self::Common => "common",
            Self::Long => "long",
            Self::NotText => "not-text",
        }
    }
}

/// From this length on any characters will do.
const LONG: usize = 16;

/// Bytes of a password at most.
const MOST: usize = 128;

/// Checks a new password of the account `name`, which has to have `least` characters.
pub fn check(password: &Secret, name: &str, least: u32) -> Result<(), Weak> {
    let text = password.expose_str().ok_or(Weak::NotText)?;
    let length = text.chars().count();
    if length < usize::try_from(least).unwrap_or(usize::MAX) {
        return Err(Weak::Short(least));
    }
    if text.len() > MOST {
        return Err(Weak::Long);
    }
    if length < LONG && classes(text) < 3 {
        return Err(Weak::Plain);
    }
    if !name.is_empty() && text.to_lowercase().contains(&name.to_lowercase()) {
        return Err(Weak::Name);
    }
    if is_common(text) { Err(Weak::Common) } else { Ok(()) }
}

/// How many kinds of character stand in `text`.
fn classes(text: &str) -> usize {
    let kinds: [fn(char) -> bool; 4] = [char::is_lowercase, char::is_uppercase, char::is_numeric, |c| {
        !(c.is_lowercase() || c.is_uppercase() || c.is_numeric())
    }];
    kinds.into_iter().filter(|kind| text.chars().any(kind)).count()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_names_its_costs_and_knows_its_password() {
        let right = Secret::new("correct horse");
        let phc = hash(&right, b"0123456789abcdef").unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$"), "{phc}");
        assert!(verify(&right, &phc).unwrap());
        assert!(!verify(&Secret::new("wrong horse"), &phc).unwrap());
        assert!(verify(&right, "$5$nonsense").is_err());
        assert!(!verify_nobody(&right).unwrap());
    }

    #[test]
    fn weak_passwords_are_named() {
        let judged = |password: &str| check(&Secret::new(password), "zhou", 12);
        assert_eq!(judged("Ab1!xyzKmvq"), Err(Weak::Short(12)));
        assert_eq!(judged("abcdefg1klmn"), Err(Weak::Plain));
        assert_eq!(judged("xxZHOUxx1!qpm"), Err(Weak::Name));
        assert_eq!(judged("P@ssw0rd2026"), Err(Weak::Common));
        assert_eq!(judged(&"Kv9!".repeat(33)), Err(Weak::Long));
        assert_eq!(check(&Secret::new(b"\xff\xfeABCdef12".to_vec()), "zhou", 12), Err(Weak::NotText));
        assert_eq!(judged("Kvmxqgp1wnre"), Ok(()));
        assert_eq!(judged("a long row of words"), Ok(()));
        assert_eq!(judged("居庸关长城八达岭烽火台Ab1"), Ok(()));
    }
}

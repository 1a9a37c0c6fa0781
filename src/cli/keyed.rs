//! Whether a file holds the kind of key that an option wants, said while its name is still known.

use std::path::Path;

use crate::domain::{Language, Secret, Tell, text};
use crate::ssh::{InvalidKey, PrivateKey, PublicKey};

/// What is wrong with the file that an option names, and which one is likely meant.
#[derive(Debug)]
pub(super) enum WrongKeyFile {
    /// The key beside the one that is wanted, and that file's name.
    Beside(&'static str, String),
    Invalid(InvalidKey),
}

impl Tell for WrongKeyFile {
    fn told(&self, language: Language) -> String {
        match self {
            Self::Beside(key, file) => text!(language, format!("key.{key}"), file = file),
            Self::Invalid(error) => error.told(language),
        }
    }
}

pub(super) fn check(option: &str, path: &Path, content: &Secret) -> Result<(), WrongKeyFile> {
    let text = content.expose_str().unwrap_or_default().trim();
    match option {
        "--public-key" => public(path, content, text),
        "--private-key" => private(path, content, text),
        _ => Ok(()),
    }
}

fn public(path: &Path, content: &Secret, text: &str) -> Result<(), WrongKeyFile> {
    if text.starts_with("-----BEGIN") && PrivateKey::parse(content).is_ok()
        || text.contains("PRIVATE KEY-----")
    {
        return Err(WrongKeyFile::Beside("is-private", name(path)));
    }
    if text.starts_with("PuTTY-User-Key-File") {
        return Err(WrongKeyFile::Beside("putty-private", name(path)));
    }
    if text.starts_with("---- BEGIN SSH2 PUBLIC KEY") {
        return Err(WrongKeyFile::Beside("rfc4716", name(path)));
    }
    PublicKey::parse_of_person(text).map(drop).map_err(WrongKeyFile::Invalid)
}

fn private(path: &Path, content: &Secret, text: &str) -> Result<(), WrongKeyFile> {
    if text.starts_with("PuTTY-User-Key-File") {
        return Err(WrongKeyFile::Beside("putty", name(path)));
    }
    if PublicKey::parse_of_person(text).is_ok() {
        let private = name(path);
        let private = private.strip_suffix(".pub").unwrap_or(&private);
        return Err(WrongKeyFile::Beside("is-public", private.to_owned()));
    }
    PrivateKey::parse(content).map(drop).map_err(WrongKeyFile::Invalid)
}

fn name(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// newcomer: neither the file nor the likely mistake was named.
    #[test]
    fn the_likely_mistake_is_named() {
        let public = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJfn8vBl8KQWTeE4mzc9qmGkyjhWaoeCAqpV5RZSyNzd a@b";
        let said = |option, path: &str, text: &str| {
            let found = check(option, Path::new(path), &Secret::new(text)).err();
            found.map(|wrong| wrong.told(Language::English)).unwrap_or_default()
        };
        let private = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n";
        assert!(said("--public-key", "/k/lilei", private).contains("take /k/lilei.pub"));
        assert!(said("--public-key", "k", "PuTTY-User-Key-File-3: ssh-ed25519").contains("PuTTYgen"));
        assert!(said("--public-key", "k", "---- BEGIN SSH2 PUBLIC KEY ----").contains("ssh-keygen -i -f k"));
        assert!(said("--private-key", "/k/lilei.pub", public).ends_with("take the private one, /k/lilei"));
        assert!(said("--private-key", "k", "PuTTY-User-Key-File-3: x").contains("-O private-openssh"));
        assert!(
            !said("--public-key", "k", "nothing").is_empty() && !said("--private-key", "k", "no").is_empty()
        );
        assert_eq!(said("--public-key", "k", public), "");
    }
}

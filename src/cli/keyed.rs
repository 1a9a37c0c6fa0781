//! Whether a file holds the kind of key that an option wants, said while its name is still known.

use std::path::Path;

use crate::domain::Secret;
use crate::ssh::{PrivateKey, PublicKey};

/// What is wrong with the file that an option names, and which one is likely meant.
pub(super) fn check(option: &str, path: &Path, content: &Secret) -> Result<(), String> {
    let text = content.expose_str().unwrap_or_default().trim();
    match option {
        "--public-key" => public(path, content, text),
        "--private-key" => private(path, content, text),
        _ => Ok(()),
    }
}

fn public(path: &Path, content: &Secret, text: &str) -> Result<(), String> {
    if text.starts_with("-----BEGIN") && PrivateKey::parse(content).is_ok()
        || text.contains("PRIVATE KEY-----")
    {
        return Err(format!("this is a private key: keep it where it is, and take {}.pub", name(path)));
    }
    if text.starts_with("PuTTY-User-Key-File") {
        return Err(
            "this is a private key of PuTTY: take what PuTTYgen shows as `Public key for pasting`".into()
        );
    }
    if text.starts_with("---- BEGIN SSH2 PUBLIC KEY") {
        return Err(format!(
            "this is a public key in the form of RFC 4716: run `ssh-keygen -i -f {} > key.pub`, and take key.pub",
            path.display()
        ));
    }
    PublicKey::parse_of_person(text).map(drop).map_err(|error| error.to_string())
}

fn private(path: &Path, content: &Secret, text: &str) -> Result<(), String> {
    if text.starts_with("PuTTY-User-Key-File") {
        let path = path.display();
        return Err(format!(
            "this is a key of PuTTY: run `puttygen {path} -O private-openssh -o key`, and take key"
        ));
    }
    if PublicKey::parse_of_person(text).is_ok() {
        let private = name(path);
        let private = private.strip_suffix(".pub").unwrap_or(&private);
        return Err(format!("this is the public key: take the private one, {private}"));
    }
    PrivateKey::parse(content).map(drop).map_err(|error| error.to_string())
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
            check(option, Path::new(path), &Secret::new(text)).err().unwrap_or_default()
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

//! Whose make a security key is. Where a key is made its maker may sign for it, and OpenSSH keeps that as a statement
//! (PROTOCOL.u2f): a certificate of the maker, and its signature over the new public key and a challenge. The maker's own
//! authority, which an administrator has named, has signed the certificate.
//!
//! A statement is good for the one key that it names, so whoever sees it gains nothing; and it says nothing of who holds
//! the key, which is what each login proves.

mod aaguid;
mod data;
mod fault;
mod key;
mod maker;
mod statement;
mod wire;

pub use aaguid::Aaguid;
pub use fault::AttestationFault;
pub use key::SecurityKey;
pub use maker::{InvalidAuthorities, KeyMake, KeyMaker};
pub use statement::AttestationStatement;

#[cfg(test)]
#[path = "../../../tests/integration/harness/maker.rs"]
mod software;
#[cfg(test)]
mod tests;

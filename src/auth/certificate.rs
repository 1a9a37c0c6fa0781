//! User certificates: what an authority says of a key, and why it is not believed. Whose word counts for whom is the
//! policy's matter.

use std::collections::BTreeMap;
use std::fmt;

/// Which certificate it is, as its authority names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateId {
    /// The authority's key, by its SHA-256 fingerprint.
    pub authority: String,
    /// Whatever the authority wrote: it is shown escaped.
    pub key_id: String,
    pub serial: u64,
}

/// What a certificate for a person says. Its authority has signed it; who that is, nobody has asked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserCertificate {
    pub id: CertificateId,
    /// The key that it is for, by its fingerprint.
    pub key: String,
    /// For whom it speaks. Nobody: for nobody.
    pub principals: Vec<String>,
    /// Seconds since 1970: from the first on, before the second.
    pub valid: (u64, u64),
    /// What whoever believes it has to keep to.
    pub critical: BTreeMap<String, String>,
}

impl UserCertificate {
    pub fn is_valid_at(&self, unix_seconds: u64) -> Result<(), CertificateFault> {
        let (after, before) = self.valid;
        match unix_seconds {
            now if now < after => Err(CertificateFault::NotYetValid),
            now if now >= before => Err(CertificateFault::Expired),
            _ => Ok(()),
        }
    }
}

/// A certificate that is wrong in itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfitCertificate {
    pub id: CertificateId,
    pub fault: CertificateFault,
}

/// Why a certificate proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateFault {
    /// It is for a host.
    Host,
    /// The key that it is for is of a kind that is not accepted, or too short.
    Key,
    /// It is signed with SHA-1, or by a key that signs no certificates here.
    Algorithm,
    /// The signature is not its authority's.
    Signature,
    /// The policy names no such authority.
    UnknownAuthority,
    /// The authority may not speak for this account.
    Account,
    /// It is for others, or for nobody.
    Principal,
    NotYetValid,
    Expired,
    Revoked,
    /// It counts only from elsewhere.
    Source,
    /// It asks for something that is not done here.
    Option(String),
}

impl CertificateFault {
    /// The word in the journal.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Host => "certificate-host",
            Self::Key => "certificate-key",
            Self::Algorithm => "certificate-algorithm",
            Self::Signature => "certificate-signature",
            Self::UnknownAuthority => "certificate-authority",
            Self::Account => "certificate-account",
            Self::Principal => "certificate-principal",
            Self::NotYetValid => "certificate-not-yet-valid",
            Self::Expired => "certificate-expired",
            Self::Revoked => "certificate-revoked",
            Self::Source => "certificate-source",
            Self::Option(_) => "certificate-option",
        }
    }

    /// What the row says beside the word, of the certificate with this id.
    pub fn detail(&self, id: &CertificateId) -> String {
        match self {
            Self::Option(name) => format!("{name:?} in {id}"),
            _ => id.to_string(),
        }
    }
}

/// By what guesses behind a proven key are counted: a certificate's authority, which can certify as many keys as it likes,
/// else the key itself.
pub fn counted_by<'a>(key: Option<&'a str>, certificate: Option<&'a UserCertificate>) -> Option<&'a str> {
    certificate.map(|certificate| certificate.id.authority.as_str()).or(key)
}

/// What a client may have a row say of its certificate, in characters.
const LONGEST_ID: usize = 200;

impl fmt::Display for CertificateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown: String = self.key_id.chars().take(LONGEST_ID).collect();
        if shown.len() < self.key_id.len() {
            shown.push('…');
        }
        write!(f, "{shown:?} serial {} of {}", self.serial, self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_shown_escaped_and_in_bounds() {
        let id = |key_id: &str| CertificateId {
            authority: "SHA256:a".into(),
            key_id: key_id.into(),
            serial: u64::MAX,
        };
        let shown = id("zhou\u{1b}[2J\n").to_string();
        assert_eq!(shown, r#""zhou\u{1b}[2J\n" serial 18446744073709551615 of SHA256:a"#);
        assert!(id(&"王".repeat(9000)).to_string().chars().count() < 260);
    }
}

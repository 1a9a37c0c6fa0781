//! Where the configuration names makers of security keys: a key is enrolled if one of them has said that it is theirs. Other
//! kinds of keys come from no device, and are enrolled as ever.

use std::io::{self, Read as _};
use std::path::Path;
use std::time::Duration;

use super::login::refused_login;
use super::services::{Authenticated, Services};
use crate::auth::attestation::{AttestationFault, AttestationStatement, KeyMake, KeyMaker, SecurityKey};
use crate::config::{Auth, SecurityKeyMaker};
use crate::domain::{OperatorName, Secret};
use crate::platform::regular;
use crate::store::EnrolledKey;
use crate::vault;

/// Bytes of a file with a maker's certificates, at most.
const LONGEST: u64 = 1024 * 1024;

/// How long the files are waited for: they may lie on a share whose server does not answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Digits of a challenge: as many as nobody guesses, and fit on a line.
const DIGITS: usize = 32;

/// Why a key is not taken.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Unattested {
    /// A statement is asked for, and none was given.
    #[error("its maker has to say whose it is")]
    Missing,
    /// A statement was given for a key of another kind, or where nobody asks.
    #[error("nobody asks for a statement")]
    NotAsked,
    #[error("{}", .0.as_str())]
    Refused(AttestationFault),
    /// What makers go by cannot be read: none can be believed.
    #[error("{0}")]
    NoMakers(String),
}

impl Unattested {
    /// The key of what people are told.
    pub(crate) fn key(&self) -> String {
        format!("attest.{}", self.word().trim_start_matches("attestation-"))
    }

    /// The word in the journal.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Missing => "attestation-missing",
            Self::NotAsked => "attestation-not-asked",
            Self::Refused(fault) => fault.as_str(),
            Self::NoMakers(_) => "attestation-no-makers",
        }
    }
}

/// Does the maker of a security key have to say whose it is?
pub(crate) fn is_asked(services: &Services) -> bool {
    !services.config.auth.security_key_makers.is_empty()
}

/// The makers whose keys are taken, by name.
pub(crate) fn makers(services: &Services) -> String {
    let names = services.config.auth.security_key_makers.iter().map(|maker| maker.name.as_str());
    names.collect::<Vec<_>>().join(", ")
}

/// What a key of this account is made with: the same each time, and not a secret. It tells a statement that was made for
/// this account here from one that was found; that a statement is given twice gains nothing, since it names its key.
pub(crate) fn challenge(services: &Services, operator: &OperatorName) -> String {
    let digest = services.vault.digest(&vault::attestation_context(operator), &Secret::new(""));
    digest.to_string().chars().take(DIGITS).collect()
}

/// The key as it may be enrolled for this account: where makers are named, a security key with whose make it is.
pub(crate) async fn attested(
    services: &Services,
    operator: &OperatorName,
    key: EnrolledKey,
    statement: Option<&Secret>,
) -> Result<EnrolledKey, Unattested> {
    let asked = is_asked(services) && key.is_security_key();
    let statement = match (asked, statement) {
        (false, None) => return Ok(key),
        (false, Some(_)) => return Err(Unattested::NotAsked),
        (true, None) => return Err(Unattested::Missing),
        (true, Some(statement)) => statement,
    };
    let read = AttestationStatement::read(statement.expose()).map_err(Unattested::Refused)?;
    let challenge = challenge(services, operator);
    let seconds = u64::try_from(services.clock.decisive().as_second()).unwrap_or_default();
    let (auth, line) = (services.config.auth.clone(), key.line.clone());
    let check = move || checked(&auth, &read, &line, challenge.as_bytes(), seconds);
    let done = tokio::time::timeout(PATIENCE, tokio::task::spawn_blocking(check)).await;
    let unread = |error: &dyn std::fmt::Display| Unattested::NoMakers(error.to_string());
    let make = done.map_err(|error| unread(&error))?.map_err(|error| unread(&error))??;
    Ok(EnrolledKey { make: Some(make), ..key })
}

/// Tells the journal of a key that was not taken.
pub(crate) async fn journal_unattested(
    services: &Services,
    who: &Authenticated,
    error: &Unattested,
    fingerprint: &str,
) {
    let detail = match error {
        Unattested::NoMakers(why) => format!("{fingerprint}: {why}"),
        _ => fingerprint.to_owned(),
    };
    refused_login(services, who.actor(), &who.origin, error.word(), Some(detail)).await;
}

fn checked(
    auth: &Auth,
    statement: &AttestationStatement,
    line: &str,
    challenge: &[u8],
    seconds: u64,
) -> Result<KeyMake, Unattested> {
    let read = auth.security_key_makers.iter().map(read).collect::<Result<Vec<_>, _>>();
    let makers = read.map_err(|error| Unattested::NoMakers(error.to_string()))?;
    let key = SecurityKey::read(line).ok_or(Unattested::Refused(AttestationFault::Key))?;
    statement.check(&key, challenge, &makers, seconds).map_err(Unattested::Refused)
}

/// The certificates that a maker goes by.
///
/// # Errors
/// Where the file is not there, or does not name an authority; with its name.
pub(crate) fn read(maker: &SecurityKeyMaker) -> io::Result<KeyMaker> {
    let named = |error: &dyn std::fmt::Display| io::Error::other(format!("{}: {error}", maker.ca.display()));
    let pem = bytes(&maker.ca).map_err(|error| named(&error))?;
    KeyMaker::new(maker.name.clone(), &pem, maker.aaguids.clone()).map_err(|error| named(&error))
}

fn bytes(file: &Path) -> io::Result<Vec<u8>> {
    let mut pem = Vec::new();
    regular::open_linked(file)?.take(LONGEST + 1).read_to_end(&mut pem)?;
    if pem.len() as u64 > LONGEST {
        return Err(io::Error::other("it is longer than 1 MiB"));
    }
    Ok(pem)
}

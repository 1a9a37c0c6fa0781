//! The terms of work: a text that everybody accepts once for each version of it, at the first login that meets it.

use std::io;
use std::path::Path;
use std::time::Duration;

use sha2::Digest as _;

use super::services::{Authenticated, Services};
use crate::domain::{Digest, OperatorName};
use crate::event::Event;
use crate::platform::regular;

/// Bytes of a text that somebody reads on a terminal.
const LONGEST: u64 = 64 * 1024;

/// How long the file is waited for: it may lie on a share whose server does not answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The text that holds now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WorkTerms {
    text: String,
    /// The digest of the text.
    version: String,
}

impl WorkTerms {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn version(&self) -> &str {
        &self.version
    }
}

/// Terms that cannot be read let nobody on but an officer: nobody can have accepted them.
#[derive(Debug, thiserror::Error)]
#[error("the terms of work cannot be read: {0}")]
pub(crate) struct UnreadTerms(String);

impl UnreadTerms {
    pub(super) fn new(error: &impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// The terms that this account has not accepted, if there are any.
pub(crate) async fn owed(services: &Services, name: &OperatorName) -> Result<Option<WorkTerms>, UnreadTerms> {
    let Some(file) = services.config.login.terms.clone() else { return Ok(None) };
    let read = tokio::time::timeout(PATIENCE, tokio::task::spawn_blocking(move || read(&file))).await;
    let terms = read.map_err(|error| UnreadTerms::new(&error))?.map_err(|error| UnreadTerms::new(&error))?;
    let terms = terms.map_err(|error| UnreadTerms::new(&error))?;
    let accepted = services.store.terms().accepted(name).await;
    let accepted = accepted.map_err(|error| UnreadTerms::new(&error))?;
    Ok((accepted.as_deref() != Some(terms.version())).then_some(terms))
}

/// Whether they can be read: else nobody can accept them.
///
/// # Errors
/// Where the file is not there, is not a text, or is too long.
pub(crate) fn check(file: &Path) -> io::Result<()> {
    read(file).map(drop)
}

fn read(file: &Path) -> io::Result<WorkTerms> {
    use io::Read as _;
    let mut text = String::new();
    regular::open_linked(file)?.take(LONGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST {
        return Err(io::Error::other("the text is longer than 64 KiB"));
    }
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let version = Digest(sha2::Sha256::digest(text.as_bytes()).into()).to_string();
    Ok(WorkTerms { text, version })
}

/// Somebody has accepted them.
pub(crate) async fn accept(
    services: &Services,
    who: &Authenticated,
    terms: &WorkTerms,
) -> Result<(), UnreadTerms> {
    let version = terms.version().to_owned();
    let kept = services.store.terms().accept(&who.operator, &version, services.clock.now()).await;
    kept.map_err(|error| UnreadTerms::new(&error))?;
    let told = services.journal(who.actor(), Some(&who.origin), Event::TermsAccepted { version }).await;
    told.map_err(|error| UnreadTerms::new(&error))
}

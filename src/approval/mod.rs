//! A second person's word before something is done: what waits for it, who may give it, and for how long it
//! counts.
//!
//! An [`ApprovalRequest`] waits in the [`Book`] until an officer answers, its time is over, or whoever asked gives up.
//! Granted for a while, it leaves an [`Opening`]: the same thing by the same account passes without asking.

mod book;

use std::net::IpAddr;

use jiff::Timestamp;

use crate::domain::{ApprovalId, AssetName, Danger, LoginName, OperatorName, Role, SessionId};
use crate::lockdown::Person;

pub use book::Book;

/// What somebody wants to do. Equal subjects are the same thing: what was granted for one holds for the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub operator: OperatorName,
    pub asset: AssetName,
    pub login: LoginName,
    pub what: ApprovalScope,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApprovalScope {
    /// To be on the asset at all.
    Session,
    /// This line, to the letter.
    Command(String),
}

/// It waits for an officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalRequest {
    pub id: ApprovalId,
    pub subject: Subject,
    pub session: SessionId,
    pub source: IpAddr,
    /// The journal's row of the command that it is about.
    pub judged: Option<u64>,
    pub danger: Option<Danger>,
    /// Of every command that it runs, in the order of the line.
    pub programs: Vec<String>,
    /// Why it needs somebody's word.
    pub reason: String,
    pub at: Timestamp,
    /// The first instant at which nobody can answer it any more.
    pub lapses: Timestamp,
}

/// Bytes and lines of a command that an officer is shown: longer ones nobody reads to the end.
pub const LONGEST_SHOWN: usize = 4096;
pub const MOST_LINES_SHOWN: usize = 64;

/// Why an officer cannot be shown all of a command, and so cannot agree to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unseen {
    #[error("it is longer than an officer is shown")]
    TooLong,
    #[error("a part of it was not seen")]
    Partial,
    /// A password is hidden in a line that runs what cannot be told.
    #[error("it holds a password, and not all that it runs can be told")]
    Masked,
}

impl Unseen {
    /// Its name in the catalog of texts.
    pub fn word(self) -> &'static str {
        match self {
            Self::TooLong => "too-long",
            Self::Partial => "partial",
            Self::Masked => "masked",
        }
    }
}

/// What was granted for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The request that it was granted for.
    pub id: ApprovalId,
    pub subject: Subject,
    /// Where the account was when it asked.
    pub source: IpAddr,
    pub by: String,
    /// The first instant at which it does not hold any more.
    pub until: Timestamp,
}

/// What becomes of a request: an officer's word, or the asker's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApprovalAnswer {
    Granted {
        by: String,
    },
    Refused {
        by: String,
        reason: String,
    },
    /// Whoever asked took it back.
    Withdrawn,
}

/// Why not by this person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalObjection {
    #[error("approvals are for role security: ask an officer")]
    Role,
    #[error("a lockdown covers your own account: somebody whom it does not cover must answer")]
    Covered,
    #[error("you asked for this yourself: another person must answer")]
    OwnRequest,
}

impl ApprovalRequest {
    /// May this person answer it? The host's own administrators may.
    pub fn may_answer(&self, person: &Person) -> Result<(), ApprovalObjection> {
        let Person::Account { name, role, covered } = person else { return Ok(()) };
        match () {
            () if *name == self.subject.operator => Err(ApprovalObjection::OwnRequest),
            () if *role != Role::Security => Err(ApprovalObjection::Role),
            () if *covered => Err(ApprovalObjection::Covered),
            () => Ok(()),
        }
    }

    /// What is left of it once it was granted for a while.
    pub fn opened(&self, by: &str, until: Timestamp) -> Opening {
        Opening {
            id: self.id.clone(),
            subject: self.subject.clone(),
            source: self.source,
            by: by.to_owned(),
            until,
        }
    }
}

#[cfg(test)]
mod tests;

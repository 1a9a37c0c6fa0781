//! How the steps of a session come out.

use std::io;

use super::decide::GrantEnd;
use crate::journal::JournalFailed;
use crate::recorder::Exceeded;

/// What passes cannot be recorded.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NotRecorded(pub io::Error);

impl NotRecorded {
    /// The rules want all of it recorded, and it is more than is kept.
    pub(crate) fn is_too_long(&self) -> bool {
        self.0.kind() == io::ErrorKind::FileTooLarge
    }

    /// The disk did not take it in time.
    pub(crate) fn is_late(&self) -> bool {
        self.0.kind() == io::ErrorKind::TimedOut
    }

    /// Was it the account's own doing?
    pub(crate) fn exceeded(&self) -> Option<Exceeded> {
        Exceeded::of(&self.0)
    }
}

/// The line must not run, and the session must end.
#[derive(Debug, thiserror::Error)]
#[error("a command could not be logged: {0}")]
pub(crate) struct NotLogged(pub String);

impl From<NotLogged> for NotRecorded {
    fn from(error: NotLogged) -> Self {
        Self(std::io::Error::other(error.to_string()))
    }
}

/// Why a channel does not come to its relay.
pub(crate) enum NotRelayed {
    /// The client left.
    Left,
    Lapsed(GrantEnd),
    /// No second person agreed; the line for the person.
    Unapproved(String),
    /// The command is not run; the line for the person.
    Refused(String),
    /// What would happen could not be written down.
    NotRecorded(NotRecorded),
    /// The line for the person, and the reason for the journal.
    Unreachable(String, String),
}

impl From<NotLogged> for NotRelayed {
    fn from(error: NotLogged) -> Self {
        Self::NotRecorded(NotRecorded::from(error))
    }
}

impl From<NotLogged> for ChannelEnd {
    fn from(error: NotLogged) -> Self {
        Self::NotRecorded(NotRecorded::from(error))
    }
}

impl NotRelayed {
    pub(crate) fn not_journaled(error: JournalFailed) -> Self {
        Self::NotRecorded(NotRecorded(std::io::Error::other(error)))
    }
}

/// How a channel came to its end.
#[derive(Debug)]
pub(crate) enum ChannelEnd {
    /// Both sides said what they had to say, or the client left.
    Closed,
    /// The asset's connection broke.
    Lost,
    /// The grant is over.
    Lapsed(GrantEnd),
    /// What passes could not be recorded any more.
    NotRecorded(NotRecorded),
    /// What was sent breaks the rules of its protocol.
    Garbled(String),
}

/// How a wait ended.
pub(crate) enum Outcome {
    Granted {
        by: String,
    },
    Refused {
        by: String,
        reason: String,
    },
    Lapsed,
    /// Whoever asked took the request back, by another connection.
    Withdrawn,
}

/// A second person's word for a whole session: it counts for every channel of it.
pub(crate) enum Settled {
    Granted,
    /// What the person was told.
    Refused(String),
}

/// What the person said to a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Confirmation {
    Yes,
    No,
    /// Nobody answered in time.
    Nothing,
}

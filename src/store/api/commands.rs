//! The command log: the journal's rows of judged commands, each with what somebody said to it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::error::StoreError;
use super::filter::Filter;
use super::page::{DynPages, search};
use crate::command::Confidence;
use crate::domain::{
    ApprovalId, AssetName, CommandSetName, Danger, LoginName, OperatorName, RecordingId, SessionId,
};
use crate::policy::Verdict;

/// One command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandRow {
    /// Its row in the journal.
    pub number: u64,
    pub session: SessionId,
    pub at: Timestamp,
    pub operator: OperatorName,
    /// An address, without the port.
    pub source: String,
    pub asset: AssetName,
    pub login: LoginName,
    pub judged: Judged,
    /// What somebody said to it; `None` where nobody was asked, or nobody answered yet.
    pub answer: Option<CommandAnswer>,
}

/// What the journal's row says.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Judged {
    pub recording: RecordingId,
    /// Without the passwords in it.
    pub command: String,
    pub verdict: Verdict,
    pub sets: BTreeMap<CommandSetName, Verdict>,
    pub programs: Vec<String>,
    pub danger: Option<Danger>,
    pub opaque: bool,
    pub confidence: Confidence,
    pub reason: String,
    /// What it passed by, where it was approved before.
    pub approval: Option<ApprovalId>,
    pub approved_by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandAnswer {
    /// `granted`, `refused`, `lapsed`, `withdrawn`; `confirmed`, `declined`.
    pub what: String,
    /// As in the journal.
    pub by: String,
}

pub trait CommandStore: Send + Sync {
    /// The commands that match, a page at a time. A filter's numbers are the commands'.
    fn pages(&self, filter: &Filter) -> DynPages<'_, CommandRow>;
}

impl dyn CommandStore + '_ {
    /// The commands that match and that `scope` admits, newest last. The limit counts after the scope.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list(
        &self,
        filter: &Filter,
        scope: impl Fn(&CommandRow) -> bool,
    ) -> Result<Vec<CommandRow>, StoreError> {
        search(self.pages(filter), filter, scope).await
    }
}

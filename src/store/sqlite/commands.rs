//! The command log: the journal's rows of judged commands, each with what somebody said to it.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::filter::Filter;
use super::journal::{JournalPages, JournalRow, Told};
use super::page::{Pages, all};
use super::row::{count, text, to_json};
use super::{Store, StoreError};
use crate::command::Confidence;
use crate::domain::{
    ApprovalId, AssetName, CommandSetName, Danger, LoginName, OperatorName, RecordingId, SessionId,
};
use crate::policy::Verdict;

/// One command line. `shown` is the shape that the audit prints.
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
    pub answer: Option<Answer>,
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
pub struct Answer {
    /// `granted`, `refused`, `lapsed`, `withdrawn`; `confirmed`, `declined`.
    pub what: String,
    /// As in the journal.
    pub by: String,
}

#[derive(Debug, Clone, Copy)]
pub struct Commands<'s>(pub(super) &'s Store);

/// The commands that match, a page at a time.
#[derive(Debug)]
pub struct CommandPages<'s> {
    store: &'s Store,
    rows: JournalPages<'s>,
    /// Whose: the session's operator, not whoever else a row names.
    operator: Option<OperatorName>,
}

impl<'s> Commands<'s> {
    /// The commands that match, a page at a time. A filter's numbers are the commands'.
    pub fn pages(self, filter: &Filter) -> CommandPages<'s> {
        let filter = Filter { kinds: vec!["command-judged".to_owned()], ..filter.clone() };
        CommandPages {
            store: self.0,
            operator: filter.operator.clone(),
            rows: JournalPages::new(self.0, filter),
        }
    }

    /// The commands that match and that `scope` admits, newest last. The limit counts after the scope.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list(
        self,
        filter: &Filter,
        scope: impl Fn(&CommandRow) -> bool,
    ) -> Result<Vec<CommandRow>, StoreError> {
        all(self.pages(filter), filter, scope).await
    }
}

impl Pages for CommandPages<'_> {
    type Row = CommandRow;

    async fn next(&mut self) -> Result<Option<Vec<CommandRow>>, StoreError> {
        let Some(rows) = self.rows.next().await? else { return Ok(None) };
        let mut answers = self.answers(&rows).await?;
        // A row that does not say what a command has to say is damage: `audit verify` names it, and the list goes on.
        let commands = rows.iter().filter_map(|row| read(row, answers.remove(&row.seq)));
        let wanted =
            |row: &CommandRow| self.operator.as_ref().is_none_or(|operator| *operator == row.operator);
        Ok(Some(commands.filter(wanted).collect()))
    }
}

const ANSWERS: &str = "SELECT judged, body FROM journal
                       WHERE judged IN (SELECT value FROM json_each(?)) AND event <> 'approval-requested'
                       ORDER BY seq DESC";

impl CommandPages<'_> {
    /// What was said to commands first, by the command's number.
    async fn answers(&self, rows: &[JournalRow]) -> Result<HashMap<u64, Told>, StoreError> {
        if rows.is_empty() {
            return Ok(HashMap::new());
        }
        let numbers = to_json(&rows.iter().map(|row| row.seq).collect::<Vec<_>>())?;
        let found = sqlx::query(ANSWERS).bind(numbers).fetch_all(&self.store.read).await?;
        found.iter().map(|row| Ok((count(row, "judged")?, Told::read(&text(row, "body")?)))).collect()
    }
}

fn read(row: &JournalRow, answer: Option<Told>) -> Option<CommandRow> {
    let judged: Judged = serde_json::from_str(&row.body).ok()?;
    let began = row.began.as_ref()?;
    Some(CommandRow {
        number: row.seq,
        session: SessionId::parse(row.session.as_deref()?)?,
        at: row.at,
        operator: OperatorName::parse(&began.actor).ok()?,
        source: row.whence().unwrap_or_default().to_owned(),
        asset: AssetName::parse(began.asset.as_deref()?).ok()?,
        login: LoginName::parse(began.login.as_deref()?).ok()?,
        answer: answer.map(Answer::of).or_else(|| judged.before()),
        judged,
    })
}

impl Judged {
    /// The word of an officer that was given for a while before.
    fn before(&self) -> Option<Answer> {
        let by = self.approved_by.clone()?;
        Some(Answer { what: "granted".to_owned(), by })
    }
}

impl Answer {
    /// By the row that tells of it: `approval-granted`, `command-confirmed`.
    fn of(told: Told) -> Self {
        let what = told.event.split_once('-').map_or(told.event.as_str(), |(_, what)| what).to_owned();
        Self { what, by: told.actor }
    }
}

#[cfg(test)]
mod tests;

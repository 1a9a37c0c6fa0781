//! The command log: the journal's rows of judged commands, each with what somebody said to it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;

use super::filter::Filter;
use super::page::{PAGE, newest};
use super::row::{count, json, maybe_json, plain, time, word};
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

const SELECT: &str =
    "SELECT j.seq AS number, j.at, j.session, j.body, s.operator, s.source, s.asset, s.login,
                          (SELECT json_array(a.event, a.actor) FROM journal a
                           WHERE a.judged = j.seq AND a.event <> 'approval-requested'
                           ORDER BY a.seq LIMIT 1) AS answer
                      FROM journal j JOIN session s ON s.id = j.session
                      WHERE j.event = 'command-judged' AND j.seq < ?1 AND j.at >= ?2 AND j.at < ?3
                          AND (?4 IS NULL OR s.operator = ?4) AND (?5 IS NULL OR s.asset = ?5)
                          AND (?6 IS NULL OR j.session = ?6)
                      ORDER BY j.seq DESC LIMIT ?7";

impl Commands<'_> {
    /// The commands that match and that `scope` admits, newest last. The limit counts after the scope.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list(
        self,
        filter: &Filter,
        scope: impl Fn(&CommandRow) -> bool,
    ) -> Result<Vec<CommandRow>, StoreError> {
        let shows = |row: &CommandRow| filter.admits(Some(&row.source)) && scope(row);
        newest(filter, "number", |before| self.page(filter, before), read, shows).await
    }

    async fn page(self, filter: &Filter, before: i64) -> Result<Vec<SqliteRow>, StoreError> {
        let (since, until) = filter.span();
        let query = sqlx::query(SELECT)
            .bind(before)
            .bind(since)
            .bind(until)
            .bind(filter.operator.as_ref().map(OperatorName::as_str))
            .bind(filter.asset.as_ref().map(AssetName::as_str))
            .bind(filter.session.as_ref().map(SessionId::as_str))
            .bind(PAGE);
        Ok(query.fetch_all(&self.0.read).await?)
    }
}

fn read(row: &SqliteRow) -> Result<CommandRow, StoreError> {
    let answer: Option<(String, String)> = maybe_json(row, "answer")?;
    let judged: Judged = json(row, "body")?;
    Ok(CommandRow {
        number: count(row, "number")?,
        session: word(row, "session")?,
        at: time(row, "at")?,
        operator: word(row, "operator")?,
        source: plain(row, "source")?,
        asset: word(row, "asset")?,
        login: word(row, "login")?,
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
    fn of((event, by): (String, String)) -> Self {
        let what = event.split_once('-').map_or(event.as_str(), |(_, what)| what).to_owned();
        Self { what, by }
    }
}

#[cfg(test)]
mod tests;

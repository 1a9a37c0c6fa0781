//! Commands are rows of the journal; what was said to them stands in others.

use std::collections::HashMap;

use super::database::Sqlite;
use super::journal::scan::JournalPages;
use super::row::{count, text, to_json};
use crate::domain::{AssetName, LoginName, OperatorName, SessionId};
use crate::store::api::commands::{CommandAnswer, CommandRow, CommandStore, Judged};
use crate::store::api::error::StoreError;
use crate::store::api::filter::Filter;
use crate::store::api::future::StoreFuture;
use crate::store::api::journal_row::{JournalRow, RowFields};
use crate::store::api::page::{DynPages, Pages};

impl CommandStore for Sqlite {
    fn pages(&self, filter: &Filter) -> DynPages<'_, CommandRow> {
        let filter = Filter { kinds: vec!["command-judged".to_owned()], ..filter.clone() };
        let operator = filter.operator.clone();
        Box::new(CommandPages { db: self, operator, rows: JournalPages::new(self, filter) })
    }
}

/// The commands that match, a page at a time.
struct CommandPages<'s> {
    db: &'s Sqlite,
    rows: JournalPages<'s>,
    /// Whose: the session's operator, not whoever else a row names.
    operator: Option<OperatorName>,
}

impl Pages for CommandPages<'_> {
    type Row = CommandRow;

    fn next(&mut self) -> StoreFuture<'_, Option<Vec<CommandRow>>> {
        Box::pin(async move {
            let Some(rows) = self.rows.next().await? else { return Ok(None) };
            let mut answers = self.answers(&rows).await?;
            // A row that does not say what a command has to say is damage: `audit verify` names it, and the list goes on.
            let commands = rows.iter().filter_map(|row| read(row, answers.remove(&row.seq)));
            let wanted =
                |row: &CommandRow| self.operator.as_ref().is_none_or(|operator| *operator == row.operator);
            Ok(Some(commands.filter(wanted).collect()))
        })
    }
}

pub(super) const ANSWERS: &str = "SELECT judged, body FROM journal
                       WHERE judged IN (SELECT value FROM json_each(?)) AND event <> 'approval-requested'
                       ORDER BY seq DESC";

impl CommandPages<'_> {
    /// What was said to commands first, by the command's number.
    async fn answers(&self, rows: &[JournalRow]) -> Result<HashMap<u64, RowFields>, StoreError> {
        if rows.is_empty() {
            return Ok(HashMap::new());
        }
        let numbers = to_json(&rows.iter().map(|row| row.seq).collect::<Vec<_>>())?;
        let found = sqlx::query(ANSWERS).bind(numbers).fetch_all(&self.db.read).await?;
        found.iter().map(|row| Ok((count(row, "judged")?, RowFields::read(&text(row, "body")?)))).collect()
    }
}

fn read(row: &JournalRow, answer: Option<RowFields>) -> Option<CommandRow> {
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
        answer: answer.map(said).or_else(|| before(&judged)),
        judged,
    })
}

/// The word of an officer that was given for a while before.
fn before(judged: &Judged) -> Option<CommandAnswer> {
    let by = judged.approved_by.clone()?;
    Some(CommandAnswer { what: "granted".to_owned(), by })
}

/// By the row that tells of it: `approval-granted`, `command-confirmed`.
fn said(told: RowFields) -> CommandAnswer {
    let what = told.event.split_once('-').map_or(told.event.as_str(), |(_, what)| what).to_owned();
    CommandAnswer { what, by: told.actor }
}

//! Who was where, when. The tables are made of the journal's rows, in the transaction that writes those; what is shown
//! is what the journal says, and where a table says something else the row says so.

mod list;
mod story;

use jiff::Timestamp;
use sqlx::Row as _;

use super::filter::Filter;
use super::page::all;
use super::{Store, StoreError};
use crate::domain::{
    AssetName, DeviceId, DeviceName, LoginName, OperatorName, Protocol, RecordingId, SessionId, Via,
};
use crate::event::Ending;

pub use list::SessionPages;
pub use story::Story;

/// One session with all its channels. `shown` is the shape that the audit prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    pub session: SessionId,
    pub operator: OperatorName,
    /// An address, without the port.
    pub source: String,
    pub via: Via,
    /// What it came through, if anything.
    pub through: Option<Through>,
    pub asset: AssetName,
    pub login: LoginName,
    /// Each once, in the order they were first used.
    pub protocols: Vec<Protocol>,
    pub started: Timestamp,
    /// `None` while it lives, as are `ending` and `reason`.
    pub ended: Option<Timestamp>,
    pub ending: Option<Ending>,
    pub reason: Option<String>,
    /// One for each channel, in the order they were opened.
    pub recordings: Vec<RecordingId>,
    pub bytes_in: u64,
    pub bytes_out: u64,
    /// Bytes that no recording has.
    pub unrecorded: u64,
    /// How many were judged.
    pub commands: u64,
    /// The order in which sessions began.
    pub number: u64,
    /// What the table says otherwise than the journal: empty, unless somebody changed one of them.
    pub differs: Vec<&'static str>,
}

/// The device that a session came through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Through {
    pub device: DeviceId,
    pub name: Option<DeviceName>,
    /// Where the tunnel or the TLS connection came from, without the port.
    pub outer: String,
}

#[derive(Debug, Clone, Copy)]
pub struct Sessions<'s>(pub(super) &'s Store);

/// What begins with some characters: from there to behind the last letter of ids.
fn from_to(beginning: &str) -> (&str, String) {
    (beginning, format!("{beginning}~"))
}

impl<'s> Sessions<'s> {
    /// The sessions that match, a page at a time.
    pub fn pages(self, filter: &Filter) -> SessionPages<'s> {
        SessionPages::new(self.0, filter.clone())
    }

    /// The sessions that match and that `scope` admits, newest last. The limit counts after the scope:
    /// what somebody may not see must not show by its absence.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list(
        self,
        filter: &Filter,
        scope: impl Fn(&SessionRow) -> bool,
    ) -> Result<Vec<SessionRow>, StoreError> {
        all(self.pages(filter), filter, scope).await
    }

    /// The sessions that have not ended, oldest first. At the start of the gateway nothing can be live: a dead
    /// gateway left them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn left_open(self) -> Result<Vec<SessionRow>, StoreError> {
        let sql = "SELECT id FROM session WHERE ended IS NULL ORDER BY number";
        let ids: Vec<String> = sqlx::query_scalar(sql).fetch_all(&self.0.read).await?;
        let mut rows = Vec::with_capacity(ids.len());
        for session in ids.iter().filter_map(|id| SessionId::parse(id)) {
            let one = Filter { session: Some(session), ..Filter::default() };
            rows.extend(self.list(&one, |_| true).await?);
        }
        Ok(rows)
    }

    /// The sessions whose id, or the id of one of whose recordings, begins so; no more than `most`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn beginning(self, id: &str, most: u32) -> Result<Vec<SessionId>, StoreError> {
        let sql = "SELECT id FROM session WHERE id >= ?1 AND id < ?2
                   UNION SELECT session FROM channel WHERE recording >= ?1 AND recording < ?2 LIMIT ?3";
        let (from, to) = from_to(id);
        let rows = sqlx::query(sql).bind(from).bind(to).bind(most).fetch_all(&self.0.read).await?;
        let text = |row: &sqlx::sqlite::SqliteRow| row.try_get::<String, _>(0).ok();
        Ok(rows.iter().filter_map(text).filter_map(|id| SessionId::parse(&id)).collect())
    }

    /// The operators and the assets of all sessions.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn names(self) -> Result<(Vec<String>, Vec<String>), StoreError> {
        let all = |sql| sqlx::query_scalar::<_, String>(sql).fetch_all(&self.0.read);
        let operators = all("SELECT DISTINCT operator FROM session ORDER BY operator").await?;
        Ok((operators, all("SELECT DISTINCT asset FROM session ORDER BY asset").await?))
    }

    /// What the journal tells of a session.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn story(self, session: &SessionId) -> Result<Story, StoreError> {
        let mut from = self.0.read.acquire().await?;
        let mut stories = Story::of(&[session.as_str()], &mut from).await?;
        Ok(stories.remove(session).unwrap_or_default())
    }

    /// The next sessions after a number, as the table has them and as the journal tells of them, for whoever doubts
    /// the table.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn compared(self, after: i64) -> Result<Vec<Compared>, StoreError> {
        list::compared(self.0, after).await
    }

    /// Those of these sessions that are not in the table.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn absent(self, sessions: &[SessionId]) -> Result<Vec<SessionId>, StoreError> {
        let sql = "SELECT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM session WHERE id = value)";
        let ids = super::row::to_json(&sessions)?;
        let rows: Vec<String> = sqlx::query_scalar(sql).bind(ids).fetch_all(&self.0.read).await?;
        Ok(rows.iter().filter_map(|id| SessionId::parse(id)).collect())
    }
}

/// A session of the table beside what the journal tells of it.
#[derive(Debug, Clone)]
pub struct Compared {
    pub number: i64,
    /// As the table has it: it may be no id.
    pub id: String,
    pub story: Story,
    pub differs: Vec<&'static str>,
}

#[cfg(test)]
mod tests;

//! Who was where, when: a row at the start of a session, one for each channel, and an ending.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;

use super::filter::Filter;
use super::row::{count, json, maybe_time, maybe_word, plain, spell, time, whole, word};
use super::{Store, StoreError};
use crate::domain::{AssetName, LoginName, OperatorName, Origin, Protocol, RecordingId, SessionId, Via};
use crate::event::Ending;

#[derive(Debug, Clone)]
pub struct NewSession<'a> {
    pub session: &'a SessionId,
    pub operator: &'a OperatorName,
    pub origin: Origin,
    pub asset: &'a AssetName,
    pub login: &'a LoginName,
    pub at: Timestamp,
}

#[derive(Debug, Clone)]
pub struct NewChannel<'a> {
    pub session: &'a SessionId,
    pub recording: &'a RecordingId,
    pub protocol: Protocol,
    /// What was asked to run, for `exec`.
    pub command: Option<&'a str>,
    pub at: Timestamp,
}

#[derive(Debug, Clone)]
pub struct SessionEnd<'a> {
    pub session: &'a SessionId,
    pub ending: Ending,
    pub reason: &'a str,
    /// From the operator to the asset.
    pub bytes_in: u64,
    /// From the asset to the operator.
    pub bytes_out: u64,
    pub at: Timestamp,
}

/// One session with all its channels. `shown` is the shape that the audit prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    pub session: SessionId,
    pub operator: OperatorName,
    /// An address, without the port.
    pub source: String,
    pub via: Via,
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
}

#[derive(Debug, Clone, Copy)]
pub struct Sessions<'s>(pub(super) &'s Store);

/// How many rows are read at a time while looking for those that the scope admits.
const PAGE: i64 = 500;

const SELECT: &str = "SELECT s.*, (SELECT json_group_array(json_array(protocol, recording) ORDER BY c.number)
                          FROM channel c WHERE c.session = s.id) AS channels
                      FROM session s
                      WHERE s.number < ?1 AND (?2 IS NULL OR s.operator = ?2) AND (?3 IS NULL OR s.asset = ?3)
                          AND (?4 IS NULL OR s.id = ?4) AND (s.ended IS NULL OR s.ended >= ?5)
                          AND s.started < ?6
                      ORDER BY s.number DESC LIMIT ?7";

impl Sessions<'_> {
    /// Writes a session down as begun.
    ///
    /// # Errors
    /// When the database cannot be written: then there is no session.
    pub async fn start(&self, new: &NewSession<'_>) -> Result<(), StoreError> {
        let sql = "INSERT INTO session (id, operator, source, via, asset, login, started)
                   VALUES (?, ?, ?, ?, ?, ?, ?)";
        sqlx::query(sql)
            .bind(new.session.as_str())
            .bind(new.operator.as_str())
            .bind(new.origin.address().to_string())
            .bind(spell(&new.origin.via())?)
            .bind(new.asset.as_str())
            .bind(new.login.as_str())
            .bind(new.at.as_microsecond())
            .execute(&self.0.write)
            .await?;
        Ok(())
    }

    /// Writes down a channel of a session and where it is recorded.
    ///
    /// # Errors
    /// When the session is unknown or the database cannot be written.
    pub async fn channel(&self, new: &NewChannel<'_>) -> Result<(), StoreError> {
        let sql =
            "INSERT INTO channel (session, recording, protocol, command, opened) VALUES (?, ?, ?, ?, ?)";
        sqlx::query(sql)
            .bind(new.session.as_str())
            .bind(new.recording.as_str())
            .bind(new.protocol.as_str())
            .bind(new.command)
            .bind(new.at.as_microsecond())
            .execute(&self.0.write)
            .await?;
        Ok(())
    }

    /// Writes down how a session ended. The first ending stays: false when there was one.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn end(&self, end: &SessionEnd<'_>) -> Result<bool, StoreError> {
        let sql = "UPDATE session SET ended = ?, ending = ?, reason = ?, bytes_in = ?, bytes_out = ?
                   WHERE id = ? AND ended IS NULL";
        let done = sqlx::query(sql)
            .bind(end.at.as_microsecond())
            .bind(spell(&end.ending)?)
            .bind(end.reason)
            .bind(whole(end.bytes_in))
            .bind(whole(end.bytes_out))
            .bind(end.session.as_str())
            .execute(&self.0.write)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// At the start of the gateway nothing can be live: closes what seems to be, as interrupted, and
    /// returns it, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn interrupt(&self, now: Timestamp) -> Result<Vec<SessionRow>, StoreError> {
        let sql = "UPDATE session SET ended = ?, ending = ?, reason = 'the gateway stopped'
                   WHERE ended IS NULL RETURNING id";
        let query = sqlx::query(sql).bind(now.as_microsecond()).bind(spell(&Ending::Interrupted)?);
        let mut closed: Vec<SessionId> = Vec::new();
        for row in query.fetch_all(&self.0.write).await? {
            closed.push(word(&row, "id")?);
        }
        closed.sort();
        let mut rows = Vec::with_capacity(closed.len());
        for session in closed {
            let one = Filter { session: Some(session), ..Filter::default() };
            rows.extend(self.list(&one, |_| true).await?);
        }
        Ok(rows)
    }

    /// The sessions that match and that `scope` admits, newest last. The limit counts after the scope:
    /// what somebody may not see must not show by its absence.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list(
        &self,
        filter: &Filter,
        scope: impl Fn(&SessionRow) -> bool,
    ) -> Result<Vec<SessionRow>, StoreError> {
        let most = filter.limit.unwrap_or(usize::MAX);
        let mut found = Vec::new();
        let mut before = i64::MAX;
        while found.len() < most {
            let page = self.page(filter, before).await?;
            let Some(last) = page.last() else { break };
            before = plain(last, "number")?;
            for row in &page {
                let session = read(row)?;
                if filter.admits(Some(&session.source)) && scope(&session) {
                    found.push(session);
                }
            }
        }
        found.truncate(most);
        found.reverse();
        Ok(found)
    }

    async fn page(&self, filter: &Filter, before: i64) -> Result<Vec<SqliteRow>, StoreError> {
        let (since, until) = filter.span();
        let query = sqlx::query(SELECT)
            .bind(before)
            .bind(filter.operator.as_ref().map(OperatorName::as_str))
            .bind(filter.asset.as_ref().map(AssetName::as_str))
            .bind(filter.session.as_ref().map(SessionId::as_str))
            .bind(since)
            .bind(until)
            .bind(PAGE);
        Ok(query.fetch_all(&self.0.read).await?)
    }
}

fn read(row: &SqliteRow) -> Result<SessionRow, StoreError> {
    let channels: Vec<(Protocol, RecordingId)> = json(row, "channels")?;
    let mut protocols = Vec::new();
    for (protocol, _) in &channels {
        if !protocols.contains(protocol) {
            protocols.push(*protocol);
        }
    }
    Ok(SessionRow {
        session: word(row, "id")?,
        operator: word(row, "operator")?,
        source: plain(row, "source")?,
        via: word(row, "via")?,
        asset: word(row, "asset")?,
        login: word(row, "login")?,
        protocols,
        started: time(row, "started")?,
        ended: maybe_time(row, "ended")?,
        ending: maybe_word(row, "ending")?,
        reason: plain(row, "reason")?,
        recordings: channels.into_iter().map(|(_, recording)| recording).collect(),
        bytes_in: count(row, "bytes_in")?,
        bytes_out: count(row, "bytes_out")?,
    })
}

#[cfg(test)]
mod tests;

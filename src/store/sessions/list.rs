//! Looking for sessions.

use sqlx::sqlite::SqliteRow;

use super::{SessionRow, Sessions, Through};
use crate::domain::{AssetName, OperatorName, Protocol, RecordingId, SessionId};
use crate::store::page::{PAGE, newest};
use crate::store::row::{count, json, maybe_time, maybe_word, plain, time, word};
use crate::store::{Filter, StoreError};

/// How many rows are read at a time while looking for those that the scope admits.
const SELECT: &str = "SELECT s.*, (SELECT d.name FROM device d WHERE d.id = s.device) AS device_name,
                          (SELECT json_group_array(json_array(protocol, recording) ORDER BY c.number)
                          FROM channel c WHERE c.session = s.id) AS channels,
                          (SELECT COUNT(*) FROM journal j
                           WHERE j.event = 'command-judged' AND j.session = s.id) AS commands
                      FROM session s
                      WHERE s.number < ?1 AND (?2 IS NULL OR s.operator = ?2) AND (?3 IS NULL OR s.asset = ?3)
                          AND (?4 IS NULL OR s.id = ?4) AND (s.ended IS NULL OR s.ended >= ?5)
                          AND s.started < ?6
                      ORDER BY s.number DESC LIMIT ?7";

impl Sessions<'_> {
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
        let shows = |row: &SessionRow| filter.admits(Some(&row.source)) && scope(row);
        newest(filter, "number", |before| self.page(filter, before), read, shows).await
    }

    async fn page(self, filter: &Filter, before: i64) -> Result<Vec<SqliteRow>, StoreError> {
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
        through: through(row)?,
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
        unrecorded: count(row, "unrecorded")?,
        commands: count(row, "commands")?,
    })
}

fn through(row: &SqliteRow) -> Result<Option<Through>, StoreError> {
    let (device, outer) = (maybe_word(row, "device")?, plain(row, "outer_source")?);
    let (Some(device), Some(outer)) = (device, outer) else { return Ok(None) };
    Ok(Some(Through { device, name: maybe_word(row, "device_name")?, outer }))
}

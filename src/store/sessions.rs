//! Who was where, when: a row at the start of a session, one for each channel, and an ending.

mod list;

use jiff::Timestamp;

use super::filter::Filter;
use super::row::{spell, whole, word};
use super::{Store, StoreError};
use crate::domain::{
    AssetName, DeviceId, DeviceName, LoginName, OperatorName, Origin, Protocol, RecordingId, SessionId, Via,
    canonical,
};
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
    /// What no recording has.
    pub unrecorded: u64,
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

impl Sessions<'_> {
    /// Writes a session down as begun.
    ///
    /// # Errors
    /// When the database cannot be written: then there is no session.
    pub async fn start(self, new: &NewSession<'_>) -> Result<(), StoreError> {
        let sql =
            "INSERT INTO session (id, operator, source, via, device, outer_source, asset, login, started)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let arrival = new.origin.arrival();
        sqlx::query(sql)
            .bind(new.session.as_str())
            .bind(new.operator.as_str())
            .bind(new.origin.address().to_string())
            .bind(spell(&new.origin.via())?)
            .bind(arrival.map(|arrival| arrival.device.as_str()))
            .bind(arrival.map(|arrival| canonical(arrival.outer.ip()).to_string()))
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
    pub async fn channel(self, new: &NewChannel<'_>) -> Result<(), StoreError> {
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
    pub async fn end(self, end: &SessionEnd<'_>) -> Result<bool, StoreError> {
        let sql = "UPDATE session SET ended = ?, ending = ?, reason = ?, bytes_in = ?, bytes_out = ?, unrecorded = ?
                   WHERE id = ? AND ended IS NULL";
        let done = sqlx::query(sql)
            .bind(end.at.as_microsecond())
            .bind(spell(&end.ending)?)
            .bind(end.reason)
            .bind(whole(end.bytes_in))
            .bind(whole(end.bytes_out))
            .bind(whole(end.unrecorded))
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
    pub async fn interrupt(self, now: Timestamp) -> Result<Vec<SessionRow>, StoreError> {
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
}

#[cfg(test)]
mod tests;

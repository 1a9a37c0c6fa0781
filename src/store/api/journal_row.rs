//! Rows of the journal, and what they say. The database's columns serve to find rows; what is shown, and who may see it,
//! comes from the text that the hash covers.

use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::Digest;

/// The last row that was written: what the next one follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// 0 while the journal is empty.
    pub seq: u64,
    pub hash: Digest,
}

impl Head {
    pub const EMPTY: Self = Self { seq: 0, hash: Digest::ZERO };
}

/// A row to write.
#[derive(Debug, Clone)]
pub struct NewRow {
    pub seq: u64,
    pub at: Timestamp,
    /// The canonical JSON that `hash` covers.
    pub body: String,
    pub hash: Digest,
}

/// The fields that rows are looked for by. A text that does not read as a row says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct RowFields {
    pub actor: String,
    pub source: Option<String>,
    pub event: String,
    pub operator: Option<String>,
    pub asset: Option<String>,
    pub login: Option<String>,
    pub session: Option<String>,
}

impl RowFields {
    pub fn read(body: &str) -> Self {
        serde_json::from_str(body).unwrap_or_default()
    }
}

/// A row that was written. Where the body names no operator or asset but a session, they are the session's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRow {
    pub seq: u64,
    pub at: Timestamp,
    pub actor: String,
    pub source: Option<String>,
    pub event: String,
    pub operator: Option<String>,
    pub asset: Option<String>,
    pub session: Option<String>,
    /// What the row says that began its session.
    pub began: Option<RowFields>,
    /// The exact text that `hash` covers, after the hash of the row before.
    pub body: String,
    pub hash: Digest,
}

impl JournalRow {
    pub(in crate::store) fn of(
        seq: u64,
        at: Timestamp,
        body: String,
        hash: Digest,
        began: Option<RowFields>,
    ) -> Self {
        let RowFields { actor, source, event, operator, asset, session, .. } = RowFields::read(&body);
        let its = |what: fn(&RowFields) -> Option<String>| began.as_ref().and_then(what);
        let operator = operator.or_else(|| its(|began| Some(began.actor.clone())));
        let asset = asset.or_else(|| its(|began| began.asset.clone()));
        Self { seq, at, actor, source, event, operator, asset, session, began, body, hash }
    }

    /// Whose doing it is: the operator's that it is about, else the actor's.
    pub fn whose(&self) -> &str {
        self.operator.as_deref().unwrap_or(&self.actor)
    }

    /// Where it was done from: where the row does not say it, where its session came from.
    pub fn whence(&self) -> Option<&str> {
        let of_session = || self.began.as_ref().and_then(|began| began.source.as_deref());
        self.source.as_deref().or_else(of_session)
    }
}

/// A row as it lies in the database, which nobody has believed yet.
#[derive(Debug, Clone)]
pub struct RawRow {
    pub seq: i64,
    /// Microseconds since 1970.
    pub at: i64,
    pub body: String,
    pub hash: Digest,
    /// What the row says that began its session.
    pub began: Option<RowFields>,
}

impl RawRow {
    /// The row as a list has it, for whoever judges who may see it.
    pub fn listed(&self) -> JournalRow {
        let seq = u64::try_from(self.seq).unwrap_or_default();
        let at = Timestamp::from_microsecond(self.at).unwrap_or_default();
        JournalRow::of(seq, at, self.body.clone(), self.hash, self.began.clone())
    }
}

//! Who was where, when. What is told is what the journal says, and where a table says something else the row says so.

use jiff::Timestamp;

use super::error::StoreError;
use super::filter::Filter;
use super::future::StoreFuture;
use super::page::{DynPages, Listed, search};
use super::steps::Story;
use crate::domain::{
    AssetName, DeviceId, DeviceName, LoginName, OperatorName, Protocol, RecordingId, SessionId, Via,
};
use crate::event::Ending;

/// One session with all its channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    pub session: SessionId,
    pub operator: OperatorName,
    /// An address, without the port.
    pub source: String,
    pub via: Via,
    /// What it came through, if anything.
    pub through: Option<SessionDevice>,
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

impl Listed for SessionRow {
    type Key = u64;

    fn key(&self) -> u64 {
        self.number
    }
}

/// The device that a session came through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionDevice {
    pub device: DeviceId,
    pub name: Option<DeviceName>,
    /// Where the tunnel or the TLS connection came from, without the port.
    pub outer: String,
}

/// A session of the table beside what the journal tells of it.
#[derive(Debug, Clone)]
pub struct ComparedSession {
    pub number: i64,
    /// As the table has it: it may be no id.
    pub id: String,
    pub story: Story,
    pub differs: Vec<&'static str>,
}

pub trait SessionStore: Send + Sync {
    /// The sessions that match, a page at a time.
    fn pages(&self, filter: &Filter) -> DynPages<'_, SessionRow>;

    /// The sessions that have not ended, oldest first, behind a number. At the start of the gateway nothing can be live:
    /// a dead gateway left them.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn left_open(&self, after: Option<u64>, limit: u32) -> StoreFuture<'_, Vec<SessionRow>>;

    /// The sessions whose id, or the id of one of whose recordings, begins so; no more than `most`.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn beginning<'a>(&'a self, id: &'a str, most: u32) -> StoreFuture<'a, Vec<SessionId>>;

    /// The names of operators of sessions, in their order, behind one.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn operators(&self, after: Option<String>, limit: u32) -> StoreFuture<'_, Vec<String>>;

    /// The same for assets.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn assets(&self, after: Option<String>, limit: u32) -> StoreFuture<'_, Vec<String>>;

    /// What the journal tells of a session.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn story<'a>(&'a self, session: &'a SessionId) -> StoreFuture<'a, Story>;

    /// The next sessions after a number, as the table has them and as the journal tells of them, for whoever doubts
    /// the table.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn compared(&self, after: i64) -> StoreFuture<'_, Vec<ComparedSession>>;

    /// Those of these sessions that are not in the table.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn absent<'a>(&'a self, sessions: &'a [SessionId]) -> StoreFuture<'a, Vec<SessionId>>;
}

impl dyn SessionStore + '_ {
    /// The sessions that match and that `scope` admits, newest last. The limit counts after the scope.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list(
        &self,
        filter: &Filter,
        scope: impl Fn(&SessionRow) -> bool,
    ) -> Result<Vec<SessionRow>, StoreError> {
        search(self.pages(filter), filter, scope).await
    }
}

impl Listed for String {
    type Key = Self;

    fn key(&self) -> Self {
        self.clone()
    }
}

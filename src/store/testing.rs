//! What tests write into a store.

#![allow(clippy::unwrap_used)]

use jiff::Timestamp;

use super::Store;
pub(crate) use super::sqlite::testing::{TestStore, store};
use crate::domain::{Origin, RecordingId, SessionId};
use crate::event::{Actor, Ending, Event, JournalEntry, ThroughDevice};
use crate::journal::Journal;

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_777_000_000 + second).unwrap()
}

/// A session of the tests: on db1 as oracle.
pub(crate) fn id(n: u64) -> SessionId {
    SessionId::new(n, n)
}

impl Store {
    /// Writes one row of the journal, and what is made of it.
    pub(crate) async fn journal_row(
        &self,
        actor: &str,
        origin: Option<&Origin>,
        second: i64,
        event: Event,
    ) -> u64 {
        let journal = Journal::start(self.clone());
        let source = origin.map(|origin| origin.address().to_string());
        let through = origin.and_then(ThroughDevice::of);
        let actor = Actor::Operator(actor.parse().unwrap());
        let seq =
            journal.append(JournalEntry { at: at(second), actor, source, through, event }).await.unwrap();
        journal.close().await;
        seq
    }

    pub(crate) async fn session(&self, n: u64, operator: &str, origin: &Origin) {
        let event = Event::SessionStarted {
            session: id(n),
            via: origin.via(),
            asset: "db1".parse().unwrap(),
            login: "oracle".parse().unwrap(),
        };
        self.journal_row(operator, Some(origin), i64::try_from(n).unwrap(), event).await;
    }

    pub(crate) async fn channel(&self, n: u64, recording: u64, protocol: crate::domain::Protocol) {
        let recording = RecordingId::new(recording, 0);
        let event = Event::ChannelOpened { session: id(n), protocol, command: None, recording };
        self.journal_row("wang-fang", None, 2, event).await;
    }

    pub(crate) async fn end(&self, n: u64, second: i64) {
        let (ending, reason) = (Ending::Cut, "lockdown".to_owned());
        let event =
            Event::SessionEnded { session: id(n), ending, reason, bytes_in: 1, bytes_out: 2, unrecorded: 0 };
        self.journal_row("wang-fang", None, second, event).await;
    }
}

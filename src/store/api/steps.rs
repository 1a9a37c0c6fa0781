//! The steps of a session, as the journal's rows tell of them.

use std::net::{IpAddr, SocketAddr};

use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::{
    AssetName, DeviceId, Digest, LoginName, OperatorName, Protocol, RecordingId, SessionId, Via, canonical,
};
use crate::event::Ending;

/// One step of a session: the rows that the tables of sessions and channels are made of.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum SessionStep {
    SessionStarted(SessionStarted),
    ChannelOpened(ChannelOpened),
    RecordingClosed(RecordingClosed),
    SessionEnded(SessionEnded),
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SessionStarted {
    /// The row's number.
    pub seq: u64,
    pub at: Timestamp,
    pub actor: OperatorName,
    #[serde(default)]
    pub source: String,
    /// Rows that are older than this field do not say it.
    pub via: Option<Via>,
    #[serde(rename = "through")]
    pub device: Option<DeviceId>,
    outer_source: Option<SocketAddr>,
    pub session: SessionId,
    pub asset: AssetName,
    pub login: LoginName,
}

impl SessionStarted {
    /// Where the tunnel or the TLS connection came from.
    pub fn outer(&self) -> Option<IpAddr> {
        self.outer_source.map(|outer| canonical(outer.ip()))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ChannelOpened {
    pub at: Timestamp,
    pub session: SessionId,
    pub recording: RecordingId,
    pub protocol: Protocol,
    pub command: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RecordingClosed {
    pub session: SessionId,
    pub recording: RecordingId,
    pub file: FileDigest,
}

/// The recording file itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct FileDigest {
    pub bytes: u64,
    pub sha256: Digest,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SessionEnded {
    pub at: Timestamp,
    pub session: SessionId,
    pub ending: Ending,
    pub reason: String,
    pub bytes_in: u64,
    pub bytes_out: u64,
    /// Bytes that no recording has.
    #[serde(default)]
    pub unrecorded: u64,
}

impl SessionStep {
    /// The step that a row tells of, if it is one. `event` is the row's kind, which is known already.
    pub fn read(event: &str, body: &str) -> Option<Self> {
        let kinds = ["session-started", "channel-opened", "recording-closed", "session-ended"];
        kinds.contains(&event).then(|| serde_json::from_str(body).ok()).flatten()
    }

    pub fn session(&self) -> &SessionId {
        match self {
            Self::SessionStarted(SessionStarted { session, .. })
            | Self::ChannelOpened(ChannelOpened { session, .. })
            | Self::RecordingClosed(RecordingClosed { session, .. })
            | Self::SessionEnded(SessionEnded { session, .. }) => session,
        }
    }
}

/// What the journal's rows say of one session, as a whole: two rows for each channel that it had.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Story {
    pub began: Option<SessionStarted>,
    /// In the order in which they were opened.
    pub channels: Vec<ChannelOpened>,
    /// The recordings whose digest is in the journal.
    pub closed: Vec<RecordingId>,
    /// `None` while it runs.
    pub ended: Option<SessionEnded>,
}

impl Story {
    pub(in crate::store) fn add(&mut self, step: SessionStep) {
        match step {
            SessionStep::SessionStarted(began) => drop(self.began.get_or_insert(began)),
            SessionStep::ChannelOpened(opened) => self.channels.push(opened),
            SessionStep::RecordingClosed(closed) => self.closed.push(closed.recording),
            SessionStep::SessionEnded(ended) => self.ended = Some(ended),
        }
    }

    /// The recordings of channels that were opened, and of which no digest is in the journal.
    pub fn unsealed(&self) -> impl Iterator<Item = &ChannelOpened> {
        self.channels.iter().filter(|opened| !self.closed.contains(&opened.recording))
    }
}

//! What a row says, read from the text that its hash covers. The database's columns serve to find rows; what is
//! shown, and who may see it, comes from here.

use std::net::{IpAddr, SocketAddr};

use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::{
    AssetName, DeviceId, Digest, LoginName, OperatorName, Protocol, RecordingId, SessionId, Via, canonical,
};
use crate::event::Ending;

/// The fields that rows are looked for by. A text that does not read as a row says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Told {
    pub actor: String,
    pub source: Option<String>,
    pub event: String,
    pub operator: Option<String>,
    pub asset: Option<String>,
    pub login: Option<String>,
    pub session: Option<String>,
}

impl Told {
    pub fn read(body: &str) -> Self {
        serde_json::from_str(body).unwrap_or_default()
    }
}

/// One step of a session: the rows that the tables `session` and `channel` are made of.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Step {
    SessionStarted(Began),
    ChannelOpened(Opened),
    RecordingClosed(Closed),
    SessionEnded(Ended),
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Began {
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

impl Began {
    /// Where the tunnel or the TLS connection came from.
    pub fn outer(&self) -> Option<IpAddr> {
        self.outer_source.map(|outer| canonical(outer.ip()))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Opened {
    pub at: Timestamp,
    pub session: SessionId,
    pub recording: RecordingId,
    pub protocol: Protocol,
    pub command: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Closed {
    pub session: SessionId,
    pub recording: RecordingId,
    pub file: File,
}

/// The recording file itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct File {
    pub bytes: u64,
    pub sha256: Digest,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Ended {
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

impl Step {
    /// The step that a row tells of, if it is one. `event` is the row's kind, which is known already.
    pub fn read(event: &str, body: &str) -> Option<Self> {
        let kinds = ["session-started", "channel-opened", "recording-closed", "session-ended"];
        kinds.contains(&event).then(|| serde_json::from_str(body).ok()).flatten()
    }

    pub fn session(&self) -> &SessionId {
        match self {
            Self::SessionStarted(Began { session, .. })
            | Self::ChannelOpened(Opened { session, .. })
            | Self::RecordingClosed(Closed { session, .. })
            | Self::SessionEnded(Ended { session, .. }) => session,
        }
    }
}

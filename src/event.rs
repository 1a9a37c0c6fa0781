//! The journal's vocabulary: everything that may be worth asking about later, as one closed enum.
//!
//! A row says when, who, from where and what. Nothing in it may be a secret: passwords, codes, keys and
//! keystrokes have no variant to stand in.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{
    AssetName, Digest, FileAccess, LockdownId, LoginName, OperatorName, Protocol, RecordingId, RuleId,
    SessionId, Via,
};

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// The gateway itself.
    Gateway,
    /// A Unix user on the gateway's host: `local:NAME`.
    Local(String),
    /// A proven account.
    Operator(OperatorName),
    /// Somebody who has proven nothing: the name that was typed, shortened and freed of control characters.
    Unproven(String),
}

impl Actor {
    /// The name somebody claimed before proving it, safe to print. Prefixed, so that no typed name can
    /// pass for a proven one.
    pub fn unproven(typed: &str) -> Self {
        Self::Unproven(typed.chars().filter(|c| !c.is_control()).take(64).collect())
    }
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Gateway => f.write_str("gateway"),
            Self::Local(user) => write!(f, "local:{user}"),
            Self::Operator(name) => name.fmt(f),
            Self::Unproven(typed) => write!(f, "unproven:{typed}"),
        }
    }
}

impl Serialize for Actor {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// Either side was done.
    Closed,
    /// The gateway ended it: lockdown, policy, end of the grant.
    Cut,
    /// Something failed: the asset, the recording, the journal.
    Error,
    /// The gateway itself died; found at the next start.
    Interrupted,
}

impl Ending {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Cut => "cut",
            Self::Error => "error",
            Self::Interrupted => "interrupted",
        }
    }
}

/// How much went one way, and what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stream {
    pub bytes: u64,
    pub sha256: Digest,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    GatewayStarted {
        version: String,
        policy: Option<Digest>,
    },
    GatewayStopped {
        reason: String,
    },
    /// Connections that never got as far as a name, in one row for a while of them.
    ConnectionsRefused {
        reason: String,
        count: u64,
    },
    LoginAccepted {
        factors: Vec<String>,
        client: String,
    },
    /// `reason` is a fixed word (`wrong-factor`, `locked`, `operator-disabled`, `lockdown` …).
    LoginRefused {
        reason: String,
        detail: Option<String>,
    },
    OperatorLocked {
        operator: String,
        until: Timestamp,
        failures: u32,
    },
    OperatorUnlocked {
        operator: OperatorName,
    },
    OperatorEnrolled {
        operator: OperatorName,
        factors: Vec<String>,
    },
    OperatorReset {
        operator: OperatorName,
    },
    OperatorDisabled {
        operator: OperatorName,
        reason: String,
    },
    OperatorEnabled {
        operator: OperatorName,
    },
    /// One answer of the policy, allowed or not.
    Decision {
        operator: String,
        via: Via,
        asset: String,
        login: String,
        protocol: Protocol,
        #[serde(skip_serializing_if = "Option::is_none")]
        file: Option<FileAccess>,
        #[serde(skip_serializing_if = "Option::is_none")]
        forward_to: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        session: Option<SessionId>,
        decision: &'static str,
        reason: String,
        rules: Vec<RuleId>,
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
        policy: Digest,
    },
    SessionStarted {
        session: SessionId,
        asset: AssetName,
        login: LoginName,
    },
    SessionEnded {
        session: SessionId,
        ending: Ending,
        reason: String,
        bytes_in: u64,
        bytes_out: u64,
    },
    /// A channel of a session began: what runs in it and where it is recorded.
    ChannelOpened {
        session: SessionId,
        protocol: Protocol,
        #[serde(skip_serializing_if = "Option::is_none")]
        command: Option<String>,
        recording: RecordingId,
    },
    /// A channel or a request in one that is not served (agent, X11, remote forward …).
    ChannelRefused {
        #[serde(skip_serializing_if = "Option::is_none")]
        session: Option<SessionId>,
        what: String,
        reason: String,
    },
    RecordingClosed {
        session: SessionId,
        recording: RecordingId,
        #[serde(rename = "in")]
        input: Stream,
        #[serde(rename = "out")]
        output: Stream,
        #[serde(rename = "err")]
        errors: Stream,
        /// The recording file itself.
        file: Stream,
    },
    AssetUnreachable {
        #[serde(skip_serializing_if = "Option::is_none")]
        session: Option<SessionId>,
        asset: AssetName,
        reason: String,
    },
    /// The asset showed a host key that is not the pinned one, or none was pinned.
    HostKeyRefused {
        asset: AssetName,
        fingerprint: String,
        expected: Vec<String>,
    },
    HostKeyTrusted {
        asset: AssetName,
        fingerprint: String,
        how: String,
    },
    CredentialSet {
        asset: AssetName,
        login: LoginName,
        kind: String,
    },
    CredentialRemoved {
        asset: AssetName,
        login: LoginName,
    },
    ConsoleCommand {
        command: String,
        exit: u8,
    },
    PolicyApplied {
        version: u64,
        digest: Digest,
        /// What was in force before.
        #[serde(skip_serializing_if = "Option::is_none")]
        previous: Option<Digest>,
        /// The version whose files these are again.
        #[serde(skip_serializing_if = "Option::is_none")]
        rollback_of: Option<u64>,
        reason: String,
    },
    /// A set of files with errors, or one whose tests fail.
    PolicyRefused {
        errors: u64,
        first: String,
    },
    LockdownStarted {
        lockdown: LockdownId,
        scope: Vec<String>,
        except: Vec<String>,
        order: Option<String>,
        reason: String,
        until: Option<Timestamp>,
    },
    /// What the order did, once it was done.
    LockdownEnforced {
        lockdown: LockdownId,
        covered: u64,
        sessions_cut: u64,
        slowest_cut_ms: u64,
    },
    LockdownLifted {
        lockdown: LockdownId,
        reason: String,
    },
    /// The recorder, the store or the disk failed: what it cost is told in the sessions' own rows.
    EvidenceFailed {
        what: String,
        reason: String,
    },
}

/// An event on its way into the journal. The sequence number and the hash come from there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    pub at: Timestamp,
    pub actor: Actor,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(flatten)]
    pub event: Event,
}

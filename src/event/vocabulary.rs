//! The enum itself. It is long and stays whole: whoever asks what can be in the journal reads it from top to bottom.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

use jiff::Timestamp;
use serde::Serialize;

use super::carried::{Carried, Stream, is_zero};
use super::ending::Ending;
use super::key_cause::KeyCause;
use crate::auth::attestation::KeyMake;
use crate::command::Confidence;
use crate::domain::{
    ApprovalId, AssetName, CommandSetName, Danger, DeviceId, DeviceName, Digest, FileAccess, LockdownId,
    LockdownName, LoginName, OperatorName, PermitId, Protocol, RecordingId, RequestId, RuleId, SessionId,
    SourceNet, Via,
};
use crate::lockdown::Deed;
use crate::policy::Verdict;

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
        /// What made the key this account's, where it is not enrolled.
        #[serde(skip_serializing_if = "Option::is_none")]
        certificate: Option<String>,
        client: String,
    },
    /// `reason` is a fixed word (`wrong-factor`, `locked`, `operator-disabled`, `lockdown` …).
    LoginRefused {
        /// Whose account it would have been, where nobody was proven and there is one of the name that was typed.
        #[serde(skip_serializing_if = "Option::is_none")]
        operator: Option<OperatorName>,
        reason: String,
        detail: Option<String>,
    },
    /// Whoever logged in is logged in from these, too.
    SecondAddress {
        others: BTreeSet<IpAddr>,
    },
    /// Refused logins from one source, beyond those that have rows of their own, in one row for a while of them.
    LoginsRefused {
        count: u64,
    },
    OperatorLocked {
        operator: String,
        /// The key whose logins are locked; without it those without a key are.
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        /// The home that was guessed from; without one it does not hold where the account is at home.
        #[serde(skip_serializing_if = "Option::is_none")]
        home: Option<SourceNet>,
        until: Timestamp,
        failures: u32,
    },
    /// Nobody is served there for a while, but for whom it is home.
    SourceBlocked {
        net: SourceNet,
        until: Timestamp,
        /// How often in a row.
        times: u32,
    },
    /// Blocks beyond those that have rows of their own, in one row for a while of them.
    SourcesBlocked {
        count: u64,
    },
    SourceUnblocked {
        net: SourceNet,
    },
    OperatorUnlocked {
        operator: OperatorName,
    },
    /// Its next login is asked for a code, wherever it comes from.
    CodesForgotten {
        operator: OperatorName,
        places: usize,
    },
    OperatorEnrolled {
        operator: OperatorName,
        factors: Vec<String>,
        /// The public key among them, by its fingerprint.
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        /// Whose make it is, where its maker was asked.
        #[serde(flatten)]
        make: Option<KeyMake>,
    },
    /// Somebody may enrol by themself until then, with a code that was told once.
    OperatorInvited {
        operator: OperatorName,
        until: Timestamp,
    },
    /// Somebody changed how they prove themself: `password`, `totp`, `recovery`, `key-added`, `key-removed`.
    OwnFactorChanged {
        operator: OperatorName,
        change: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        #[serde(flatten)]
        make: Option<KeyMake>,
    },
    /// The account has accepted the terms of work whose text has this digest.
    TermsAccepted {
        version: String,
    },
    /// A recovery code stood in for a one-time code; so many are left.
    RecoveryCodeUsed {
        operator: OperatorName,
        left: u64,
    },
    InvitationWithdrawn {
        operator: OperatorName,
    },
    OperatorReset {
        operator: OperatorName,
        /// The factor that was taken away alone; without it all of them were.
        #[serde(skip_serializing_if = "Option::is_none")]
        factor: Option<&'static str>,
    },
    OperatorDisabled {
        operator: OperatorName,
        reason: String,
    },
    OperatorEnabled {
        operator: OperatorName,
        reason: String,
    },
    /// All that let somebody in was closed; each thing has its row, too.
    OperatorLeft {
        operator: OperatorName,
        reason: String,
        sessions_cut: u64,
        devices: Vec<DeviceId>,
        factors: Vec<String>,
        remembered: u64,
        permits: u64,
    },
    /// Factors could not be set: every seat is taken.
    SeatRefused {
        operator: OperatorName,
        seats: u32,
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
        via: Via,
        asset: AssetName,
        login: LoginName,
    },
    /// A connection to an asset needed weak algorithms, which its entry in the policy asks for.
    LegacyAlgorithms {
        session: SessionId,
        asset: AssetName,
        algorithms: Vec<String>,
    },
    SessionEnded {
        session: SessionId,
        ending: Ending,
        reason: String,
        bytes_in: u64,
        bytes_out: u64,
        /// Of all its channels, what no recording has.
        #[serde(skip_serializing_if = "is_zero")]
        unrecorded: u64,
    },
    /// An officer ended one session; its own row says so, too.
    SessionKilled {
        session: SessionId,
        operator: OperatorName,
        asset: AssetName,
        login: LoginName,
        reason: String,
    },
    /// The gateway ended a connection that carried nothing. `reason` is a fixed word: `idle`.
    ConnectionEnded {
        reason: String,
        idle_s: u64,
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
    /// A command line was judged, before it was run or not. Its row's number is the command's: what somebody
    /// said of it later names it as `judged`.
    CommandJudged {
        session: SessionId,
        recording: RecordingId,
        /// Without the passwords in it.
        command: String,
        verdict: Verdict,
        sets: BTreeMap<CommandSetName, Verdict>,
        programs: Vec<String>,
        danger: Option<Danger>,
        opaque: bool,
        confidence: Confidence,
        reason: String,
        /// What it passed by, where it was approved before.
        #[serde(skip_serializing_if = "Option::is_none")]
        approval: Option<ApprovalId>,
        #[serde(skip_serializing_if = "Option::is_none")]
        approved_by: Option<String>,
        policy: Digest,
    },
    /// Whoever was warned of a command said to run it.
    CommandConfirmed {
        session: SessionId,
        judged: u64,
    },
    /// Whoever was warned of a command left it.
    CommandDeclined {
        session: SessionId,
        judged: u64,
    },
    /// A program in a terminal began to move files through it.
    TransferNoticed {
        session: SessionId,
        recording: RecordingId,
        /// `zmodem`, `trzsz`.
        how: &'static str,
        /// `up` to the asset, `down` from it; trzsz also `any`.
        way: &'static str,
        refused: bool,
    },
    /// A session, or a command in it, waits for an officer.
    ApprovalRequested {
        approval: ApprovalId,
        session: SessionId,
        #[serde(skip_serializing_if = "Option::is_none")]
        judged: Option<u64>,
        asset: AssetName,
        login: LoginName,
        reason: String,
        lapses: Timestamp,
    },
    ApprovalGranted {
        approval: ApprovalId,
        session: SessionId,
        #[serde(skip_serializing_if = "Option::is_none")]
        judged: Option<u64>,
        operator: OperatorName,
        reason: String,
        /// Until then the same thing passes without asking.
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    ApprovalRefused {
        approval: ApprovalId,
        session: SessionId,
        #[serde(skip_serializing_if = "Option::is_none")]
        judged: Option<u64>,
        operator: OperatorName,
        reason: String,
    },
    /// A fault of the gateway's ended a channel.
    ChannelFailed {
        fault: String,
    },
    /// A command needs an officer's word, and cannot be shown to one in full: it is refused.
    ApprovalImpossible {
        session: SessionId,
        judged: u64,
        reason: String,
    },
    /// Nobody answered in time.
    ApprovalLapsed {
        approval: ApprovalId,
        session: SessionId,
        #[serde(skip_serializing_if = "Option::is_none")]
        judged: Option<u64>,
    },
    /// Whoever asked gave up, or may not be here any more.
    ApprovalWithdrawn {
        approval: ApprovalId,
        session: SessionId,
        #[serde(skip_serializing_if = "Option::is_none")]
        judged: Option<u64>,
    },
    /// A session began by what was approved for a while before.
    ApprovalReused {
        approval: ApprovalId,
        session: SessionId,
        approved_by: String,
    },
    RecordingClosed {
        session: SessionId,
        recording: RecordingId,
        /// What passed, where the gateway that recorded it closed it.
        #[serde(flatten, skip_serializing_if = "Option::is_none")]
        passed: Option<Carried>,
        /// The recording file itself.
        file: Stream,
        /// A gateway that died left it open: the next one found the file so.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        left_open: bool,
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
    /// A roster was read into the policy files; its row follows that of the version.
    RosterImported {
        /// `operators`, `assets`.
        of: &'static str,
        /// Of the file that was read.
        file: Digest,
        rows: u64,
        added: u64,
        changed: u64,
        version: u64,
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
        /// The planned period that it is.
        #[serde(skip_serializing_if = "Option::is_none")]
        period: Option<LockdownName>,
        /// From this instant logins are refused, and sessions are being cut. The row is written after.
        in_force: Timestamp,
    },
    /// In force when a gateway starts. What it has to say of the order: a gateway that died may have stored it
    /// and not told the journal, or told it of a lift and not stored that.
    LockdownResumed {
        lockdown: LockdownId,
        scope: Vec<String>,
        except: Vec<String>,
        order: Option<String>,
        reason: String,
        until: Option<Timestamp>,
        started_at: Timestamp,
        started_by: String,
    },
    /// What the order did, once it was done; whom it covers and whom it leaves out, as the policy was then.
    LockdownEnforced {
        lockdown: LockdownId,
        covered: u64,
        sessions_cut: u64,
        slowest_cut_ms: u64,
        accounts: Vec<OperatorName>,
        exempt: Vec<OperatorName>,
        /// Sessions whose programs had no terminal: whether they ended with their channels, no asset says.
        #[serde(skip_serializing_if = "BTreeSet::is_empty")]
        may_go_on: BTreeSet<SessionId>,
    },
    LockdownLifted {
        lockdown: LockdownId,
        reason: String,
    },
    /// Its time was over.
    LockdownEnded {
        lockdown: LockdownId,
    },
    /// Something waits for a second person.
    LockdownRequested {
        request: RequestId,
        act: Deed,
        /// All that it would do, as a second person is shown it.
        details: serde_json::Value,
        #[serde(skip_serializing_if = "Option::is_none")]
        lockdown: Option<LockdownId>,
        #[serde(skip_serializing_if = "Option::is_none")]
        operator: Option<OperatorName>,
        lapses: Timestamp,
    },
    LockdownConfirmed {
        request: RequestId,
        act: Deed,
        #[serde(skip_serializing_if = "Option::is_none")]
        lockdown: Option<LockdownId>,
        requested_by: String,
    },
    /// Nobody confirmed it in time.
    LockdownLapsed {
        request: RequestId,
        act: Deed,
        #[serde(skip_serializing_if = "Option::is_none")]
        lockdown: Option<LockdownId>,
        requested_by: String,
    },
    /// Whoever asked took it back; or it is moot, since what it is about is over.
    LockdownWithdrawn {
        request: RequestId,
        act: Deed,
        #[serde(skip_serializing_if = "Option::is_none")]
        lockdown: Option<LockdownId>,
        requested_by: String,
        moot: bool,
    },
    /// One person's way past one lockdown.
    PermitGiven {
        permit: PermitId,
        lockdown: LockdownId,
        operator: OperatorName,
        asset: Option<AssetName>,
        until: Option<Timestamp>,
        ticket: String,
    },
    PermitEnded {
        permit: PermitId,
        lockdown: LockdownId,
        operator: OperatorName,
    },
    /// Break-glass codes were drawn; they themselves are nowhere.
    CodesDrawn {
        operator: OperatorName,
        count: u16,
        opens_s: u64,
    },
    DeviceEnrolled {
        device: DeviceId,
        operator: OperatorName,
        name: DeviceName,
        /// The public key, or the certificate's fingerprint.
        credential: String,
        addresses: Vec<IpAddr>,
    },
    DeviceRevoked {
        device: DeviceId,
        operator: OperatorName,
        reason: String,
    },
    /// A device completed a handshake, for the first time since it was down.
    TunnelUp {
        device: DeviceId,
        operator: OperatorName,
        outer: SocketAddr,
    },
    /// A device that is up came from another address than before, or `count` times from others since the last row.
    TunnelMoved {
        device: DeviceId,
        operator: OperatorName,
        from: IpAddr,
        outer: SocketAddr,
        count: u64,
    },
    /// A device may come with a handshake that is not later than its last one, which was dated so by its own clock.
    TunnelForgotten {
        device: DeviceId,
        operator: OperatorName,
        dated: Timestamp,
        reason: String,
    },
    /// `reason`: why the device may not be used any more, or `idle`.
    TunnelDown {
        device: DeviceId,
        operator: OperatorName,
        reason: String,
    },
    /// What came to a tunnel or to the TLS listener and got no further, in one row for a while of it. `reason` is
    /// a fixed word; `device` is there where it was known.
    IngressRefused {
        via: Via,
        reason: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        device: Option<DeviceId>,
        /// The last one's address.
        outer: SocketAddr,
        count: u64,
    },
    /// What somebody should look at now.
    Alarm {
        /// A fixed word: docs/reference/events.md has them.
        alarm: &'static str,
        /// Whom it is about, if about one.
        #[serde(skip_serializing_if = "Option::is_none")]
        operator: Option<OperatorName>,
        /// Whose device it was.
        #[serde(skip_serializing_if = "Option::is_none")]
        owner: Option<OperatorName>,
        #[serde(skip_serializing_if = "Option::is_none")]
        device: Option<DeviceId>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        lockdowns: Vec<LockdownId>,
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// Files that are no orders, the first of them by name: others could have put them there, or they say nothing that can
    /// be ordered.
    OrdersRefused {
        reason: String,
        count: u64,
        files: Vec<String>,
    },
    /// The time of day is that much behind what it was before; decisions go on by the later one. Somebody should look.
    ClockWentBack {
        alarm: &'static str,
        behind_s: u64,
    },
    /// Somebody on the host says that the time of day is right, though it was later before.
    ClockTrusted {
        behind_s: u64,
        reason: String,
    },
    /// A disk has less than twice what `limits.min_free` keeps of it; `of` is `recordings` or `database`.
    SpaceLow {
        of: &'static str,
        free: u64,
        kept: u64,
    },
    /// From here on this key signs the log's checkpoints, and the one before it is erased.
    LogKey {
        /// Counted from 1 within the log that the key speaks for.
        epoch: u64,
        /// The public half as C2SP signed-note writes it: the log's name, the key's id, the key.
        key: String,
        cause: KeyCause,
    },
    /// The recorder, the store or the disk failed: what it cost is told in the sessions' own rows.
    EvidenceFailed {
        what: String,
        reason: String,
    },
}

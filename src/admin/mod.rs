//! What officers, auditors and administrators do, as functions from a typed request to a typed outcome, or to a refusal
//! that says why. Nothing here prints, parses a command line, or knows a protocol: the console does, and whatever front
//! comes beside it.
//!
//! | file | has |
//! |---|---|
//! | [`request`], [`kind`] | what can be asked for, and whose it is |
//! | [`execute`] | the one way in: permitted, and then done in a task of its own |
//! | [`outcome`], [`error`] | what came of it |
//! | a file a subject | the requests, the outcomes and the deeds of that subject |

mod account;
mod approve;
mod asset;
mod asset_client;
mod assets;
mod attest;
mod audit;
mod caller;
mod clock;
mod context;
mod continued;
mod credential;
mod endpoint;
mod error;
mod execute;
mod import;
mod kind;
mod local_time;
mod lockdown;
mod objected;
mod officers;
mod once;
mod operator;
mod outcome;
mod own;
mod page;
mod pending_codes;
mod permit;
mod policy;
mod request;
mod say;
#[cfg(test)]
mod snapshots;
mod source;
mod vpn;
mod whoami;

pub use approve::{
    ApprovalList, ApprovalSubject, ApproveOutcome, ApproveRequest, GrantedApproval, OpenApproval,
    RefusedApproval, WaitingApproval, WithdrawnRequest,
};
pub use asset::{AssetChecked, AssetEntry, AssetOutcome, AssetRequest, AssetStep, ShownKey, TrustedKey};
pub use asset_client::{AssetAnswer, AssetClient, AssetKey, Unentered, Unreached, Why};
pub use assets::OpenAssets;
pub use audit::{
    AuditOutcome, AuditRequest, CommandEntry, EventEntry, ExportFormat, ExportedBytes, FaultCount,
    KILL_PATIENCE, KilledSession, LogCheckpoint, LogKeyEntry, LogKeys, Playback, ProvenLog, RecordFilter,
    Records, ReplayFrame, RowProof, RowWindow, SessionEntry, SessionShown, Spool, StoredRecording,
    VerifiedEvidence, VerifiedLog,
};
pub use caller::Caller;
pub use clock::{ClockRequest, ClockTrust};
pub use context::Admin;
pub use continued::continued;
pub use credential::{
    AssetLogin, CredentialEntry, CredentialOutcome, CredentialRemoved, CredentialRequest, CredentialSealed,
    CredentialSecret,
};
pub use error::{AdminError, AdminErrorKind};
pub use execute::execute;
pub use import::{FlawEntry, ImportOutcome, ImportRequest, ImportedRoster};
pub use kind::{Duty, RequestKind};
pub use local_time::LocalTime;
pub(crate) use lockdown::draws_codes;
pub use lockdown::{
    CUT_PATIENCE, DrawnCode, DrawnCodes, GivenPermit, LiftedLockdown, LockdownAim, LockdownEffect,
    LockdownEntry, LockdownOutcome, LockdownPlan, LockdownReport, LockdownReportFormat, LockdownRequest,
    LockdownStatus, NewPermit, OrderWording, PermitEntry, PlannedAccount, PlannedCut, PlannedSum,
    RequestDetails, StartedLockdown, WaitingRequest, keep as keep_lockdowns, keep_record,
};
pub use once::ToldOnce;
pub use operator::{
    AccountEntry, AccountFilter, AccountLock, AccountPage, AccountState, AskedFactors, ClosedInvitation,
    DisabledAccount, EnabledAccount, EnrolledFactors, FactorsOutcome, ForgottenCodes, InvitationForm,
    InvitedAccount, InvitedAccounts, Invitees, LeftAccount, MadeKey, NewCodes, NewFactors, NewInvitations,
    OperatorOutcome, OperatorRequest, PassedOver, RememberedLogin, ResetFactors, TakenSeats, UnlockedAccount,
    WithdrawnInvitation,
};
pub use outcome::AdminOutcome;
pub use own::{
    DrawnSecret, FreshProof, NewOwnKey, NewRecoveryCodes, OwnChanged, OwnKey, OwnOutcome, OwnRequest,
    OwnSession,
};
pub use page::Page;
pub use pending_codes::PendingCodes;
pub use permit::permit;
#[cfg(test)]
pub(crate) use policy::explained;
pub use policy::{
    CheckedPolicy, FailingPolicy, FaultyPolicy, Ground, PolicyAccesses, PolicyAnswer, PolicyApplied,
    PolicyChange, PolicyComparison, PolicyDocument, PolicyEntry, PolicyExplained, PolicyInForce,
    PolicyOutcome, PolicyPlace, PolicyQuestion, PolicyReplayed, PolicyRequest, PolicyShown, ReplayedCase,
    ReplayedSum, RightPolicy, Setting, TestedPolicy, UnappliedPolicy, UnfitDirectory, UnfitPolicy,
    ask as ask_policy, check as check_policy, compare as compare_policies, differs, drift,
    enforce as enforce_policy, prove as prove_policy, read_policy, test as test_policy,
};
pub use request::AdminRequest;
pub use source::{BlockedSource, SourceOutcome, SourceRequest, UnblockedSource};
pub use vpn::{
    DeviceBy, DeviceCursor, DeviceEntry, EnrolledCertificate, EnrolledDevice, EnrolledTunnel,
    ForgottenHandshake, NewDeviceRequest, RevokedDevice, VpnOutcome, VpnRequest, takes_code,
};
pub use whoami::{CallerIdentity, ProvenLogin};

pub use crate::access::reachable::Choice;

//! What can be asked for, with its particulars.

use super::approve::ApproveRequest;
use super::asset::AssetRequest;
use super::audit::AuditRequest;
use super::clock::ClockRequest;
use super::credential::CredentialRequest;
use super::import::ImportRequest;
use super::kind::RequestKind;
use super::lockdown::LockdownRequest;
use super::operator::OperatorRequest;
use super::own::OwnRequest;
use super::policy::{PolicyQuestion, PolicyRequest};
use super::source::SourceRequest;
use super::vpn::VpnRequest;
use crate::roster::RosterSubject;

/// One request, parsed. A secret in it shows in no log.
#[derive(Debug, Clone)]
pub enum AdminRequest {
    Whoami,
    /// Ends what is remembered of the caller's own codes.
    Logout,
    /// What is open to the caller, behind the row of this number. On the host that is every asset.
    Assets {
        after: u32,
        limit: u32,
    },
    Approve(ApproveRequest),
    Asset(AssetRequest),
    Audit(AuditRequest),
    Clock(ClockRequest),
    Credential(CredentialRequest),
    /// A roster of operators or of assets.
    Import(ImportRequest),
    Policy(PolicyRequest),
    Lockdown(LockdownRequest),
    Operator(OperatorRequest),
    Own(OwnRequest),
    Source(SourceRequest),
    Vpn(VpnRequest),
}

impl AdminRequest {
    /// What is asked for.
    pub fn kind(&self) -> RequestKind {
        match self {
            Self::Whoami => RequestKind::Whoami,
            Self::Logout => RequestKind::Logout,
            Self::Assets { .. } => RequestKind::Assets,
            Self::Approve(ApproveRequest::List | ApproveRequest::Waiting) => RequestKind::ApproveList,
            Self::Approve(ApproveRequest::Grant { .. }) => RequestKind::ApproveGrant,
            Self::Approve(ApproveRequest::Refuse { .. }) => RequestKind::ApproveRefuse,
            Self::Approve(ApproveRequest::Withdraw { .. }) => RequestKind::ApproveWithdraw,
            Self::Asset(AssetRequest::List { .. }) => RequestKind::AssetList,
            Self::Asset(AssetRequest::Key { .. }) => RequestKind::AssetKey,
            Self::Asset(AssetRequest::Trust { .. }) => RequestKind::AssetTrust,
            Self::Asset(AssetRequest::Check { .. }) => RequestKind::AssetCheck,
            Self::Audit(AuditRequest::Sessions { .. }) => RequestKind::AuditSessions,
            Self::Audit(AuditRequest::Commands { .. }) => RequestKind::AuditCommands,
            Self::Audit(AuditRequest::Show { .. }) => RequestKind::AuditShow,
            Self::Audit(AuditRequest::Events { .. }) => RequestKind::AuditEvents,
            Self::Audit(AuditRequest::Replay { .. }) => RequestKind::AuditReplay,
            Self::Audit(AuditRequest::Export { .. }) => RequestKind::AuditExport,
            Self::Audit(AuditRequest::Verify { .. }) => RequestKind::AuditVerify,
            Self::Audit(AuditRequest::Checkpoint { .. }) => RequestKind::AuditCheckpoint,
            Self::Audit(AuditRequest::Keys) => RequestKind::AuditKeys,
            Self::Audit(AuditRequest::Proof { .. }) => RequestKind::AuditProof,
            Self::Audit(AuditRequest::Kill { .. }) => RequestKind::AuditKill,
            Self::Clock(ClockRequest::Trust { .. }) => RequestKind::ClockTrust,
            Self::Credential(CredentialRequest::Set { .. }) => RequestKind::CredentialSet,
            Self::Credential(CredentialRequest::List { .. }) => RequestKind::CredentialList,
            Self::Credential(CredentialRequest::Remove(_)) => RequestKind::CredentialRemove,
            Self::Import(request) => match request.subject {
                RosterSubject::Operators => RequestKind::OperatorImport,
                RosterSubject::Assets => RequestKind::AssetImport,
            },
            Self::Policy(request) => policy(request),
            Self::Lockdown(request) => lockdown(request),
            Self::Operator(request) => operator(request),
            Self::Own(request) => own(request),
            Self::Source(SourceRequest::List) => RequestKind::SourceList,
            Self::Source(SourceRequest::Unblock { .. }) => RequestKind::SourceUnblock,
            Self::Vpn(VpnRequest::Enrol(_)) => RequestKind::VpnEnrol,
            Self::Vpn(VpnRequest::List { .. }) => RequestKind::VpnList,
            Self::Vpn(VpnRequest::Forget { .. }) => RequestKind::VpnForget,
            Self::Vpn(VpnRequest::Revoke { .. }) => RequestKind::VpnRevoke,
        }
    }
}

fn policy(request: &PolicyRequest) -> RequestKind {
    match request {
        PolicyRequest::Ask(PolicyQuestion::Explain(_)) => RequestKind::PolicyExplain,
        PolicyRequest::Ask(PolicyQuestion::Who(_)) => RequestKind::PolicyWho,
        PolicyRequest::Ask(PolicyQuestion::What(_)) => RequestKind::PolicyWhat,
        PolicyRequest::Ask(PolicyQuestion::PlanDocument(_)) => RequestKind::PolicyPlanDocument,
        PolicyRequest::Diff { .. } | PolicyRequest::Replay { .. } => RequestKind::PolicyDiff,
        PolicyRequest::Apply { .. } | PolicyRequest::Rehearse { .. } => RequestKind::PolicyApply,
        PolicyRequest::History { .. } => RequestKind::PolicyHistory,
        PolicyRequest::Show { .. } => RequestKind::PolicyShow,
        PolicyRequest::Rollback { .. } => RequestKind::PolicyRollback,
    }
}

fn lockdown(request: &LockdownRequest) -> RequestKind {
    match request {
        LockdownRequest::Plan(_) => RequestKind::LockdownPlan,
        LockdownRequest::Start { .. } => RequestKind::LockdownStart,
        LockdownRequest::Status => RequestKind::LockdownStatus,
        LockdownRequest::Allow(_) => RequestKind::LockdownAllow,
        LockdownRequest::Lift { .. } => RequestKind::LockdownLift,
        LockdownRequest::Confirm { .. } => RequestKind::LockdownConfirm,
        LockdownRequest::Codes { .. } => RequestKind::LockdownCodes,
        LockdownRequest::Report { .. } => RequestKind::LockdownReport,
    }
}

fn own(request: &OwnRequest) -> RequestKind {
    match request {
        OwnRequest::Keys => RequestKind::KeysList,
        OwnRequest::AddKey { .. } => RequestKind::KeysAdd,
        OwnRequest::RemoveKey { .. } => RequestKind::KeysRemove,
        OwnRequest::SetPassword { .. } => RequestKind::Password,
        OwnRequest::DrawCodes { .. } => RequestKind::TotpNew,
        OwnRequest::TakeCodes { .. } => RequestKind::TotpConfirm,
        OwnRequest::Recovery { .. } => RequestKind::Recovery,
        OwnRequest::Sessions => RequestKind::SessionsList,
        OwnRequest::EndSession { .. } => RequestKind::SessionsEnd,
        OwnRequest::Devices { .. } => RequestKind::Devices,
    }
}

fn operator(request: &OperatorRequest) -> RequestKind {
    match request {
        OperatorRequest::List { .. } => RequestKind::OperatorList,
        OperatorRequest::Show { .. } => RequestKind::OperatorShow,
        OperatorRequest::Enrol(_) => RequestKind::OperatorEnrol,
        OperatorRequest::Invite(_) | OperatorRequest::Withdraw { .. } => RequestKind::OperatorInvite,
        OperatorRequest::Disable { .. } => RequestKind::OperatorDisable,
        OperatorRequest::Leave { .. } => RequestKind::OperatorLeave,
        OperatorRequest::Enable { .. } => RequestKind::OperatorEnable,
        OperatorRequest::Unlock { .. } => RequestKind::OperatorUnlock,
        OperatorRequest::Forget { .. } => RequestKind::OperatorForget,
        OperatorRequest::Reset { .. } => RequestKind::OperatorReset,
    }
}

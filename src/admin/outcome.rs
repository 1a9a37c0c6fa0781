//! What came of a request.

use serde::Serialize;

use super::approve::ApproveOutcome;
use super::asset::AssetOutcome;
use super::assets::OpenAssets;
use super::audit::AuditOutcome;
use super::clock::ClockTrust;
use super::credential::CredentialOutcome;
use super::import::ImportOutcome;
use super::lockdown::LockdownOutcome;
use super::operator::OperatorOutcome;
use super::own::OwnOutcome;
use super::policy::PolicyOutcome;
use super::source::SourceOutcome;
use super::vpn::VpnOutcome;
use super::whoami::CallerIdentity;

/// For programs as it is; a front tells it to people.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum AdminOutcome {
    Whoami(CallerIdentity),
    Assets(OpenAssets),
    Approve(ApproveOutcome),
    Asset(AssetOutcome),
    Audit(AuditOutcome),
    Clock(ClockTrust),
    Credential(CredentialOutcome),
    Import(ImportOutcome),
    Policy(PolicyOutcome),
    Lockdown(LockdownOutcome),
    Operator(OperatorOutcome),
    Own(OwnOutcome),
    Source(SourceOutcome),
    Vpn(VpnOutcome),
}

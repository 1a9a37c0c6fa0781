//! What came of a request.

use serde::Serialize;

use super::asset::AssetOutcome;
use super::assets::OpenAssets;
use super::clock::ClockTrust;
use super::credential::CredentialOutcome;
use super::whoami::CallerIdentity;

/// For programs as it is; a front tells it to people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum AdminOutcome {
    Whoami(CallerIdentity),
    Assets(OpenAssets),
    Asset(AssetOutcome),
    Clock(ClockTrust),
    Credential(CredentialOutcome),
}

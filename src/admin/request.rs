//! What can be asked for, with its particulars.

use super::asset::AssetRequest;
use super::clock::ClockRequest;
use super::credential::CredentialRequest;
use super::kind::RequestKind;

/// One request, parsed. A secret in it shows in no log.
#[derive(Debug)]
pub enum AdminRequest {
    Whoami,
    /// What is open to the caller, behind the row of this number. On the host that is every asset.
    Assets {
        after: u32,
        limit: u32,
    },
    Asset(AssetRequest),
    Clock(ClockRequest),
    Credential(CredentialRequest),
}

impl AdminRequest {
    /// What is asked for.
    pub fn kind(&self) -> RequestKind {
        match self {
            Self::Whoami => RequestKind::Whoami,
            Self::Assets { .. } => RequestKind::Assets,
            Self::Asset(AssetRequest::List { .. }) => RequestKind::AssetList,
            Self::Asset(AssetRequest::Key { .. }) => RequestKind::AssetKey,
            Self::Asset(AssetRequest::Trust { .. }) => RequestKind::AssetTrust,
            Self::Asset(AssetRequest::Check { .. }) => RequestKind::AssetCheck,
            Self::Clock(ClockRequest::Trust { .. }) => RequestKind::ClockTrust,
            Self::Credential(CredentialRequest::Set { .. }) => RequestKind::CredentialSet,
            Self::Credential(CredentialRequest::List { .. }) => RequestKind::CredentialList,
            Self::Credential(CredentialRequest::Remove(_)) => RequestKind::CredentialRemove,
        }
    }
}

//! One's own account: its keys, password, codes, sessions and devices. Nobody else's is ever meant, so no request names
//! an account; what changes how one proves oneself takes a fresh proof.

mod change;
mod codes;
mod keys;
mod sessions;
mod told;

use serde::Serialize;

use super::caller::Caller;
use super::context::Admin;
use super::error::AdminError;
use super::page::Page;
use super::say::no;
use super::vpn::{self, DeviceCursor, DeviceEntry};
use crate::access::Authenticated;
use crate::domain::Secret;

pub use change::FreshProof;
pub use keys::{NewOwnKey, OwnKey};
pub use sessions::OwnSession;
pub use told::{DrawnSecret, NewRecoveryCodes, OwnChanged};

#[derive(Debug, Clone)]
pub enum OwnRequest {
    Keys,
    AddKey {
        key: NewOwnKey,
        proof: FreshProof,
    },
    RemoveKey {
        fingerprint: String,
        proof: FreshProof,
    },
    SetPassword {
        new: Secret,
        proof: FreshProof,
    },
    /// Draws a new secret of one-time codes, which waits for a code of it.
    DrawCodes {
        proof: FreshProof,
    },
    /// Takes the secret that was drawn, by a code of it.
    TakeCodes {
        code: Option<Secret>,
    },
    /// New recovery codes in the place of those that are left.
    Recovery {
        proof: FreshProof,
    },
    Sessions,
    /// Ends one of one's sessions.
    EndSession {
        id: String,
    },
    Devices {
        after: Option<DeviceCursor>,
        limit: u32,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum OwnOutcome {
    Keys(Vec<OwnKey>),
    Changed(OwnChanged),
    Drawn(DrawnSecret),
    Recovery(NewRecoveryCodes),
    Sessions(Vec<OwnSession>),
    Devices(Page<DeviceEntry, DeviceCursor>),
}

pub(super) async fn perform(
    admin: &Admin,
    caller: &Caller,
    request: OwnRequest,
) -> Result<OwnOutcome, AdminError> {
    let Caller::Operator(who) = caller else {
        return Err(no!(admin.services, Refused, "own.on-host"));
    };
    Ok(match request {
        OwnRequest::Keys => OwnOutcome::Keys(keys::list(admin, who).await?),
        OwnRequest::AddKey { key, proof } => OwnOutcome::Changed(keys::add(admin, who, key, proof).await?),
        OwnRequest::RemoveKey { fingerprint, proof } => {
            OwnOutcome::Changed(keys::remove(admin, who, fingerprint, proof).await?)
        }
        OwnRequest::SetPassword { new, proof } => {
            OwnOutcome::Changed(change::password(admin, who, &new, proof).await?)
        }
        OwnRequest::DrawCodes { proof } => OwnOutcome::Drawn(codes::draw(admin, who, proof).await?),
        OwnRequest::TakeCodes { code } => OwnOutcome::Changed(codes::take(admin, who, code).await?),
        OwnRequest::Recovery { proof } => OwnOutcome::Recovery(codes::recovery(admin, who, proof).await?),
        OwnRequest::Sessions => OwnOutcome::Sessions(sessions::list(admin, who).await?),
        OwnRequest::EndSession { id } => OwnOutcome::Changed(sessions::end(admin, who, &id).await?),
        OwnRequest::Devices { after, limit } => OwnOutcome::Devices(devices(admin, who, after, limit).await?),
    })
}

async fn devices(
    admin: &Admin,
    who: &Authenticated,
    after: Option<DeviceCursor>,
    limit: u32,
) -> Result<Page<DeviceEntry, DeviceCursor>, AdminError> {
    let (own, caller) = (Some(who.operator().clone()), Caller::Operator(who.clone()));
    vpn::list(&admin.services, &caller, own, after, limit).await
}

//! Devices: what their owners, and administrators for them, enrol, list and revoke.

mod certificate;
mod client;
mod enrol;
mod forget;
mod list;
mod new;
mod reach;
mod revoke;
mod tunnel;

use serde::Serialize;

use super::caller::Caller;
use super::context::Admin;
use super::error::AdminError;
use super::page::Page;
use crate::domain::{OperatorName, Remark};

pub use certificate::EnrolledCertificate;
pub use enrol::{DeviceBy, EnrolledDevice, NewDeviceRequest};
pub use forget::ForgottenHandshake;
pub(in crate::admin) use list::list;
pub use list::{DeviceCursor, DeviceEntry};
pub use reach::takes_code;
pub use revoke::RevokedDevice;
pub use tunnel::EnrolledTunnel;

#[derive(Debug, Clone)]
pub enum VpnRequest {
    Enrol(NewDeviceRequest),
    List {
        /// Only this account's.
        operator: Option<OperatorName>,
        after: Option<DeviceCursor>,
        limit: u32,
    },
    /// Forgets the last handshake of a device.
    Forget {
        /// An id; of the caller's own, the label too.
        device: String,
        reason: Option<Remark>,
    },
    /// Ends a device for good.
    Revoke {
        device: String,
        reason: Option<Remark>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum VpnOutcome {
    Enrolled(EnrolledDevice),
    List(Page<DeviceEntry, DeviceCursor>),
    Forgotten(ForgottenHandshake),
    Revoked(RevokedDevice),
}

pub(super) async fn perform(
    admin: &Admin,
    caller: &Caller,
    request: VpnRequest,
) -> Result<VpnOutcome, AdminError> {
    match request {
        VpnRequest::Enrol(new) => enrol::enrol(admin, caller, new).await.map(VpnOutcome::Enrolled),
        VpnRequest::List { operator, after, limit } => {
            list(&admin.services, caller, operator, after, limit).await.map(VpnOutcome::List)
        }
        VpnRequest::Forget { device, reason } => {
            forget::forget(admin, caller, &device, reason).await.map(VpnOutcome::Forgotten)
        }
        VpnRequest::Revoke { device, reason } => {
            revoke::revoke(admin, caller, &device, reason).await.map(VpnOutcome::Revoked)
        }
    }
}

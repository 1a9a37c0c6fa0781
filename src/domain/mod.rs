//! The words everything else is written in: names, ids, levels and values that are right by construction.
//!
//! Layer 0: no input, output, clock or randomness. What is built here was checked here.

mod ascii;
mod charset;
mod danger;
mod device;
mod digest;
mod id;
mod language;
mod legacy;
mod moment;
mod name;
mod origin;
mod plain;
mod protocol;
mod public_key;
mod remark;
mod role;
mod secret;
mod selector;
mod source_net;
mod tell;

pub use ascii::AsciiText;
pub use charset::{Charset, Letters};
pub use danger::Danger;
pub use device::{Device, DeviceCredential, InvalidWireguardKey, WireguardKey};
pub use digest::Digest;
pub use id::{ApprovalId, DeviceId, LockdownId, PermitId, RecordingId, RequestId, SessionId};
pub use language::Language;
pub use legacy::{InvalidLegacy, Legacy, STRONG, Use};
pub(crate) use moment::length;
pub use moment::{InvalidTime, Moments, Sense, shown as shown_time};
pub use name::{
    AssetName, CommandSetName, DeviceName, GroupName, InvalidName, LockdownName, LoginName, NetworkName,
    OperatorName, RuleId, ScheduleName, UserCaName, VendorName,
};
pub use origin::{Arrival, Origin, Via, canonical};
pub use plain::{cell, halfwidth, is_plain, plain, plain_lines};
pub use protocol::{FileAccess, Protocol};
pub use public_key::PublicKeyLine;
pub use remark::{InvalidRemark, Remark};
pub use role::Role;
pub use secret::Secret;
pub use selector::{Account, AssetSelector, OperatorSelector};
pub use source_net::{InvalidSourceNet, SourceNet};
pub use tell::{AboutFile, Tell};
pub(crate) use tell::{english, text};

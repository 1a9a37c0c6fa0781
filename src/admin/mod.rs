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

mod asset;
mod asset_client;
mod assets;
mod caller;
mod clock;
mod context;
mod credential;
mod error;
mod execute;
mod kind;
mod local_time;
mod outcome;
mod page;
mod permit;
mod request;
mod say;
#[cfg(test)]
mod snapshots;
mod whoami;

pub use asset::{AssetChecked, AssetEntry, AssetOutcome, AssetRequest, AssetStep, ShownKey, TrustedKey};
pub use asset_client::{AssetAnswer, AssetClient, AssetKey, Unentered, Unreached};
pub use assets::OpenAssets;
pub use caller::Caller;
pub use clock::{ClockRequest, ClockTrust};
pub use context::Admin;
pub use credential::{
    AssetLogin, CredentialEntry, CredentialOutcome, CredentialRemoved, CredentialRequest, CredentialSealed,
    CredentialSecret,
};
pub use error::{AdminError, AdminErrorKind};
pub use execute::execute;
pub use kind::{Duty, RequestKind};
pub use local_time::LocalTime;
pub use outcome::AdminOutcome;
pub use page::Page;
pub use permit::permit;
pub use request::AdminRequest;
pub use whoami::{CallerIdentity, ProvenLogin};

pub use crate::access::reachable::Choice;

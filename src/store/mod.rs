//! Secrets and state, behind an interface. `api` says what a database has to do, `sqlite` is the one that does it, and
//! `contract` is what holds for any of them.

mod api;
mod handle;
mod lock;
mod sqlite;

pub use api::accounts::Disabled;
pub use api::break_glass::NewCode;
pub use api::commands::CommandRow;
pub use api::credentials::{CredentialKind, CredentialRow, NewCredential, SealedCredential};
pub use api::devices::{DeviceError, DeviceProof, DeviceRow, NewDevice, Revocation};
pub use api::error::StoreError;
pub use api::factors::{
    EnrolError, Enrolled, EnrolledAs, EnrolledKey, Enrolment, MOST_KEYS, OldPassword, OwnChange, SealedCodes,
    Set,
};
pub use api::filter::{Filter, Within};
pub use api::given::{Given, Second};
pub use api::homes::Home;
pub use api::host_keys::TrustedHostKey;
pub use api::invitations::{Invitation, Redeemed};
pub use api::journal_row::{Head, JournalRow, NewRow, RawRow, RowFields};
pub use api::lockdowns::{Lift, LockdownRow};
pub use api::lockout::{GuessPlace, Lock, LockRule, Lockout, WayIn};
pub use api::log::CheckpointRow;
pub use api::logins::{AccountLogins, LastLogins, LoginSeen};
pub use api::page::{Listed, PAGE, Pages, WHOLE, Walk, gather};
pub use api::permits::PermitRow;
pub use api::policies::{NewPolicy, PolicyFiles, PolicyVersion};
pub use api::sessions::{ComparedSession, SessionDevice, SessionRow};
pub use api::steps::{ChannelOpened, FileDigest, RecordingClosed, SessionStarted, SessionStep, Story};
pub use api::upkeep::{Damage, SchemaFaults};
pub use handle::Store;
pub use lock::{DataLock, LockError, lock};

#[cfg(test)]
mod contract;
#[cfg(test)]
pub(crate) mod testing;

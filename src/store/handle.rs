//! The store as the rest of the program has it: a handle for each subject, whichever database answers.

use std::path::Path;
use std::sync::Arc;

use super::api::accounts::AccountStore;
use super::api::break_glass::BreakGlassStore;
use super::api::clock::ClockStore;
use super::api::commands::CommandStore;
use super::api::credentials::CredentialStore;
use super::api::devices::DeviceStore;
use super::api::error::StoreError;
use super::api::factors::FactorStore;
use super::api::homes::HomeStore;
use super::api::host_keys::HostKeyStore;
use super::api::invitations::InvitationStore;
use super::api::journal::JournalStore;
use super::api::lockdowns::LockdownStore;
use super::api::log::LogStore;
use super::api::logins::LoginStore;
use super::api::permits::PermitStore;
use super::api::policies::PolicyStore;
use super::api::recovery::RecoveryStore;
use super::api::requests::RequestStore;
use super::api::sessions::SessionStore;
use super::api::terms::TermsStore;
use super::api::upkeep::{Damage, SchemaFaults, Upkeep};
use super::sqlite::Sqlite;

macro_rules! backend {
    ($($subject:path),* $(,)?) => {
        /// A database that answers for every subject.
        trait Backend: $($subject +)* std::fmt::Debug {}

        impl<T: $($subject +)* std::fmt::Debug> Backend for T {}
    };
}

backend!(
    AccountStore,
    BreakGlassStore,
    ClockStore,
    CommandStore,
    CredentialStore,
    DeviceStore,
    FactorStore,
    HomeStore,
    HostKeyStore,
    InvitationStore,
    JournalStore,
    LockdownStore,
    LogStore,
    LoginStore,
    PermitStore,
    PolicyStore,
    RecoveryStore,
    RequestStore,
    SessionStore,
    TermsStore,
    Upkeep,
);

/// Secrets and state. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store(Arc<dyn Backend>);

impl Store {
    /// Opens the database at `file`, or makes it (mode 0600, its directory 0700).
    ///
    /// # Errors
    /// When it cannot be opened or written, is damaged, or is newer than this program.
    pub async fn open(file: &Path) -> Result<Self, StoreError> {
        Ok(Self(Arc::new(Sqlite::open(file).await?)))
    }

    /// Looks at the database at `file`, whoever writes it meanwhile. Nothing is made and nothing is changed.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn look(file: &Path) -> Result<Self, StoreError> {
        Ok(Self(Arc::new(Sqlite::look(file).await?)))
    }

    #[cfg(test)]
    pub(super) fn over(backend: Arc<Sqlite>) -> Self {
        Self(backend)
    }

    /// How operators prove themselves, and how often they failed to.
    pub fn factors(&self) -> &dyn FactorStore {
        &*self.0
    }

    /// Who may enrol by themself.
    pub fn invitations(&self) -> &dyn InvitationStore {
        &*self.0
    }

    /// What stands in for a phone that is lost.
    pub fn recovery(&self) -> &dyn RecoveryStore {
        &*self.0
    }

    /// Who has accepted which terms of work.
    pub fn terms(&self) -> &dyn TermsStore {
        &*self.0
    }

    /// Which accounts are disabled by hand.
    pub fn accounts(&self) -> &dyn AccountStore {
        &*self.0
    }

    /// What the gateway logs in to assets with.
    pub fn credentials(&self) -> &dyn CredentialStore {
        &*self.0
    }

    /// Where accounts are at home.
    pub fn homes(&self) -> &dyn HomeStore {
        &*self.0
    }

    /// Which host keys of assets are trusted.
    pub fn host_keys(&self) -> &dyn HostKeyStore {
        &*self.0
    }

    /// What operators come through.
    pub fn devices(&self) -> &dyn DeviceStore {
        &*self.0
    }

    /// Who was where, when.
    pub fn sessions(&self) -> &dyn SessionStore {
        &*self.0
    }

    /// Which commands were judged.
    pub fn commands(&self) -> &dyn CommandStore {
        &*self.0
    }

    /// The journal's rows. [`crate::journal::Journal`] is the way to write one.
    pub fn journal(&self) -> &dyn JournalStore {
        &*self.0
    }

    /// The Merkle tree over the journal's rows, and the checkpoints over it.
    pub fn log(&self) -> &dyn LogStore {
        &*self.0
    }

    /// How late it has been.
    pub fn hours(&self) -> &dyn ClockStore {
        &*self.0
    }

    /// Lockdown orders, lifted ones too.
    pub fn lockdowns(&self) -> &dyn LockdownStore {
        &*self.0
    }

    /// When accounts logged in last.
    pub fn logins(&self) -> &dyn LoginStore {
        &*self.0
    }

    /// What waits for a second person.
    pub fn requests(&self) -> &dyn RequestStore {
        &*self.0
    }

    /// Temporary access past lockdowns.
    pub fn permits(&self) -> &dyn PermitStore {
        &*self.0
    }

    /// Codes for when no officer can be reached.
    pub fn break_glass(&self) -> &dyn BreakGlassStore {
        &*self.0
    }

    /// Every policy that was ever applied.
    pub fn policies(&self) -> &dyn PolicyStore {
        &*self.0
    }

    /// Whether anything here was sealed by the vault: then a missing master key is a loss, and not a
    /// first start.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn holds_sealed(&self) -> Result<bool, StoreError> {
        self.0.holds_sealed().await
    }

    /// Compares the database's schema with the one that this version makes.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn schema_faults(&self) -> Result<SchemaFaults, StoreError> {
        self.0.schema_faults().await
    }

    /// Whether an older version wrote the database, and a start brings it up to date.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn is_older(&self) -> Result<bool, StoreError> {
        self.0.is_older().await
    }

    /// What the database finds damaged in itself.
    ///
    /// # Errors
    /// When there is no connection. A check that breaks off says by what it did.
    pub async fn damage(&self) -> Result<Vec<Damage>, StoreError> {
        self.0.damage().await
    }

    /// Waits for what is under way and closes the database.
    pub async fn close(&self) {
        self.0.close().await;
    }
}

//! Secrets and state, in one SQLite file: the only module that names sqlx. One connection writes, a few
//! read; a commit is on the disk when its call returns. Every subject has a file here and a handle on
//! [`Store`]; the handles borrow, so that nothing keeps a connection longer than its question.

mod accounts;
mod clock;
mod commands;
mod credentials;
mod devices;
mod error;
mod factors;
mod filter;
mod hostkeys;
mod journal;

mod lockdowns;
mod open;
mod page;
mod policies;
mod row;
mod schema;
mod sessions;
mod show;

use sqlx::sqlite::SqlitePool;

pub use accounts::{Accounts, Disabled};
pub use clock::Hours;
pub use commands::{CommandPages, CommandRow, Commands};
pub use credentials::{CredentialKind, CredentialRow, Credentials, NewCredential, SealedCredential};
pub use devices::{DeviceError, DeviceRow, Devices, NewDevice, Proof, Revocation};
pub use error::StoreError;
pub use factors::{
    EnrolError, Enrolled, Enrolment, Factors, Lock, LockRule, Lockout, Place, PublicKey, Set, WayIn,
};
pub use filter::{Filter, Within};
pub use hostkeys::{HostKey, HostKeys};
pub use journal::{
    Began, Closed, Ended, File, Head, JournalPages, JournalRow, JournalRows, NewRow, Opened, RawRow, Step,
    Summaries, Told,
};
pub use lockdowns::{
    BreakGlass, Given, Lift, LockdownRow, Lockdowns, NewCode, PermitRow, Permits, Requests, Second,
};
pub use page::Pages;
pub use policies::{NewPolicy, Policies, PolicyFiles, PolicyVersion};
pub use schema::{Damage, SchemaFaults};
pub use sessions::{Compared, SessionPages, SessionRow, Sessions, Story, Through};

/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    /// A single connection: SQLite has one writer at a time, and waiting for it here is fair and cheap.
    write: SqlitePool,
    read: SqlitePool,
}

impl Store {
    /// How operators prove themselves, and how often they failed to.
    pub fn factors(&self) -> Factors<'_> {
        Factors(self)
    }

    /// Which accounts are disabled by hand.
    pub fn accounts(&self) -> Accounts<'_> {
        Accounts(self)
    }

    /// What the gateway logs in to assets with.
    pub fn credentials(&self) -> Credentials<'_> {
        Credentials(self)
    }

    /// Which host keys of assets are trusted.
    pub fn host_keys(&self) -> HostKeys<'_> {
        HostKeys(self)
    }

    /// What operators come through.
    pub fn devices(&self) -> Devices<'_> {
        Devices(self)
    }

    /// Who was where, when.
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions(self)
    }

    /// Which commands were judged.
    pub fn commands(&self) -> Commands<'_> {
        Commands(self)
    }

    /// The journal's rows. [`crate::journal::Journal`] is the way to write one.
    pub fn journal(&self) -> JournalRows<'_> {
        JournalRows(self)
    }

    /// How late it has been.
    pub fn hours(&self) -> Hours<'_> {
        Hours(self)
    }

    /// Lockdown orders, lifted ones too.
    pub fn lockdowns(&self) -> Lockdowns<'_> {
        Lockdowns(self)
    }

    /// What waits for a second person.
    pub fn requests(&self) -> Requests<'_> {
        Requests(self)
    }

    /// Temporary access past lockdowns.
    pub fn permits(&self) -> Permits<'_> {
        Permits(self)
    }

    /// Codes for when no officer can be reached.
    pub fn break_glass(&self) -> BreakGlass<'_> {
        BreakGlass(self)
    }

    /// Every policy that was ever applied.
    pub fn policies(&self) -> Policies<'_> {
        Policies(self)
    }

    /// Whether anything here was sealed by the vault: then a missing master key is a loss, and not a
    /// first start.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn holds_sealed(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM credential) OR EXISTS (SELECT 1 FROM factor WHERE totp IS NOT NULL)";
        Ok(sqlx::query_scalar(sql).fetch_one(&self.read).await?)
    }

    /// A write transaction. It takes the write lock at once: a read that turns into a write halfway
    /// would fail when another process wrote in between.
    async fn begin(&self) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>, StoreError> {
        Ok(self.write.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Waits for what is under way and closes the file.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

#[cfg(test)]
pub(crate) mod testing;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::time::Duration;

    use super::testing::{at, store};
    use super::*;

    fn is_send(_: impl Send) {}

    /// What a session awaits must be able to move between threads.
    #[tokio::test]
    async fn questions_can_be_asked_from_a_session() {
        let store = store().await;
        let filter = Filter::default();
        is_send(store.sessions().list(&filter, |_| true));
        is_send(store.journal().list(&filter, |_| true));
        is_send(crate::journal::verify(&store, std::path::Path::new("."), None));
        is_send(Store::open(&store.file));
    }

    /// A connection that drops takes the futures of its session with it, wherever they are.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn abandoned_writes_leave_the_writer_usable() {
        let store = store().await;
        let rule = LockRule { after: 1000, lock_for: Duration::from_secs(60) };
        let operator = "wang-fang".parse().unwrap();
        let way = WayIn { operator: Some(&operator), key: None };
        for micros in (0..2000).step_by(20) {
            let taken = store.factors().take_place(way, at(0), rule);
            let _ = tokio::time::timeout(Duration::from_micros(micros), taken).await;
        }
        let failures = || async {
            match store.factors().take_place(way, at(0), rule).await.unwrap() {
                Place::Taken(lockout) => lockout.failures,
                Place::Locked => 0,
            }
        };
        // One that is waited for comes after all that were abandoned on their way to the disk.
        let before = failures().await;
        assert_eq!(failures().await, before + 1);
    }
}

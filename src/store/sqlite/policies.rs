//! Every policy that was ever applied, as numbered versions with the files themselves: what was in
//! force at any moment can be read again.
//!
//! In force is what the journal tells of last. A version is kept before its row is written, so one whose
//! row never came (the disk was full, the gateway died) is kept and never was in force.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;

use super::row::{count, json, plain, time, to_json, whole, word};
use super::{Store, StoreError};
use crate::domain::Digest;

#[derive(Debug, Clone)]
pub struct NewPolicy<'a> {
    pub digest: Digest,
    pub author: &'a str,
    pub reason: &'a str,
    pub at: Timestamp,
    /// File name to content.
    pub files: &'a BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyVersion {
    /// Counts from 1.
    pub version: u64,
    pub digest: Digest,
    pub author: String,
    pub reason: String,
    pub applied_at: Timestamp,
    /// Whether it ever came into force.
    pub applied: bool,
}

/// A version with its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFiles {
    pub version: PolicyVersion,
    pub files: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy)]
pub struct Policies<'s>(pub(super) &'s Store);

impl Policies<'_> {
    /// Keeps a policy as the next version and returns its number. It comes into force by its row in the
    /// journal.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn add(self, new: &NewPolicy<'_>) -> Result<u64, StoreError> {
        let sql = "INSERT INTO policy (version, digest, author, reason, applied_at, files)
                   SELECT COALESCE(MAX(version), 0) + 1, ?, ?, ?, ?, ? FROM policy RETURNING version";
        let row = sqlx::query(sql)
            .bind(new.digest.to_string())
            .bind(new.author)
            .bind(new.reason)
            .bind(new.at.as_microsecond())
            .bind(to_json(new.files)?)
            .fetch_one(&self.0.write)
            .await?;
        count(&row, "version")
    }

    /// The version that was applied last, if any was.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn in_force(self) -> Result<Option<PolicyFiles>, StoreError> {
        let sql = "SELECT * FROM policy_version WHERE version =
                       (SELECT CASE WHEN json_valid(body) THEN body ->> '$.version' END FROM journal
                        WHERE event = 'policy-applied' ORDER BY seq DESC LIMIT 1)";
        let row = sqlx::query(sql).fetch_optional(&self.0.read).await?;
        row.as_ref().map(read_files).transpose()
    }

    /// One version, whether it came into force or not.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn version(self, number: u64) -> Result<Option<PolicyFiles>, StoreError> {
        let query = sqlx::query("SELECT * FROM policy_version WHERE version = ?").bind(whole(number));
        query.fetch_optional(&self.0.read).await?.as_ref().map(read_files).transpose()
    }

    /// All versions, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn history(self) -> Result<Vec<PolicyVersion>, StoreError> {
        let sql = "SELECT version, digest, author, reason, applied_at, applied FROM policy_version
                   ORDER BY version";
        let rows = sqlx::query(sql).fetch_all(&self.0.read).await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &SqliteRow) -> Result<PolicyVersion, StoreError> {
    Ok(PolicyVersion {
        version: count(row, "version")?,
        digest: word(row, "digest")?,
        author: plain(row, "author")?,
        reason: plain(row, "reason")?,
        applied_at: time(row, "applied_at")?,
        applied: plain(row, "applied")?,
    })
}

fn read_files(row: &SqliteRow) -> Result<PolicyFiles, StoreError> {
    Ok(PolicyFiles { version: read(row)?, files: json(row, "files")? })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::event::{Actor, Event, JournalEntry};
    use crate::journal::Journal;
    use crate::store::testing::{at, store};

    async fn journal(store: &Store, version: u64) {
        let event = Event::PolicyApplied {
            version,
            digest: Digest([7; 32]),
            previous: None,
            rollback_of: None,
            reason: String::new(),
        };
        let entry = JournalEntry { at: at(0), actor: Actor::Gateway, source: None, through: None, event };
        Journal::start(store.clone()).append(entry).await.unwrap();
    }

    #[tokio::test]
    async fn a_version_is_in_force_by_its_row_in_the_journal() {
        let store = store().await;
        let policies = store.policies();
        let files = BTreeMap::from([("rules.toml".to_owned(), "# 王芳\n".to_owned())]);
        let (author, digest) = ("local:root", Digest([7; 32]));
        let new = NewPolicy { digest, author, reason: "first", at: at(0), files: &files };
        assert_eq!(policies.add(&new).await.unwrap(), 1);
        assert_eq!(policies.in_force().await.unwrap(), None);
        journal(&store, 1).await;
        // The gateway died before the second one had its row.
        assert_eq!(policies.add(&NewPolicy { reason: "second", ..new.clone() }).await.unwrap(), 2);
        let in_force = policies.in_force().await.unwrap().unwrap();
        assert_eq!((in_force.version.version, in_force.version.reason.as_str()), (1, "first"));
        assert_eq!((&in_force.files, in_force.version.digest), (&files, digest));
        assert_eq!(policies.add(&NewPolicy { reason: "third", ..new }).await.unwrap(), 3);
        journal(&store, 3).await;
        assert_eq!(policies.in_force().await.unwrap().unwrap().version.version, 3);
        let history = policies.history().await.unwrap();
        assert_eq!(history.iter().map(|version| version.applied).collect::<Vec<_>>(), [true, false, true]);
        assert_eq!(policies.version(2).await.unwrap().unwrap().version.reason, "second");
        assert_eq!(policies.version(4).await.unwrap(), None);
    }
}

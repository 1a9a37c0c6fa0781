//! Every policy that was ever applied, as numbered versions with the files themselves: what was in
//! force at any moment can be read again.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::row::{count, json, plain, time, to_json, word};
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
    pub files: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy)]
pub struct Policies<'s>(pub(super) &'s Store);

impl Policies<'_> {
    /// Keeps a policy as the next version and returns its number.
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
    pub async fn latest(self) -> Result<Option<PolicyVersion>, StoreError> {
        let sql = "SELECT * FROM policy ORDER BY version DESC LIMIT 1";
        let row = sqlx::query(sql).fetch_optional(&self.0.read).await?;
        row.as_ref().map(read).transpose()
    }

    /// All versions, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn history(self) -> Result<Vec<PolicyVersion>, StoreError> {
        let rows = sqlx::query("SELECT * FROM policy ORDER BY version").fetch_all(&self.0.read).await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<PolicyVersion, StoreError> {
    Ok(PolicyVersion {
        version: count(row, "version")?,
        digest: word(row, "digest")?,
        author: plain(row, "author")?,
        reason: plain(row, "reason")?,
        applied_at: time(row, "applied_at")?,
        files: json(row, "files")?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::store::testing::{at, store};

    #[tokio::test]
    async fn versions_count_up() {
        let store = store().await;
        let policies = store.policies();
        assert_eq!(policies.latest().await.unwrap(), None);
        let files = BTreeMap::from([("rules.toml".to_owned(), "# 王芳\n".to_owned())]);
        let new = NewPolicy {
            digest: Digest([7; 32]),
            author: "local:root",
            reason: "first",
            at: at(0),
            files: &files,
        };
        assert_eq!(policies.add(&new).await.unwrap(), 1);
        assert_eq!(policies.add(&NewPolicy { reason: "second", ..new }).await.unwrap(), 2);
        let latest = policies.latest().await.unwrap().unwrap();
        assert_eq!((latest.version, latest.reason.as_str(), &latest.files), (2, "second", &files));
        assert_eq!(latest.digest, Digest([7; 32]));
        assert_eq!(policies.history().await.unwrap().len(), 2);
    }
}

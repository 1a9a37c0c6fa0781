//! Which host keys of assets are trusted, and on whose word.

use jiff::Timestamp;

use super::row::{plain, time};
use super::{Store, StoreError};
use crate::domain::AssetName;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostKey {
    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
    /// As in an OpenSSH public key file.
    pub line: String,
    /// How it came to be trusted: `pinned`, `first-use` …
    pub how: String,
    pub at: Timestamp,
    pub by: String,
}

#[derive(Debug, Clone, Copy)]
pub struct HostKeys<'s>(pub(super) &'s Store);

impl HostKeys<'_> {
    /// Trusts a key beside those that are trusted already; false when it was one of them.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn trust(self, asset: &AssetName, key: &HostKey) -> Result<bool, StoreError> {
        let sql = "INSERT INTO host_key (asset, fingerprint, line, how, trusted_at, trusted_by)
                   VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
        self.insert(sql, asset, key).await
    }

    /// Trusts a key only if none is trusted yet, decided in one step: of two first connections at
    /// once, one wins. False when there was one.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn trust_first(self, asset: &AssetName, key: &HostKey) -> Result<bool, StoreError> {
        let sql = "INSERT INTO host_key (asset, fingerprint, line, how, trusted_at, trusted_by)
                   SELECT ?1, ?2, ?3, ?4, ?5, ?6
                   WHERE NOT EXISTS (SELECT 1 FROM host_key WHERE asset = ?1)";
        self.insert(sql, asset, key).await
    }

    async fn insert(self, sql: &'static str, asset: &AssetName, key: &HostKey) -> Result<bool, StoreError> {
        let done = sqlx::query(sql)
            .bind(asset.as_str())
            .bind(&key.fingerprint)
            .bind(&key.line)
            .bind(&key.how)
            .bind(key.at.as_microsecond())
            .bind(&key.by)
            .execute(&self.0.write)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// The trusted keys of an asset, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn trusted(self, asset: &AssetName) -> Result<Vec<HostKey>, StoreError> {
        let sql = "SELECT * FROM host_key WHERE asset = ? ORDER BY trusted_at, fingerprint";
        let rows = sqlx::query(sql).bind(asset.as_str()).fetch_all(&self.0.read).await?;
        rows.iter().map(read).collect()
    }

    /// Trusts a key no longer; false when it was not trusted.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn distrust(self, asset: &AssetName, fingerprint: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM host_key WHERE asset = ? AND fingerprint = ?";
        let query = sqlx::query(sql).bind(asset.as_str()).bind(fingerprint);
        Ok(query.execute(&self.0.write).await?.rows_affected() > 0)
    }
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<HostKey, StoreError> {
    Ok(HostKey {
        fingerprint: plain(row, "fingerprint")?,
        line: plain(row, "line")?,
        how: plain(row, "how")?,
        at: time(row, "trusted_at")?,
        by: plain(row, "trusted_by")?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::store::testing::{at, store};

    #[tokio::test]
    async fn only_the_first_key_is_taken_on_trust() {
        let store = store().await;
        let asset = "db1".parse().unwrap();
        let key = |fingerprint: &str| HostKey {
            fingerprint: fingerprint.to_owned(),
            line: "ssh-ed25519 AAAA".to_owned(),
            how: "first-use".to_owned(),
            at: at(0),
            by: "gateway".to_owned(),
        };
        let keys = store.host_keys();
        assert!(keys.trust_first(&asset, &key("SHA256:a")).await.unwrap());
        assert!(!keys.trust_first(&asset, &key("SHA256:b")).await.unwrap());
        assert_eq!(keys.trusted(&asset).await.unwrap(), [key("SHA256:a")]);
        assert!(keys.trust(&asset, &key("SHA256:b")).await.unwrap());
        assert!(!keys.trust(&asset, &key("SHA256:b")).await.unwrap());
        assert!(keys.distrust(&asset, "SHA256:a").await.unwrap());
        assert_eq!(keys.trusted(&asset).await.unwrap(), [key("SHA256:b")]);
    }
}

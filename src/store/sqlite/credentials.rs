//! What the gateway logs in to assets with: sealed by the vault before it comes here.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::row::{plain, spell, time, word};
use super::{Store, StoreError};
use crate::domain::{AssetName, LoginName};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CredentialKind {
    Key,
    Password,
}

impl CredentialKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Password => "password",
        }
    }
}

#[derive(Debug, Clone)]
pub struct NewCredential<'a> {
    pub asset: &'a AssetName,
    pub login: &'a LoginName,
    pub kind: CredentialKind,
    pub sealed: &'a [u8],
    pub at: Timestamp,
    pub by: &'a str,
}

/// What the vault opens to log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedCredential {
    pub kind: CredentialKind,
    pub sealed: Vec<u8>,
}

/// What may be shown of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialRow {
    pub asset: AssetName,
    pub login: LoginName,
    pub kind: CredentialKind,
    pub set_at: Timestamp,
    pub set_by: String,
}

impl fmt::Display for CredentialKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Key => "key",
            Self::Password => "password",
        })
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Credentials<'s>(pub(super) &'s Store);

impl Credentials<'_> {
    /// Keeps a credential in place of any other for the same asset and login.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn set(self, new: &NewCredential<'_>) -> Result<(), StoreError> {
        let sql =
            "INSERT INTO credential (asset, login, kind, sealed, set_at, set_by) VALUES (?, ?, ?, ?, ?, ?)
                   ON CONFLICT (asset, login) DO UPDATE SET
                       kind = excluded.kind, sealed = excluded.sealed,
                       set_at = excluded.set_at, set_by = excluded.set_by";
        sqlx::query(sql)
            .bind(new.asset.as_str())
            .bind(new.login.as_str())
            .bind(spell(&new.kind)?)
            .bind(new.sealed)
            .bind(new.at.as_microsecond())
            .bind(new.by)
            .execute(&self.0.write)
            .await?;
        Ok(())
    }

    /// The sealed credential, if there is one.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn find(
        self,
        asset: &AssetName,
        login: &LoginName,
    ) -> Result<Option<SealedCredential>, StoreError> {
        let sql = "SELECT kind, sealed FROM credential WHERE asset = ? AND login = ?";
        let query = sqlx::query(sql).bind(asset.as_str()).bind(login.as_str());
        let Some(row) = query.fetch_optional(&self.0.read).await? else { return Ok(None) };
        Ok(Some(SealedCredential { kind: word(&row, "kind")?, sealed: plain(&row, "sealed")? }))
    }

    /// All credentials without what is secret in them, by asset and login.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list(self) -> Result<Vec<CredentialRow>, StoreError> {
        let sql = "SELECT asset, login, kind, set_at, set_by FROM credential ORDER BY asset, login";
        let rows = sqlx::query(sql).fetch_all(&self.0.read).await?;
        rows.iter().map(read).collect()
    }

    /// At most so many of them, by asset and login, behind this one.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn page(
        self,
        after: Option<(&AssetName, &LoginName)>,
        limit: u32,
    ) -> Result<Vec<CredentialRow>, StoreError> {
        let sql = "SELECT asset, login, kind, set_at, set_by FROM credential WHERE (asset, login) > (?, ?)
                   ORDER BY asset, login LIMIT ?";
        let (asset, login) = after.map(|(asset, login)| (asset.as_str(), login.as_str())).unwrap_or_default();
        let query = sqlx::query(sql).bind(asset).bind(login).bind(limit);
        let rows = query.fetch_all(&self.0.read).await?;
        rows.iter().map(read).collect()
    }

    /// Forgets a credential; false when there was none.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn remove(self, asset: &AssetName, login: &LoginName) -> Result<bool, StoreError> {
        let sql = "DELETE FROM credential WHERE asset = ? AND login = ?";
        let query = sqlx::query(sql).bind(asset.as_str()).bind(login.as_str());
        Ok(query.execute(&self.0.write).await?.rows_affected() > 0)
    }
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<CredentialRow, StoreError> {
    Ok(CredentialRow {
        asset: word(row, "asset")?,
        login: word(row, "login")?,
        kind: word(row, "kind")?,
        set_at: time(row, "set_at")?,
        set_by: plain(row, "set_by")?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::store::testing::{at, store};

    #[tokio::test]
    async fn one_credential_a_login() {
        let store = store().await;
        let (asset, login) = ("db1".parse().unwrap(), "oracle".parse().unwrap());
        let new = |kind, sealed| NewCredential {
            asset: &asset,
            login: &login,
            kind,
            sealed,
            at: at(0),
            by: "local:root",
        };
        let credentials = store.credentials();
        assert!(!store.holds_sealed().await.unwrap());
        credentials.set(&new(CredentialKind::Key, b"sealed key")).await.unwrap();
        credentials.set(&new(CredentialKind::Password, b"sealed password")).await.unwrap();
        assert!(store.holds_sealed().await.unwrap());
        let found = credentials.find(&asset, &login).await.unwrap().unwrap();
        assert_eq!(
            (found.kind, found.sealed.as_slice()),
            (CredentialKind::Password, &b"sealed password"[..])
        );
        let listed = credentials.list().await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!((listed.first().unwrap().set_at, listed.first().unwrap().kind), (at(0), found.kind));
        assert!(credentials.remove(&asset, &login).await.unwrap());
        assert!(!credentials.remove(&asset, &login).await.unwrap());
        assert_eq!(credentials.find(&asset, &login).await.unwrap(), None);
    }

    #[tokio::test]
    async fn pages_follow_each_other() {
        let store = store().await;
        for asset in ["db2", "db1"] {
            for login in ["root", "app"] {
                let (asset, login) = (asset.parse().unwrap(), login.parse().unwrap());
                let sealed = b"sealed".as_slice();
                let (asset, login, kind) = (&asset, &login, CredentialKind::Key);
                let new = NewCredential { asset, login, kind, sealed, at: at(0), by: "local:root" };
                store.credentials().set(&new).await.unwrap();
            }
        }
        let all = store.credentials().list().await.unwrap();
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let place = after.as_ref().map(|row: &CredentialRow| (&row.asset, &row.login));
            let page = store.credentials().page(place, 3).await.unwrap();
            let Some(last) = page.last().cloned() else { break };
            assert!(page.len() <= 3);
            paged.extend(page);
            after = Some(last);
        }
        assert_eq!(paged, all);
    }
}

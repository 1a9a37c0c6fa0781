use super::database::Sqlite;
use super::row::{plain, time};
use crate::domain::AssetName;
use crate::store::api::error::StoreError;
use crate::store::api::future::StoreFuture;
use crate::store::api::host_keys::{HostKeyStore, MOST_KEYS, TrustedHostKey};

impl HostKeyStore for Sqlite {
    fn trust<'a>(&'a self, asset: &'a AssetName, key: &'a TrustedHostKey) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let sql = "INSERT INTO host_key (asset, fingerprint, line, how, trusted_at, trusted_by)
                   VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
            insert(self, sql, asset, key).await
        })
    }

    fn trust_first<'a>(&'a self, asset: &'a AssetName, key: &'a TrustedHostKey) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let sql = "INSERT INTO host_key (asset, fingerprint, line, how, trusted_at, trusted_by)
                   SELECT ?1, ?2, ?3, ?4, ?5, ?6
                   WHERE NOT EXISTS (SELECT 1 FROM host_key WHERE asset = ?1)";
            insert(self, sql, asset, key).await
        })
    }

    fn trusted<'a>(&'a self, asset: &'a AssetName) -> StoreFuture<'a, Vec<TrustedHostKey>> {
        Box::pin(async move {
            let sql = "SELECT * FROM host_key WHERE asset = ? ORDER BY trusted_at, fingerprint LIMIT ?";
            let one_more = i64::try_from(MOST_KEYS).unwrap_or(i64::MAX).saturating_add(1);
            let rows = sqlx::query(sql).bind(asset.as_str()).bind(one_more).fetch_all(&self.read).await?;
            if rows.len() > MOST_KEYS {
                return Err(StoreError::TooMany { most: MOST_KEYS });
            }
            rows.iter().map(read).collect()
        })
    }

    fn distrust<'a>(&'a self, asset: &'a AssetName, fingerprint: &'a str) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let sql = "DELETE FROM host_key WHERE asset = ? AND fingerprint = ?";
            let query = sqlx::query(sql).bind(asset.as_str()).bind(fingerprint);
            Ok(query.execute(&self.write).await?.rows_affected() > 0)
        })
    }
}

async fn insert(
    to: &Sqlite,
    sql: &'static str,
    asset: &AssetName,
    key: &TrustedHostKey,
) -> Result<bool, StoreError> {
    let done = sqlx::query(sql)
        .bind(asset.as_str())
        .bind(&key.fingerprint)
        .bind(&key.line)
        .bind(&key.how)
        .bind(key.at.as_microsecond())
        .bind(&key.by)
        .execute(&to.write)
        .await?;
    Ok(done.rows_affected() > 0)
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<TrustedHostKey, StoreError> {
    Ok(TrustedHostKey {
        fingerprint: plain(row, "fingerprint")?,
        line: plain(row, "line")?,
        how: plain(row, "how")?,
        at: time(row, "trusted_at")?,
        by: plain(row, "trusted_by")?,
    })
}

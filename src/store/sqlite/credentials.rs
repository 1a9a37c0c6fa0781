use super::database::Sqlite;
use super::row::{at_most, plain, spell, time, word};
use crate::domain::{AssetName, LoginName};
use crate::store::api::credentials::{CredentialRow, CredentialStore, NewCredential, SealedCredential};
use crate::store::api::error::StoreError;
use crate::store::api::future::StoreFuture;

impl CredentialStore for Sqlite {
    fn set<'a>(&'a self, new: &'a NewCredential<'a>) -> StoreFuture<'a, ()> {
        Box::pin(async move {
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
                .execute(&self.write)
                .await?;
            Ok(())
        })
    }

    fn find<'a>(
        &'a self,
        asset: &'a AssetName,
        login: &'a LoginName,
    ) -> StoreFuture<'a, Option<SealedCredential>> {
        Box::pin(async move {
            let sql = "SELECT kind, sealed FROM credential WHERE asset = ? AND login = ?";
            let query = sqlx::query(sql).bind(asset.as_str()).bind(login.as_str());
            let Some(row) = query.fetch_optional(&self.read).await? else { return Ok(None) };
            Ok(Some(SealedCredential { kind: word(&row, "kind")?, sealed: plain(&row, "sealed")? }))
        })
    }

    fn list(&self, after: Option<(AssetName, LoginName)>, limit: u32) -> StoreFuture<'_, Vec<CredentialRow>> {
        Box::pin(async move {
            let sql =
                "SELECT asset, login, kind, set_at, set_by FROM credential WHERE (asset, login) > (?, ?)
                   ORDER BY asset, login LIMIT ?";
            let after = after.as_ref().map(|(asset, login)| (asset.as_str(), login.as_str()));
            let (asset, login) = after.unwrap_or_default();
            let query = sqlx::query(sql).bind(asset).bind(login).bind(at_most(limit));
            query.fetch_all(&self.read).await?.iter().map(read).collect()
        })
    }

    fn remove<'a>(&'a self, asset: &'a AssetName, login: &'a LoginName) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let sql = "DELETE FROM credential WHERE asset = ? AND login = ?";
            let query = sqlx::query(sql).bind(asset.as_str()).bind(login.as_str());
            Ok(query.execute(&self.write).await?.rows_affected() > 0)
        })
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

use sqlx::sqlite::SqliteRow;

use super::database::Sqlite;
use super::row::{at_most, count, json, plain, time, to_json, whole, word};
use crate::store::api::error::StoreError;
use crate::store::api::future::StoreFuture;
use crate::store::api::policies::{NewPolicy, PolicyFiles, PolicyStore, PolicyVersion};

impl PolicyStore for Sqlite {
    fn add<'a>(&'a self, new: &'a NewPolicy<'a>) -> StoreFuture<'a, u64> {
        Box::pin(async move {
            let sql = "INSERT INTO policy (version, digest, author, reason, applied_at, files)
                   SELECT COALESCE(MAX(version), 0) + 1, ?, ?, ?, ?, ? FROM policy RETURNING version";
            let row = sqlx::query(sql)
                .bind(new.digest.to_string())
                .bind(new.author)
                .bind(new.reason)
                .bind(new.at.as_microsecond())
                .bind(to_json(new.files)?)
                .fetch_one(&self.write)
                .await?;
            count(&row, "version")
        })
    }

    fn in_force(&self) -> StoreFuture<'_, Option<PolicyFiles>> {
        Box::pin(async move {
            let sql = "SELECT * FROM policy_version WHERE version =
                       (SELECT CASE WHEN json_valid(body) THEN body ->> '$.version' END FROM journal
                        WHERE event = 'policy-applied' ORDER BY seq DESC LIMIT 1)";
            let row = sqlx::query(sql).fetch_optional(&self.read).await?;
            row.as_ref().map(read_files).transpose()
        })
    }

    fn version(&self, number: u64) -> StoreFuture<'_, Option<PolicyFiles>> {
        Box::pin(async move {
            let query = sqlx::query("SELECT * FROM policy_version WHERE version = ?").bind(whole(number));
            query.fetch_optional(&self.read).await?.as_ref().map(read_files).transpose()
        })
    }

    fn history(&self, after: Option<u64>, limit: u32) -> StoreFuture<'_, Vec<PolicyVersion>> {
        Box::pin(async move {
            let sql = "SELECT version, digest, author, reason, applied_at, applied FROM policy_version
                   WHERE version > ? ORDER BY version LIMIT ?";
            let query = sqlx::query(sql).bind(after.map_or(-1, whole)).bind(at_most(limit));
            query.fetch_all(&self.read).await?.iter().map(read).collect()
        })
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

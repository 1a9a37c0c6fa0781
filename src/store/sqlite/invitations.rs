use jiff::Timestamp;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::database::Sqlite;
use super::row::{at_most, plain, spell, time, whole, word};
use super::{drafts, recovery, requests, terms};
use crate::domain::{Digest, OperatorName};
use crate::store::api::error::StoreError;
use crate::store::api::factors::EnrolError;
use crate::store::api::future::StoreFuture;
use crate::store::api::given::Given;
use crate::store::api::invitations::{Invitation, InvitationStore, Redeemed};

impl InvitationStore for Sqlite {
    fn invite<'a>(&'a self, new: &'a [Invitation]) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            for invitation in new {
                insert(&mut tx, invitation).await?;
            }
            Ok(tx.commit().await?)
        })
    }

    fn invite_asked<'a>(&'a self, new: &'a Invitation, given: Given<'a>) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            if !requests::settle(&mut tx, given).await? {
                return Ok(false);
            }
            insert(&mut tx, new).await?;
            tx.commit().await?;
            Ok(true)
        })
    }

    fn find<'a>(&'a self, operator: Option<&'a OperatorName>) -> StoreFuture<'a, Option<Invitation>> {
        Box::pin(async move {
            let query = sqlx::query("SELECT * FROM invitation WHERE operator = ?");
            let row =
                query.bind(operator.map_or("", OperatorName::as_str)).fetch_optional(&self.read).await?;
            row.as_ref().map(read).transpose()
        })
    }

    fn open(
        &self,
        now: Timestamp,
        after: Option<OperatorName>,
        limit: u32,
    ) -> StoreFuture<'_, Vec<Invitation>> {
        Box::pin(async move {
            let sql =
                "SELECT * FROM invitation WHERE operator > ? AND expires_at > ? ORDER BY operator LIMIT ?";
            let query = sqlx::query(sql).bind(after.as_ref().map_or("", OperatorName::as_str));
            let query = query.bind(now.as_microsecond()).bind(at_most(limit));
            query.fetch_all(&self.read).await?.iter().map(read).collect()
        })
    }

    fn withdraw<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let query = sqlx::query("DELETE FROM invitation WHERE operator = ?").bind(operator.as_str());
            Ok(query.execute(&self.write).await?.rows_affected() > 0)
        })
    }

    fn redeem<'a>(&'a self, redeemed: &'a Redeemed<'a>, seats: u32) -> StoreFuture<'a, bool, EnrolError> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            let (name, at) = (redeemed.new.operator, redeemed.new.set.at);
            if drafts::changed_at(&mut tx, name).await? != redeemed.of || !spend(&mut tx, redeemed).await? {
                return Ok(false);
            }
            for key in redeemed.new.public_keys {
                drafts::of_nobody_else(&mut tx, name.as_str(), key).await?;
            }
            drafts::write(&mut tx, &redeemed.new, seats).await?;
            if let Some(step) = redeemed.step {
                let query = sqlx::query("UPDATE factor SET totp_step = ? WHERE operator = ?");
                query.bind(whole(step)).bind(name.as_str()).execute(&mut *tx).await?;
            }
            if !redeemed.recovery.is_empty() {
                recovery::replace(&mut tx, name, redeemed.recovery, at).await?;
            }
            if let Some(version) = redeemed.terms {
                terms::accept(&mut tx, name, version, at).await?;
            }
            tx.commit().await?;
            Ok(true)
        })
    }
}

async fn insert(tx: &mut SqliteConnection, new: &Invitation) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO invitation
                   (operator, digest, role, issued_at, issued_by, confirmed, expires_at)
               VALUES (?, ?, ?, ?, ?, ?, ?)";
    let query = sqlx::query(sql).bind(new.operator.as_str()).bind(new.digest.0.to_vec());
    let query = query.bind(spell(&new.role)?).bind(new.issued_at.as_microsecond());
    let query = query.bind(&new.issued_by).bind(new.confirmed);
    query.bind(new.expires_at.as_microsecond()).execute(tx).await?;
    Ok(())
}

async fn spend(tx: &mut SqliteConnection, redeemed: &Redeemed<'_>) -> Result<bool, StoreError> {
    let sql = "DELETE FROM invitation WHERE operator = ? AND digest = ? AND expires_at > ?";
    let query = sqlx::query(sql).bind(redeemed.new.operator.as_str()).bind(redeemed.digest.0.to_vec());
    let done = query.bind(redeemed.new.set.at.as_microsecond()).execute(tx).await?;
    Ok(done.rows_affected() > 0)
}

fn read(row: &SqliteRow) -> Result<Invitation, StoreError> {
    let digest: Vec<u8> = plain(row, "digest")?;
    Ok(Invitation {
        operator: word(row, "operator")?,
        // The table holds it to its length.
        digest: Digest(digest.try_into().unwrap_or_default()),
        role: word(row, "role")?,
        issued_at: time(row, "issued_at")?,
        issued_by: plain(row, "issued_by")?,
        confirmed: plain(row, "confirmed")?,
        expires_at: time(row, "expires_at")?,
    })
}

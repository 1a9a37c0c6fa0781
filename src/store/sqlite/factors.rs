use jiff::Timestamp;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::database::Sqlite;
use super::row::{at_most, count, maybe_word, plain, spell, time, whole, word};
use super::{drafts, lockout, requests};
use crate::auth::Factor;
use crate::auth::attestation::KeyMake;
use crate::domain::{OperatorName, RequestId, Role, Secret};
use crate::lockdown::PendingRequest;
use crate::store::api::error::StoreError;
use crate::store::api::factors::{
    EnrolError, Enrolled, EnrolledAs, EnrolledKey, Enrolment, FactorStore, OldPassword, OwnChange,
};
use crate::store::api::future::StoreFuture;
use crate::store::api::given::Given;
use crate::store::api::lockout::{GuessPlace, Lock, LockKey, LockRule, Lockout, WayIn};

impl FactorStore for Sqlite {
    fn enrol<'a>(&'a self, new: &'a Enrolment<'a>, seats: u32) -> StoreFuture<'a, (), EnrolError> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            drafts::write(&mut tx, new, seats).await?;
            Ok(tx.commit().await?)
        })
    }

    fn find<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, Option<Enrolled>> {
        Box::pin(async move { find(self, operator.as_str()).await })
    }

    fn key_of_another<'a>(
        &'a self,
        fingerprint: &'a str,
        operator: &'a OperatorName,
    ) -> StoreFuture<'a, Option<OperatorName>> {
        Box::pin(async move {
            let sql = "SELECT operator FROM public_key WHERE fingerprint = ? AND operator <> ?
                       ORDER BY operator LIMIT 1";
            let query = sqlx::query(sql).bind(fingerprint).bind(operator.as_str());
            query.fetch_optional(&self.read).await?.map(|row| word(&row, "operator")).transpose()
        })
    }

    fn everybody(&self, after: Option<OperatorName>, limit: u32) -> StoreFuture<'_, Vec<Enrolled>> {
        Box::pin(async move {
            let sql = "SELECT f.*, k.fingerprint, k.line, k.maker, k.aaguid
                       FROM (SELECT * FROM factor WHERE operator > ? ORDER BY operator LIMIT ?) f
                       LEFT JOIN public_key k ON k.operator = f.operator
                       ORDER BY f.operator, k.added_at, k.fingerprint";
            let after = after.as_ref().map_or("", OperatorName::as_str);
            let rows = sqlx::query(sql).bind(after).bind(at_most(limit)).fetch_all(&self.read).await?;
            whole_accounts(&rows)
        })
    }

    fn find_nobody(&self) -> StoreFuture<'_, ()> {
        Box::pin(async move { find(self, "").await.map(drop) })
    }

    fn accept_step<'a>(&'a self, operator: &'a OperatorName, step: u64) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let sql = "UPDATE factor SET totp_step = ?1
                   WHERE operator = ?2 AND totp IS NOT NULL AND (totp_step IS NULL OR totp_step < ?1)";
            let query = sqlx::query(sql).bind(whole(step)).bind(operator.as_str());
            Ok(query.execute(&self.write).await?.rows_affected() > 0)
        })
    }

    fn last_step<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, Option<u64>> {
        Box::pin(async move {
            let sql = "SELECT totp_step FROM factor WHERE operator = ? AND totp_step IS NOT NULL";
            let row = sqlx::query(sql).bind(operator.as_str()).fetch_optional(&self.read).await?;
            row.map(|row| count(&row, "totp_step")).transpose()
        })
    }

    fn accept_counter<'a>(
        &'a self,
        operator: &'a OperatorName,
        fingerprint: &'a str,
        counter: u32,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let sql = "UPDATE public_key SET counter = ?1 WHERE operator = ?2 AND fingerprint = ?3
                   AND (counter < ?1 OR (counter = 0 AND ?1 = 0))";
            let query = sqlx::query(sql).bind(counter).bind(operator.as_str()).bind(fingerprint);
            Ok(query.execute(&self.write).await?.rows_affected() > 0)
        })
    }

    fn remove_key<'a>(&'a self, operator: &'a OperatorName, fingerprint: &'a str) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let sql = "DELETE FROM public_key WHERE operator = ? AND fingerprint = ?";
            let query = sqlx::query(sql).bind(operator.as_str()).bind(fingerprint);
            Ok(query.execute(&self.write).await?.rows_affected() > 0)
        })
    }

    fn reset<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            let done = forget(&mut tx, operator).await?;
            tx.commit().await?;
            Ok(done)
        })
    }

    fn take_away<'a>(
        &'a self,
        operator: &'a OperatorName,
        factor: Factor,
        at: Timestamp,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            let done = take_away(&mut tx, operator.as_str(), factor, at.as_microsecond()).await?;
            tx.commit().await?;
            Ok(done)
        })
    }

    fn outdate<'a>(&'a self, operator: &'a OperatorName, at: Timestamp) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            drafts::outdate(&mut tx, operator, at).await?;
            Ok(tx.commit().await?)
        })
    }

    fn change_own<'a>(&'a self, change: &'a OwnChange<'a>) -> StoreFuture<'a, bool, EnrolError> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            if !drafts::change_own(&mut tx, change).await? {
                return Ok(false);
            }
            tx.commit().await?;
            Ok(true)
        })
    }

    fn passwords<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, Vec<OldPassword>> {
        Box::pin(async move {
            let sql = "SELECT * FROM password_history WHERE operator = ? ORDER BY set_at DESC, rowid DESC";
            let rows = sqlx::query(sql).bind(operator.as_str()).fetch_all(&self.read).await?;
            let read = |row| {
                let hash = Secret::new(plain::<String>(row, "password")?);
                Ok(OldPassword { hash, set_at: time(row, "set_at")? })
            };
            rows.iter().map(read).collect()
        })
    }

    fn activated(&self) -> StoreFuture<'_, u64> {
        Box::pin(async move {
            let row = sqlx::query("SELECT COUNT(*) AS taken FROM factor").fetch_one(&self.read).await?;
            count(&row, "taken")
        })
    }

    fn enrolled(&self, after: Option<OperatorName>, limit: u32) -> StoreFuture<'_, Vec<EnrolledAs>> {
        Box::pin(async move {
            let sql = "SELECT operator, set_as FROM factor WHERE operator > ? ORDER BY operator LIMIT ?";
            let after = after.as_ref().map_or("", OperatorName::as_str);
            let rows = sqlx::query(sql).bind(after).bind(at_most(limit)).fetch_all(&self.read).await?;
            let read =
                |row| Ok(EnrolledAs { operator: word(row, "operator")?, role: maybe_word(row, "set_as")? });
            rows.iter().map(read).collect()
        })
    }

    fn note_role<'a>(&'a self, operator: &'a OperatorName, role: Role) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let sql = "UPDATE factor SET set_as = ? WHERE operator = ? AND set_as IS NULL";
            let query = sqlx::query(sql).bind(spell(&role)?).bind(operator.as_str());
            query.execute(&self.write).await?;
            Ok(())
        })
    }

    fn ask<'a>(&'a self, request: &'a PendingRequest, new: &'a Enrolment<'a>) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            requests::insert(&mut tx, request).await?;
            drafts::keep(&mut tx, &request.id, new).await?;
            Ok(tx.commit().await?)
        })
    }

    fn enrol_asked<'a>(
        &'a self,
        operator: &'a OperatorName,
        role: Role,
        given: Given<'a>,
        seats: u32,
    ) -> StoreFuture<'a, Option<Vec<EnrolledKey>>, EnrolError> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            let Some(keys) = drafts::take(&mut tx, operator, role, given, seats).await? else {
                return Ok(None);
            };
            tx.commit().await?;
            Ok(Some(keys))
        })
    }

    fn reset_asked<'a>(&'a self, operator: &'a OperatorName, given: Given<'a>) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            if !requests::settle(&mut tx, given).await? {
                return Ok(false);
            }
            forget(&mut tx, operator).await?;
            tx.commit().await?;
            Ok(true)
        })
    }

    fn forget_asked<'a>(&'a self, request: &'a RequestId) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let sql = "DELETE FROM factor_request WHERE request = ?";
            sqlx::query(sql).bind(request.as_str()).execute(&self.write).await?;
            Ok(())
        })
    }

    fn take_place<'a>(
        &'a self,
        way: WayIn<'a>,
        now: Timestamp,
        rule: LockRule,
    ) -> StoreFuture<'a, GuessPlace> {
        Box::pin(async move { lockout::take_place(self, way, now, rule).await })
    }

    fn give_back<'a>(
        &'a self,
        way: WayIn<'a>,
        places: u64,
        since: Timestamp,
        now: Timestamp,
        rule: LockRule,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move { lockout::give_back(self, way, places, since, now, rule).await })
    }

    fn lockout<'a>(
        &'a self,
        way: WayIn<'a>,
        now: Timestamp,
    ) -> StoreFuture<'a, (Option<Lockout>, Option<Timestamp>)> {
        Box::pin(async move { lockout::of(self, way, now).await })
    }

    fn locks(&self, now: Timestamp, after: Option<LockKey>, limit: u32) -> StoreFuture<'_, Vec<Lock>> {
        Box::pin(async move { lockout::locks(self, now, after, limit).await })
    }

    fn unlock<'a>(&'a self, operator: &'a OperatorName, now: Timestamp) -> StoreFuture<'a, Vec<Lock>> {
        Box::pin(async move { lockout::unlock(self, operator, now).await })
    }
}

/// Takes all that proves the account, and what would let somebody prove it anew.
async fn forget(tx: &mut SqliteConnection, operator: &OperatorName) -> Result<bool, StoreError> {
    let sql = "DELETE FROM invitation WHERE operator = ?";
    sqlx::query(sql).bind(operator.as_str()).execute(&mut *tx).await?;
    let sql = "DELETE FROM factor WHERE operator = ?";
    Ok(sqlx::query(sql).bind(operator.as_str()).execute(tx).await?.rows_affected() > 0)
}

async fn take_away(
    tx: &mut SqliteConnection,
    operator: &str,
    factor: Factor,
    at: i64,
) -> Result<bool, StoreError> {
    let set = "UPDATE factor SET changed_at = MAX(changed_at + 1, ?1), password = iif(?2 = 'password', NULL, password),
                   totp = iif(?2 = code_kind, NULL, totp), totp_step = iif(?2 = code_kind, NULL, totp_step)
               WHERE operator = ?3 AND CASE WHEN ?2 = 'password' THEN password IS NOT NULL
                   WHEN ?2 IN ('totp', 'gm-otp') THEN totp IS NOT NULL AND code_kind = ?2
                   ELSE EXISTS (SELECT 1 FROM public_key k WHERE k.operator = factor.operator) END";
    let query = sqlx::query(set).bind(at).bind(factor.as_str()).bind(operator);
    if query.execute(&mut *tx).await?.rows_affected() == 0 {
        return Ok(false);
    }
    let with_it = match factor {
        Factor::PublicKey | Factor::SkVerified => "DELETE FROM public_key WHERE operator = ?",
        Factor::Totp | Factor::GmOtp => "DELETE FROM recovery_code WHERE operator = ?",
        Factor::Password => return Ok(true),
    };
    sqlx::query(with_it).bind(operator).execute(tx).await?;
    Ok(true)
}

async fn find(from: &Sqlite, operator: &str) -> Result<Option<Enrolled>, StoreError> {
    let sql = "SELECT f.*, k.fingerprint, k.line, k.maker, k.aaguid FROM factor f
               LEFT JOIN public_key k ON k.operator = f.operator
               WHERE f.operator = ? ORDER BY k.added_at, k.fingerprint";
    let rows = sqlx::query(sql).bind(operator).fetch_all(&from.read).await?;
    Ok(whole_accounts(&rows)?.pop())
}

/// Of rows that have an account and one of its keys each, the accounts with all their keys.
fn whole_accounts(rows: &[SqliteRow]) -> Result<Vec<Enrolled>, StoreError> {
    let mut found: Vec<Enrolled> = Vec::new();
    for row in rows {
        let name: &str = plain(row, "operator")?;
        if found.last().is_none_or(|last| last.operator.as_str() != name) {
            found.push(read(row)?);
        }
        if let (Some(last), Some(key)) = (found.last_mut(), read_key(row)?) {
            last.public_keys.push(key);
        }
    }
    Ok(found)
}

fn read(row: &SqliteRow) -> Result<Enrolled, StoreError> {
    Ok(Enrolled {
        operator: word(row, "operator")?,
        password: plain::<Option<String>>(row, "password")?.map(Secret::new),
        codes: drafts::read_codes(row)?,
        public_keys: Vec::new(),
        enrolled_at: time(row, "enrolled_at")?,
        set_at: time(row, "set_at")?,
        set_by: plain(row, "set_by")?,
        set_as: maybe_word(row, "set_as")?,
        changed_at: time(row, "changed_at")?,
    })
}

fn read_key(row: &SqliteRow) -> Result<Option<EnrolledKey>, StoreError> {
    let Some(fingerprint) = maybe_word(row, "fingerprint")? else { return Ok(None) };
    let (maker, aaguid) = (plain(row, "maker")?, maybe_word(row, "aaguid")?);
    let make = Option::zip(maker, aaguid).map(|(maker, aaguid)| KeyMake { maker, aaguid });
    Ok(Some(EnrolledKey { fingerprint, line: plain(row, "line")?, make }))
}

//! Factors as they are set, and those that wait for a second person's word.

use jiff::Timestamp;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::requests;
use super::row::{json, plain, spell, time, to_json, whole, word};
use crate::auth::attestation::KeyMake;
use crate::domain::{OperatorName, RequestId, Role};
use crate::store::api::error::StoreError;
use crate::store::api::factors::{
    EnrolError, EnrolledKey, Enrolment, MOST_KEYS, OwnChange, SealedCodes, Set,
};
use crate::store::api::given::Given;

/// Sets factors, where there is a seat.
pub(super) async fn write(
    tx: &mut SqliteConnection,
    new: &Enrolment<'_>,
    seats: u32,
) -> Result<(), EnrolError> {
    let name = new.operator.as_str();
    // Who has a seat keeps it, also where fewer are allowed than are taken.
    let sql = "SELECT COUNT(*) >= ?1 AND NOT EXISTS (SELECT 1 FROM factor WHERE operator = ?2) FROM factor";
    let full = sqlx::query_scalar(sql).bind(i64::from(seats)).bind(name).fetch_one(&mut *tx).await?;
    if full {
        return Err(EnrolError::NoSeat { seats });
    }
    // A new secret starts counting its codes anew.
    let sql = "INSERT INTO factor
                   (operator, password, totp, code_kind, enrolled_at, set_at, set_by, set_as, changed_at)
               VALUES (?1, ?2, ?3, ?7, ?4, ?4, ?5, ?6, ?4)
               ON CONFLICT (operator) DO UPDATE SET
                   password = COALESCE(excluded.password, password),
                   totp_step = iif(excluded.totp IS NULL, totp_step, NULL),
                   code_kind = iif(excluded.totp IS NULL, code_kind, excluded.code_kind),
                   totp = COALESCE(excluded.totp, totp),
                   set_at = excluded.set_at, set_by = excluded.set_by, set_as = excluded.set_as,
                   changed_at = MAX(changed_at + 1, excluded.changed_at)";
    let at = new.set.at.as_microsecond();
    let (sealed, kind) = codes(new)?;
    let query = sqlx::query(sql).bind(name).bind(new.password).bind(sealed).bind(at);
    query.bind(new.set.by).bind(spell(&new.set.role)?).bind(kind).execute(&mut *tx).await?;
    if let Some(password) = new.password {
        remember(tx, name, password, at).await?;
    }
    if new.codes.is_some() {
        let sql = "DELETE FROM recovery_code WHERE operator = ?";
        sqlx::query(sql).bind(name).execute(&mut *tx).await?;
    }
    for key in new.public_keys {
        add_key(tx, name, key, at).await?;
    }
    if new.public_keys.is_empty() { Ok(()) } else { few_keys(tx, name).await }
}

async fn add_key(
    tx: &mut SqliteConnection,
    operator: &str,
    key: &EnrolledKey,
    at: i64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO public_key (operator, fingerprint, line, added_at, maker, aaguid)
               VALUES (?, ?, ?, ?, ?, ?)
               ON CONFLICT DO UPDATE SET
                   maker = COALESCE(excluded.maker, maker), aaguid = COALESCE(excluded.aaguid, aaguid)";
    let (maker, aaguid) = key.make.as_ref().map(|make| (&make.maker, make.aaguid.to_string())).unzip();
    let query = sqlx::query(sql).bind(operator).bind(&key.fingerprint).bind(&key.line);
    query.bind(at).bind(maker).bind(aaguid).execute(tx).await?;
    Ok(())
}

/// What somebody takes for their own is not another account's: asked in the transaction that takes it.
pub(super) async fn of_nobody_else(
    tx: &mut SqliteConnection,
    operator: &str,
    key: &EnrolledKey,
) -> Result<(), EnrolError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM public_key WHERE fingerprint = ? AND operator <> ?)";
    let others = sqlx::query_scalar(sql).bind(&key.fingerprint).bind(operator).fetch_one(tx).await?;
    if others { Err(EnrolError::KeyOfAnother) } else { Ok(()) }
}

/// When the account's factors were changed last; `None`: it has none.
pub(super) async fn changed_at(
    tx: &mut SqliteConnection,
    operator: &OperatorName,
) -> Result<Option<Timestamp>, StoreError> {
    let query = sqlx::query("SELECT changed_at FROM factor WHERE operator = ?").bind(operator.as_str());
    query.fetch_optional(tx).await?.map(|row| time(&row, "changed_at")).transpose()
}

/// What was proven or begun by these factors does not count any more. A clock that was set back does not undo that.
pub(super) async fn outdate(
    tx: &mut SqliteConnection,
    operator: &OperatorName,
    at: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE factor SET changed_at = MAX(changed_at + 1, ?) WHERE operator = ?";
    sqlx::query(sql).bind(at.as_microsecond()).bind(operator.as_str()).execute(tx).await?;
    Ok(())
}

/// What an account changes of its own. False: its factors are not those any more, or it has no such key to spare.
pub(super) async fn change_own(
    tx: &mut SqliteConnection,
    change: &OwnChange<'_>,
) -> Result<bool, EnrolError> {
    let (name, at) = (change.operator.as_str(), change.at.as_microsecond());
    let (totp, step) = change.totp.unzip();
    let sql =
        "UPDATE factor SET changed_at = MAX(changed_at + 1, ?1), password = COALESCE(?2, password), totp = COALESCE(?3, totp),
                   code_kind = iif(?3 IS NULL, code_kind, 'totp'),
                   totp_step = COALESCE(?4, totp_step) WHERE operator = ?5 AND changed_at = ?6";
    let query = sqlx::query(sql).bind(at).bind(change.password).bind(totp).bind(step.map(whole)).bind(name);
    let query = query.bind(change.of.as_microsecond());
    if query.execute(&mut *tx).await?.rows_affected() == 0 {
        return Ok(false);
    }
    if let Some(password) = change.password {
        remember(tx, name, password, at).await?;
    }
    if let Some((fingerprint, least)) = change.remove_key {
        let sql = "DELETE FROM public_key WHERE operator = ?1 AND fingerprint = ?2
                   AND (SELECT COUNT(*) FROM public_key WHERE operator = ?1) > ?3";
        let query = sqlx::query(sql).bind(name).bind(fingerprint).bind(least);
        if query.execute(&mut *tx).await?.rows_affected() == 0 {
            return Ok(false);
        }
    }
    if let Some(key) = change.add_key {
        of_nobody_else(tx, name, key).await?;
        add_key(tx, name, key, at).await?;
        few_keys(tx, name).await?;
    }
    Ok(true)
}

/// Passwords of an account that are kept, beside the one that it has.
const OLD_PASSWORDS: u32 = 5;

async fn remember(
    tx: &mut SqliteConnection,
    operator: &str,
    password: &str,
    at: i64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO password_history (operator, password, set_at) VALUES (?, ?, ?)";
    sqlx::query(sql).bind(operator).bind(password).bind(at).execute(&mut *tx).await?;
    let sql = "DELETE FROM password_history WHERE operator = ?1 AND rowid NOT IN
               (SELECT rowid FROM password_history WHERE operator = ?1 ORDER BY set_at DESC, rowid DESC LIMIT ?2)";
    sqlx::query(sql).bind(operator).bind(OLD_PASSWORDS + 1).execute(tx).await?;
    Ok(())
}

/// The sealed secret, and the word for what it makes; that of no secret means nothing.
fn codes<'n>(new: &Enrolment<'n>) -> Result<(Option<&'n [u8]>, String), StoreError> {
    let kind = new.codes.map(|codes| codes.kind).unwrap_or_default();
    Ok((new.codes.map(|codes| codes.sealed.as_slice()), spell(&kind)?))
}

/// The secret of one-time codes in this row, set or waiting to be.
pub(super) fn read_codes(row: &SqliteRow) -> Result<Option<SealedCodes>, StoreError> {
    let Some(sealed) = plain(row, "totp")? else { return Ok(None) };
    Ok(Some(SealedCodes { kind: word(row, "code_kind")?, sealed }))
}

async fn few_keys(tx: &mut SqliteConnection, operator: &str) -> Result<(), EnrolError> {
    let sql = "SELECT COUNT(*) > ? FROM public_key WHERE operator = ?";
    let many = sqlx::query_scalar(sql).bind(MOST_KEYS).bind(operator).fetch_one(tx).await?;
    if many { Err(EnrolError::TooManyKeys) } else { Ok(()) }
}

/// A key that waits for a second person. One that an older version wrote is a list of the first two.
#[derive(serde::Serialize, serde::Deserialize)]
struct WaitingKey {
    fingerprint: String,
    line: String,
    #[serde(default)]
    make: Option<KeyMake>,
}

impl From<EnrolledKey> for WaitingKey {
    fn from(key: EnrolledKey) -> Self {
        let EnrolledKey { fingerprint, line, make } = key;
        Self { fingerprint, line, make }
    }
}

impl From<WaitingKey> for EnrolledKey {
    fn from(key: WaitingKey) -> Self {
        let WaitingKey { fingerprint, line, make } = key;
        Self { fingerprint, line, make }
    }
}

/// Keeps factors beside the request that they wait with.
pub(super) async fn keep(
    tx: &mut SqliteConnection,
    request: &RequestId,
    new: &Enrolment<'_>,
) -> Result<(), StoreError> {
    let keys: Vec<_> = new.public_keys.iter().cloned().map(WaitingKey::from).collect();
    let sql =
        "INSERT INTO factor_request (request, password, totp, code_kind, public_keys) VALUES (?, ?, ?, ?, ?)";
    let (sealed, kind) = codes(new)?;
    let query = sqlx::query(sql).bind(request.as_str()).bind(new.password).bind(sealed).bind(kind);
    query.bind(to_json(&keys)?).execute(tx).await?;
    Ok(())
}

/// Sets what waited with the request. False: somebody else has settled it, or it has lapsed.
pub(super) async fn take(
    tx: &mut SqliteConnection,
    operator: &OperatorName,
    role: Role,
    given: Given<'_>,
    seats: u32,
) -> Result<Option<Vec<EnrolledKey>>, EnrolError> {
    let Some(second) = given.second else { return Ok(None) };
    if !requests::settle(&mut *tx, given).await? {
        return Ok(None);
    }
    let sql = "DELETE FROM factor_request WHERE request = ? RETURNING *";
    let row = sqlx::query(sql).bind(second.request.as_str()).fetch_optional(&mut *tx).await?;
    let Some(row) = row else { return Ok(None) };
    let (password, codes) = (plain::<Option<String>>(&row, "password")?, read_codes(&row)?);
    let keys: Vec<WaitingKey> = json(&row, "public_keys")?;
    let keys: Vec<_> = keys.into_iter().map(EnrolledKey::from).collect();
    let set = Set { at: given.at, by: given.by, role };
    let (password, codes) = (password.as_deref(), codes.as_ref());
    let new = Enrolment { operator, password, codes, public_keys: &keys, set };
    write(tx, &new, seats).await?;
    Ok(Some(keys))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A request may wait while the gateway is exchanged for a newer one.
    #[test]
    fn keys_that_an_older_version_wrote_are_read() {
        let old: Vec<WaitingKey> = serde_json::from_str(r#"[["SHA256:a", "ssh-ed25519 a"]]"#).unwrap();
        let keys: Vec<_> = old.into_iter().map(EnrolledKey::from).collect();
        assert_eq!(keys, [EnrolledKey::new("SHA256:a".into(), "ssh-ed25519 a".into())]);
    }
}

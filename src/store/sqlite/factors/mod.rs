//! How operators prove themselves: password hash, sealed one-time-code secret, public keys. Who has a
//! row here is enrolled and takes one seat.

mod drafts;
mod lockout;

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;

use super::row::{count, maybe_word, plain, spell, time, whole, word};
use super::{Store, StoreError};
use crate::auth::{Factor, Factors as Kinds};
use crate::domain::{OperatorName, Role, Secret};

pub use lockout::{Lock, LockRule, Lockout, Place, WayIn};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
    /// As in `authorized_keys`, without options.
    pub line: String,
}

/// Factors to set: what is `None` or empty stays as it is.
#[derive(Debug)]
pub struct Enrolment<'a> {
    pub operator: &'a OperatorName,
    /// The password's hash as a PHC string.
    pub password: Option<&'a str>,
    /// The secret of the one-time codes, sealed by the vault.
    pub totp: Option<&'a [u8]>,
    /// Added to those that the operator has.
    pub public_keys: &'a [PublicKey],
    pub set: Set<'a>,
}

/// Who sets factors, when, and which role the account has then.
#[derive(Debug, Clone, Copy)]
pub struct Set<'a> {
    pub at: Timestamp,
    /// As in the journal.
    pub by: &'a str,
    pub role: Role,
}

/// What an operator can prove.
#[derive(Debug, Clone)]
pub struct Enrolled {
    pub operator: OperatorName,
    /// A PHC string: no secret in itself, but food for guessing, so it is not printed.
    pub password: Option<Secret>,
    /// Sealed by the vault.
    pub totp: Option<Vec<u8>>,
    pub public_keys: Vec<PublicKey>,
    pub enrolled_at: Timestamp,
    /// When a factor was set last.
    pub set_at: Timestamp,
    /// Who did; empty where that is not known.
    pub set_by: String,
    /// The role that the account had then.
    pub set_as: Option<Role>,
}

impl Enrolled {
    /// Which kinds of factors they are.
    pub fn kinds(&self) -> Kinds {
        let kinds = [
            (Factor::PublicKey, !self.public_keys.is_empty()),
            (Factor::Password, self.password.is_some()),
            (Factor::Totp, self.totp.is_some()),
        ];
        let there = kinds.into_iter().filter(|(_, there)| *there);
        there.fold(Kinds::NONE, |kinds, (kind, _)| kinds.with(kind))
    }
}

#[derive(Debug, Clone, thiserror::Error)]
pub enum EnrolError {
    #[error("all {seats} seats are taken: reset an operator who has left, or raise `seats`")]
    NoSeat { seats: u32 },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for EnrolError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Factors<'s>(pub(super) &'s Store);

impl Factors<'_> {
    /// Sets factors. An operator without any takes a seat; the count and the row are one transaction,
    /// so that two enrolments cannot share the last one.
    ///
    /// # Errors
    /// When `seats` are taken, or the database cannot be written.
    pub async fn enrol(self, new: &Enrolment<'_>, seats: u32) -> Result<(), EnrolError> {
        let mut tx = self.0.begin().await?;
        write(&mut tx, new, seats).await?;
        Ok(tx.commit().await?)
    }

    /// What an operator can prove; `None` when not enrolled.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn find(self, operator: &OperatorName) -> Result<Option<Enrolled>, StoreError> {
        self.of(operator.as_str()).await
    }

    /// Asks as much of the database as [`Self::find`] does, for a name that nobody has.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn find_nobody(self) -> Result<(), StoreError> {
        self.of("").await.map(drop)
    }

    async fn of(self, operator: &str) -> Result<Option<Enrolled>, StoreError> {
        let sql = "SELECT f.*, k.fingerprint, k.line FROM factor f
                   LEFT JOIN public_key k ON k.operator = f.operator
                   WHERE f.operator = ? ORDER BY k.added_at, k.fingerprint";
        let rows = sqlx::query(sql).bind(operator).fetch_all(&self.0.read).await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let mut enrolled = read(first)?;
        for row in &rows {
            enrolled.public_keys.extend(read_key(row)?);
        }
        Ok(Some(enrolled))
    }

    /// Accepts the one-time code of `step` (30-second steps since 1970) if no code of this step or a
    /// later one was accepted before. Compare and set in one statement: of two logins with the same
    /// code at the same moment, one is refused.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn accept_step(self, operator: &OperatorName, step: u64) -> Result<bool, StoreError> {
        let sql = "UPDATE factor SET totp_step = ?1
                   WHERE operator = ?2 AND totp IS NOT NULL AND (totp_step IS NULL OR totp_step < ?1)";
        let query = sqlx::query(sql).bind(whole(step)).bind(operator.as_str());
        Ok(query.execute(&self.0.write).await?.rows_affected() > 0)
    }

    /// The step of the last code that was accepted from this operator.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn last_step(self, operator: &OperatorName) -> Result<Option<u64>, StoreError> {
        let sql = "SELECT totp_step FROM factor WHERE operator = ? AND totp_step IS NOT NULL";
        let row = sqlx::query(sql).bind(operator.as_str()).fetch_optional(&self.0.read).await?;
        row.map(|row| count(&row, "totp_step")).transpose()
    }

    /// Takes one public key away; false when the operator did not have it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn remove_key(self, operator: &OperatorName, fingerprint: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM public_key WHERE operator = ? AND fingerprint = ?";
        let query = sqlx::query(sql).bind(operator.as_str()).bind(fingerprint);
        Ok(query.execute(&self.0.write).await?.rows_affected() > 0)
    }

    /// Takes every factor away and frees the seat; false when there was none. A lockout stays: it ends
    /// by itself or by `unlock`.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn reset(self, operator: &OperatorName) -> Result<bool, StoreError> {
        let sql = "DELETE FROM factor WHERE operator = ?";
        let query = sqlx::query(sql).bind(operator.as_str());
        Ok(query.execute(&self.0.write).await?.rows_affected() > 0)
    }

    /// How many seats are taken.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn activated(self) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) AS taken FROM factor").fetch_one(&self.0.read).await?;
        count(&row, "taken")
    }

    /// Everybody who is enrolled, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn operators(self) -> Result<Vec<OperatorName>, StoreError> {
        let sql = "SELECT operator FROM factor ORDER BY operator";
        let rows = sqlx::query(sql).fetch_all(&self.0.read).await?;
        rows.iter().map(|row| word(row, "operator")).collect()
    }
}

async fn write(tx: &mut sqlx::SqliteConnection, new: &Enrolment<'_>, seats: u32) -> Result<(), EnrolError> {
    let name = new.operator.as_str();
    // Who has a seat keeps it, also where fewer are allowed than are taken.
    let sql = "SELECT COUNT(*) >= ?1 AND NOT EXISTS (SELECT 1 FROM factor WHERE operator = ?2) FROM factor";
    let full = sqlx::query_scalar(sql).bind(i64::from(seats)).bind(name).fetch_one(&mut *tx).await?;
    if full {
        return Err(EnrolError::NoSeat { seats });
    }
    // A new secret starts counting its codes anew.
    let sql = "INSERT INTO factor (operator, password, totp, enrolled_at, set_at, set_by, set_as)
               VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)
               ON CONFLICT (operator) DO UPDATE SET
                   password = COALESCE(excluded.password, password),
                   totp_step = iif(excluded.totp IS NULL, totp_step, NULL),
                   totp = COALESCE(excluded.totp, totp),
                   set_at = excluded.set_at, set_by = excluded.set_by, set_as = excluded.set_as";
    let at = new.set.at.as_microsecond();
    let query = sqlx::query(sql).bind(name).bind(new.password).bind(new.totp).bind(at);
    query.bind(new.set.by).bind(spell(&new.set.role)?).execute(&mut *tx).await?;
    for key in new.public_keys {
        let sql = "INSERT INTO public_key (operator, fingerprint, line, added_at) VALUES (?, ?, ?, ?)
                   ON CONFLICT DO NOTHING";
        let query = sqlx::query(sql).bind(name).bind(&key.fingerprint).bind(&key.line);
        query.bind(at).execute(&mut *tx).await?;
    }
    Ok(())
}

fn read(row: &SqliteRow) -> Result<Enrolled, StoreError> {
    Ok(Enrolled {
        operator: word(row, "operator")?,
        password: plain::<Option<String>>(row, "password")?.map(Secret::new),
        totp: plain(row, "totp")?,
        public_keys: Vec::new(),
        enrolled_at: time(row, "enrolled_at")?,
        set_at: time(row, "set_at")?,
        set_by: plain(row, "set_by")?,
        set_as: maybe_word(row, "set_as")?,
    })
}

fn read_key(row: &SqliteRow) -> Result<Option<PublicKey>, StoreError> {
    let Some(fingerprint) = maybe_word(row, "fingerprint")? else { return Ok(None) };
    Ok(Some(PublicKey { fingerprint, line: plain(row, "line")? }))
}

#[cfg(test)]
mod tests;

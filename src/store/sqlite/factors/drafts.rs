//! Factors that wait for a second person's word, and what becomes of them.

use super::{EnrolError, Enrolment, Factors, PublicKey, Set};
use crate::domain::{OperatorName, RequestId, Role};
use crate::lockdown::Request;
use crate::store::StoreError;
use crate::store::sqlite::lockdowns::{Given, requests};
use crate::store::sqlite::row::{json, plain, to_json, word};

impl Factors<'_> {
    /// Keeps factors beside the request that they wait with.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn ask(self, request: &Request, new: &Enrolment<'_>) -> Result<(), StoreError> {
        let keys: Vec<_> = new.public_keys.iter().map(|key| (&key.fingerprint, &key.line)).collect();
        let keys = to_json(&keys)?;
        let mut tx = self.0.begin().await?;
        requests::insert(&mut tx, request).await?;
        let sql = "INSERT INTO factor_request (request, password, totp, public_keys) VALUES (?, ?, ?, ?)";
        let query = sqlx::query(sql).bind(request.id.as_str()).bind(new.password).bind(new.totp);
        query.bind(keys).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    /// Sets the factors that waited with the request, if nobody else has settled it and it has not lapsed.
    ///
    /// # Errors
    /// When `seats` are taken, or the database cannot be written.
    pub async fn enrol_asked(
        self,
        operator: &OperatorName,
        role: Role,
        given: Given<'_>,
        seats: u32,
    ) -> Result<bool, EnrolError> {
        let Some(second) = given.second else { return Ok(false) };
        let mut tx = self.0.begin().await?;
        if !requests::settle(&mut tx, given).await? {
            return Ok(false);
        }
        let sql = "DELETE FROM factor_request WHERE request = ? RETURNING *";
        let row = sqlx::query(sql).bind(second.request.as_str()).fetch_optional(&mut *tx).await?;
        let Some(row) = row else { return Ok(false) };
        let (password, totp) =
            (plain::<Option<String>>(&row, "password")?, plain::<Option<Vec<u8>>>(&row, "totp")?);
        let keys: Vec<(String, String)> = json(&row, "public_keys")?;
        let keys: Vec<_> =
            keys.into_iter().map(|(fingerprint, line)| PublicKey { fingerprint, line }).collect();
        let set = Set { at: given.at, by: given.by, role };
        let new = Enrolment {
            operator,
            password: password.as_deref(),
            totp: totp.as_deref(),
            public_keys: &keys,
            set,
        };
        super::write(&mut tx, &new, seats).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Takes every factor away, where a second person has agreed. False: somebody else has settled the request,
    /// or it has lapsed.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn reset_asked(self, operator: &OperatorName, given: Given<'_>) -> Result<bool, StoreError> {
        let mut tx = self.0.begin().await?;
        if !requests::settle(&mut tx, given).await? {
            return Ok(false);
        }
        sqlx::query("DELETE FROM factor WHERE operator = ?")
            .bind(operator.as_str())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Forgets what waited with requests that were settled: they lapsed.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn forget_asked(self, request: &RequestId) -> Result<(), StoreError> {
        let sql = "DELETE FROM factor_request WHERE request = ?";
        sqlx::query(sql).bind(request.as_str()).execute(&self.0.write).await?;
        Ok(())
    }

    /// Who has factors, in the role that they were set in.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn set_as(self) -> Result<Vec<(OperatorName, Option<Role>)>, StoreError> {
        let rows = sqlx::query("SELECT operator, set_as FROM factor").fetch_all(&self.0.read).await?;
        let read = |row| Ok((word(row, "operator")?, crate::store::sqlite::row::maybe_word(row, "set_as")?));
        rows.iter().map(read).collect()
    }

    /// Notes a role that nobody has noted: factors from before this was kept.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn note_role(self, operator: &OperatorName, role: Role) -> Result<(), StoreError> {
        let sql = "UPDATE factor SET set_as = ? WHERE operator = ? AND set_as IS NULL";
        let query = sqlx::query(sql).bind(crate::store::sqlite::row::spell(&role)?).bind(operator.as_str());
        query.execute(&self.0.write).await?;
        Ok(())
    }
}

//! How late it has been, by the journal.

use jiff::Timestamp;

use super::row::time;
use super::{Store, StoreError};

#[derive(Debug, Clone, Copy)]
pub struct Hours<'s>(pub(super) &'s Store);

impl Hours<'_> {
    /// The latest time of a row since somebody on the host last said that the clock is right.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn latest(self) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT at FROM journal WHERE seq > (SELECT COALESCE(MAX(seq), 0) FROM clock_trust)
                   ORDER BY at DESC LIMIT 1";
        let row = sqlx::query(sql).fetch_optional(&self.0.read).await?;
        row.as_ref().map(|row| time(row, "at")).transpose()
    }

    /// Rows up to the last one say nothing about what time it is.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn trust(self) -> Result<(), StoreError> {
        let sql = "INSERT INTO clock_trust (seq) SELECT COALESCE(MAX(seq), 0) FROM journal";
        sqlx::query(sql).execute(&self.0.write).await?;
        Ok(())
    }
}

use jiff::Timestamp;

use super::database::Sqlite;
use super::row::time;
use crate::store::api::clock::ClockStore;
use crate::store::api::future::StoreFuture;

impl ClockStore for Sqlite {
    fn latest(&self) -> StoreFuture<'_, Option<Timestamp>> {
        Box::pin(async move {
            let sql = "SELECT at FROM journal WHERE seq > (SELECT COALESCE(MAX(seq), 0) FROM clock_trust)
                   ORDER BY at DESC LIMIT 1";
            let row = sqlx::query(sql).fetch_optional(&self.read).await?;
            row.as_ref().map(|row| time(row, "at")).transpose()
        })
    }

    fn trust(&self) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            let sql = "INSERT INTO clock_trust (seq) SELECT COALESCE(MAX(seq), 0) FROM journal";
            sqlx::query(sql).execute(&self.write).await?;
            Ok(())
        })
    }
}

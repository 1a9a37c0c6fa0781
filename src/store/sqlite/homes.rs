use super::database::Sqlite;
use super::row::{at_most, damaged, plain, time, word};
use crate::domain::{OperatorName, SourceNet};
use crate::store::api::error::StoreError;
use crate::store::api::future::StoreFuture;
use crate::store::api::homes::{Home, HomeKey, HomeStore};

impl HomeStore for Sqlite {
    fn keep<'a>(&'a self, home: &'a Home, most: u32) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let operator = home.operator.as_str();
            let mut tx = self.begin().await?;
            let sql = "INSERT OR REPLACE INTO home (operator, source, at) VALUES (?, ?, ?)";
            let query = sqlx::query(sql).bind(operator).bind(home.source.to_string());
            query.bind(home.at.as_microsecond()).execute(&mut *tx).await?;
            let sql = "DELETE FROM home WHERE operator = ?1 AND source NOT IN
                       (SELECT source FROM home WHERE operator = ?1 ORDER BY at DESC, source LIMIT ?2)";
            sqlx::query(sql).bind(operator).bind(at_most(most)).execute(&mut *tx).await?;
            tx.commit().await?;
            Ok(())
        })
    }

    fn homes(&self, after: Option<HomeKey>, limit: u32) -> StoreFuture<'_, Vec<Home>> {
        Box::pin(async move {
            let sql =
                "SELECT * FROM home WHERE (operator, source) > (?, ?) ORDER BY operator, source LIMIT ?";
            let (operator, source) =
                after.as_ref().map_or(("", ""), |(operator, source)| (operator.as_str(), source));
            let query = sqlx::query(sql).bind(operator).bind(source).bind(at_most(limit));
            query.fetch_all(&self.read).await?.iter().map(read).collect()
        })
    }
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<Home, StoreError> {
    Ok(Home {
        operator: word::<OperatorName>(row, "operator")?,
        source: source(&plain::<String>(row, "source")?)?,
        at: time(row, "at")?,
    })
}

/// As [`SourceNet`] writes it.
pub(super) fn source(text: &str) -> Result<SourceNet, StoreError> {
    text.parse().map_err(|error| damaged("source", &error))
}

//! The tables are made of the journal's rows, in the transaction that writes those.

mod list;
mod story;

use sqlx::Row as _;

use super::database::Sqlite;
use super::row::{at_most, to_json, whole};
use crate::domain::SessionId;
use crate::store::api::error::StoreError;
use crate::store::api::filter::Filter;
use crate::store::api::future::StoreFuture;
use crate::store::api::page::DynPages;
use crate::store::api::sessions::{ComparedSession, SessionRow, SessionStore};
use crate::store::api::steps::Story;

/// What begins with some characters: from there to behind the last letter of ids.
fn from_to(beginning: &str) -> (&str, String) {
    (beginning, format!("{beginning}~"))
}

/// Each name once, in their order, by one look into the index for each.
macro_rules! names {
    ($column:literal) => {
        concat!(
            "WITH RECURSIVE found (name) AS (
                 SELECT MIN(",
            $column,
            ") FROM session WHERE ",
            $column,
            " > ?1
                 UNION ALL SELECT (SELECT MIN(",
            $column,
            ") FROM session WHERE ",
            $column,
            " > name) FROM found WHERE name IS NOT NULL)
             SELECT name FROM found WHERE name IS NOT NULL LIMIT ?2"
        )
    };
}
pub(super) const OPERATORS: &str = names!("operator");
pub(super) const ASSETS: &str = names!("asset");

impl SessionStore for Sqlite {
    fn pages(&self, filter: &Filter) -> DynPages<'_, SessionRow> {
        Box::new(list::SessionPages::new(self, filter.clone()))
    }

    fn left_open(&self, after: Option<u64>, limit: u32) -> StoreFuture<'_, Vec<SessionRow>> {
        Box::pin(async move {
            let sql = "SELECT id FROM session WHERE ended IS NULL AND number > ? ORDER BY number LIMIT ?";
            let query = sqlx::query_scalar(sql).bind(after.map_or(-1, whole)).bind(at_most(limit));
            let ids: Vec<String> = query.fetch_all(&self.read).await?;
            // What is not an id is damage, which `audit verify` names.
            let ids: Vec<&str> =
                ids.iter().map(String::as_str).filter(|id| SessionId::parse(id).is_some()).collect();
            list::told(self, &ids).await
        })
    }

    fn beginning<'a>(&'a self, id: &'a str, most: u32) -> StoreFuture<'a, Vec<SessionId>> {
        Box::pin(async move {
            let sql = "SELECT id FROM session WHERE id >= ?1 AND id < ?2
                   UNION SELECT session FROM channel WHERE recording >= ?1 AND recording < ?2 LIMIT ?3";
            let (from, to) = from_to(id);
            let rows = sqlx::query(sql).bind(from).bind(to).bind(at_most(most)).fetch_all(&self.read).await?;
            let text = |row: &sqlx::sqlite::SqliteRow| row.try_get::<String, _>(0).ok();
            Ok(rows.iter().filter_map(text).filter_map(|id| SessionId::parse(&id)).collect())
        })
    }

    fn operators(&self, after: Option<String>, limit: u32) -> StoreFuture<'_, Vec<String>> {
        Box::pin(async move { names(self, OPERATORS, after, limit).await })
    }

    fn assets(&self, after: Option<String>, limit: u32) -> StoreFuture<'_, Vec<String>> {
        Box::pin(async move { names(self, ASSETS, after, limit).await })
    }

    fn story<'a>(&'a self, session: &'a SessionId) -> StoreFuture<'a, Story> {
        Box::pin(async move {
            let mut from = self.read.acquire().await?;
            let mut stories = story::of(&[session.as_str()], &mut from).await?;
            Ok(stories.remove(session).unwrap_or_default())
        })
    }

    fn compared(&self, after: i64) -> StoreFuture<'_, Vec<ComparedSession>> {
        Box::pin(async move { list::compared(self, after).await })
    }

    fn absent<'a>(&'a self, sessions: &'a [SessionId]) -> StoreFuture<'a, Vec<SessionId>> {
        Box::pin(async move {
            let sql =
                "SELECT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM session WHERE id = value)";
            let ids = to_json(&sessions)?;
            let rows: Vec<String> = sqlx::query_scalar(sql).bind(ids).fetch_all(&self.read).await?;
            Ok(rows.iter().filter_map(|id| SessionId::parse(id)).collect())
        })
    }
}

async fn names(
    from: &Sqlite,
    sql: &'static str,
    after: Option<String>,
    limit: u32,
) -> Result<Vec<String>, StoreError> {
    let query = sqlx::query_scalar(sql).bind(after.unwrap_or_default()).bind(at_most(limit));
    Ok(query.fetch_all(&from.read).await?)
}

#[cfg(test)]
mod tests;

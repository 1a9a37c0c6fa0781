//! The log of rows that are older than it is: a database of an older version is taken in at the first start, some
//! thousand rows in a transaction, so that a crash loses nothing and memory does not grow.

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::tiles::{PROFILE, edge, save, size};
use crate::domain::Digest;
use crate::store::api::error::StoreError;
use crate::store::sqlite::database::Sqlite;
use crate::store::sqlite::row::{count, text, whole};

const REST: &str = "SELECT seq, body FROM journal WHERE seq > ? ORDER BY seq LIMIT 4096";

/// Rows that may be missing between two and have a place in the log all the same: its places are the rows' numbers. Where
/// more are missing the log stays as it is, and nothing is written behind it.
const GAP: u64 = 65_536;

/// Takes in the rows that the log does not know yet.
pub(in crate::store::sqlite) async fn complete(db: &Sqlite) -> Result<(), StoreError> {
    loop {
        let mut tx = db.begin().await?;
        if !some(&mut tx).await? {
            return Ok(());
        }
        tx.commit().await?;
    }
}

/// False when there was nothing left.
async fn some(tx: &mut SqliteConnection) -> Result<bool, StoreError> {
    let size = size(tx).await?;
    let rows = sqlx::query(REST).bind(whole(size)).fetch_all(&mut *tx).await?;
    let Some(first) = rows.first() else { return Ok(false) };
    if count(first, "seq")?.saturating_sub(size) > GAP {
        return Ok(false);
    }
    let mut edge = edge(size, tx).await?;
    for row in &rows {
        let (seq, leaf) = read(row)?;
        if seq.saturating_sub(edge.size()) > GAP {
            break;
        }
        while edge.size() + 1 < seq {
            edge.push(Digest::ZERO); // no row has this hash
        }
        edge.push(leaf);
    }
    save(&mut edge, tx).await?;
    Ok(true)
}

fn read(row: &SqliteRow) -> Result<(u64, Digest), StoreError> {
    Ok((count(row, "seq")?, PROFILE.leaf(text(row, "body")?.as_bytes())))
}

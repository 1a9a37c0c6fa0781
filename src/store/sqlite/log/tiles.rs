//! Tiles as rows of the database. A commit rewrites the open tile of level 0, and every 256th row one above it.

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::domain::Digest;
use crate::evidence::log::{Edge, LogProfile, TILE_WIDTH, TileId};
use crate::store::api::error::StoreError;
use crate::store::api::journal_row::NewRow;
use crate::store::sqlite::row::{plain, whole};

pub(super) const PROFILE: LogProfile = LogProfile::Standard;

const LAST: &str =
    "SELECT number, length(hashes) AS bytes FROM log_tile WHERE level = 0 ORDER BY number DESC LIMIT 1";
const LOAD: &str = "SELECT hashes FROM log_tile WHERE level = ? AND number = ?";
const SAVE: &str = "INSERT INTO log_tile (level, number, hashes) VALUES (?, ?, ?)
                    ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes";

/// How many rows the log has.
pub(super) async fn size(from: &mut SqliteConnection) -> Result<u64, StoreError> {
    let last = sqlx::query(LAST).fetch_optional(from).await?;
    last.as_ref().map_or(Ok(0), read_size)
}

fn read_size(row: &SqliteRow) -> Result<u64, StoreError> {
    let (number, bytes): (i64, i64) = (plain(row, "number")?, plain(row, "bytes")?);
    let (full, open) = (number.unsigned_abs().saturating_mul(TILE_WIDTH as u64), bytes.unsigned_abs() / 32);
    Ok(full.saturating_add(open))
}

pub(super) async fn load(id: TileId, from: &mut SqliteConnection) -> Result<Option<Vec<Digest>>, StoreError> {
    let query = sqlx::query(LOAD).bind(i64::from(id.level)).bind(whole(id.number));
    let row = query.fetch_optional(from).await?;
    row.as_ref().map(|row| plain::<&[u8]>(row, "hashes").map(hashes)).transpose()
}

/// Whole hashes only: a rest is nobody's.
fn hashes(bytes: &[u8]) -> Vec<Digest> {
    bytes.as_chunks::<32>().0.iter().copied().map(Digest).collect()
}

pub(super) async fn edge(size: u64, from: &mut SqliteConnection) -> Result<Edge, StoreError> {
    let mut open = std::collections::BTreeMap::new();
    for id in Edge::of(size) {
        open.extend(load(id, &mut *from).await?.map(|hashes| (id, hashes)));
    }
    Ok(Edge::new(PROFILE, size, open)?)
}

pub(super) async fn save(edge: &mut Edge, to: &mut SqliteConnection) -> Result<(), StoreError> {
    for (id, hashes) in edge.take_changed() {
        let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.0).collect();
        let query = sqlx::query(SAVE).bind(i64::from(id.level)).bind(whole(id.number));
        query.bind(bytes).execute(&mut *to).await?;
    }
    Ok(())
}

/// Takes new rows into the log. Rows that were taken away from the journal's end do not get others in their place.
pub(in crate::store::sqlite) async fn append(
    rows: &[NewRow],
    to: &mut SqliteConnection,
) -> Result<(), StoreError> {
    let Some(first) = rows.first() else { return Ok(()) };
    let size = size(to).await?;
    if first.seq != size + 1 {
        let reason = format!("the journal has {} rows, and its log {size}", first.seq.saturating_sub(1));
        return Err(StoreError::Corrupt { reason });
    }
    let mut edge = edge(size, to).await?;
    rows.iter().for_each(|row| edge.push(PROFILE.leaf(row.body.as_bytes())));
    save(&mut edge, to).await
}

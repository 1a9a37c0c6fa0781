//! Reads the whole journal again and follows its chain.

use super::chain::link;
use crate::store::{Head, NewRow, Store, StoreError};

/// The first row at which the chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("journal, row {seq}: {what}: keep this database as evidence and compare it with a backup")]
pub struct Broken {
    pub seq: u64,
    what: &'static str,
}

#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error(transparent)]
    Broken(#[from] Broken),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a row says of itself inside the text that is hashed.
#[derive(serde::Deserialize)]
struct Said {
    seq: u64,
    at: jiff::Timestamp,
}

/// Checks every row and returns how many there are. Rows that were cut off the end leave no trace in
/// the chain itself: the signed checkpoints beside it tell of them.
///
/// # Errors
/// At the first row that is missing, was changed or moved; or when the database cannot be read.
pub async fn verify(store: &Store) -> Result<u64, VerifyError> {
    let mut head = Head::EMPTY;
    loop {
        let rows = store.journal().after(head.seq).await?;
        if rows.is_empty() {
            return Ok(head.seq);
        }
        for row in rows {
            head = step(head, &row)?;
        }
    }
}

fn step(head: Head, row: &NewRow) -> Result<Head, Broken> {
    let seq = head.seq + 1;
    let broken = |what| Err(Broken { seq, what });
    if row.seq != seq {
        return broken("it is missing");
    }
    if link(head.hash, &row.body) != row.hash {
        return broken("its hash does not follow from its text and the row before");
    }
    match serde_json::from_str::<Said>(&row.body) {
        // The column keeps microseconds.
        Ok(said) if said.seq == seq && said.at.as_microsecond() == row.at.as_microsecond() => {}
        _ => return broken("its number or time is not the one in its text"),
    }
    Ok(Head { seq, hash: row.hash })
}

//! The log grows with the journal, and keeps its checkpoints.

#![allow(clippy::unwrap_used)]

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::journal::mixed;
use crate::evidence::log::{Checkpoint, EpochKey, LogProfile, TILE_WIDTH, TileId};
use crate::store::Store;

const PROFILE: LogProfile = LogProfile::Standard;

pub(super) async fn the_log_has_what_the_journal_has(store: &Store) {
    assert_eq!(store.log().size().await.unwrap(), 0);
    assert_eq!(store.log().root(PROFILE, 0).await.unwrap(), PROFILE.empty());
    mixed(store, 700).await;
    assert_eq!(store.log().size().await.unwrap(), 700);
    let rows = store.journal().raw(None).await.unwrap();
    let leaf = rows.get(258).map(|row| PROFILE.leaf(row.body.as_bytes()));
    let ids =
        [TileId { level: 0, number: 1 }, TileId { level: 0, number: 9 }, TileId { level: 1, number: 0 }];
    let tiles = store.log().tiles(&ids).await.unwrap();
    let widths: Vec<_> = tiles.iter().map(|(id, hashes)| (id.to_string(), hashes.len())).collect();
    assert_eq!(widths, [("0/1".to_owned(), TILE_WIDTH), ("1/0".to_owned(), 2)]);
    assert_eq!(tiles.first().and_then(|(_, hashes)| hashes.get(2)).copied(), leaf);
}

pub(super) async fn checkpoints_are_kept_in_order(store: &Store) {
    let key = EpochKey::new(&Zeroizing::new([7; 32]));
    assert_eq!(store.log().last_checkpoint().await.unwrap(), None);
    let said = |number: u64, size: u64| Checkpoint {
        origin: key.log_name(),
        size,
        root: PROFILE.leaf(&size.to_be_bytes()),
        profile: PROFILE,
        at: Timestamp::from_second(1_777_000_000).unwrap(),
        number,
    };
    for (number, size) in [(1, 3), (2, 10), (3, 10), (4, 40)] {
        let said = said(number, size);
        store.log().keep(&said, &said.signed(&key)).await.unwrap();
    }
    let again = said(4, 41);
    assert!(store.log().keep(&again, &again.signed(&key)).await.is_err(), "a number is given once");
    let last = store.log().last_checkpoint().await.unwrap().unwrap();
    assert_eq!(last.read().map(|(said, _)| said), Some(said(4, 40)));
    let third = store.log().checkpoint(&key.log_name(), 3).await.unwrap();
    assert_eq!(third.map(|row| row.size), Some(10));
    assert_eq!(store.log().checkpoint("another", 3).await.unwrap(), None);
    let two = store.log().checkpoints(None, 2).await.unwrap();
    let rest =
        store.log().checkpoints(two.last().map(crate::store::api::page::Listed::key), 9).await.unwrap();
    let sizes: Vec<_> = two.iter().chain(&rest).map(|row| row.size).collect();
    assert_eq!(sizes, [3, 10, 10, 40]);
    for (rows, number) in [(1, Some(1)), (3, Some(1)), (4, Some(2)), (10, Some(2)), (11, Some(4)), (41, None)]
    {
        let found = store.log().covering(rows).await.unwrap();
        assert_eq!(found.map(|row| row.number), number, "{rows}");
    }
    let moved = crate::store::CheckpointRow { size: 41, ..last };
    assert_eq!(moved.read(), None, "a column that says something else is not believed");
}

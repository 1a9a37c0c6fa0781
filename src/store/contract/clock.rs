#![allow(clippy::unwrap_used)]

use crate::domain::{Origin, Via};
use crate::store::Store;
use crate::store::testing::at;

/// Rows up to the last word of somebody who knows say nothing about what time it is.
pub(super) async fn the_latest_row_counts_until_somebody_knows_better(store: &Store) {
    let origin = Origin::new("10.0.0.1:1".parse().unwrap(), Via::Direct);
    assert_eq!(store.hours().latest().await.unwrap(), None);
    for n in [9, 3] {
        store.session(n, "zhao", &origin).await;
    }
    assert_eq!(store.hours().latest().await.unwrap(), Some(at(9)));
    store.hours().trust().await.unwrap();
    assert_eq!(store.hours().latest().await.unwrap(), None);
    store.session(5, "zhao", &origin).await;
    assert_eq!(store.hours().latest().await.unwrap(), Some(at(5)));
}

//! What holds of every list: a page has no more rows than were asked for, and pages follow each other without a gap and
//! without a double, also where rows come in between.

#![allow(clippy::unwrap_used)]

use std::fmt::Debug;

use crate::store::api::future::StoreFuture;
use crate::store::api::page::{Listed, PAGE};
use crate::store::{StoreError, Walk, gather};

/// Reads a list of so many rows by pages of every size.
pub(super) async fn each_page<'a, Row: Listed + PartialEq + Debug>(
    rows: usize,
    mut read: impl FnMut(Option<Row::Key>, u32) -> StoreFuture<'a, Vec<Row>>,
) {
    let whole = gather(rows, |after| read(after, PAGE)).await.unwrap();
    assert_eq!(whole.len(), rows);
    assert!(read(None, 0).await.unwrap().is_empty(), "a page of no rows");
    for limit in 1..=u32::try_from(rows).unwrap() + 1 {
        let (mut walk, mut found) = (Walk::new(|after| read(after, limit)), Vec::new());
        while let Some(page) = walk.next().await.unwrap() {
            assert!(page.len() <= limit as usize, "{limit}: {page:?}");
            found.extend(page);
        }
        assert_eq!(found, whole, "by pages of {limit}");
    }
    let short = gather(rows - 1, |after| read(after, PAGE)).await.unwrap_err();
    assert!(matches!(short, StoreError::TooMany { .. }), "what has a bound says so: {short}");
}

pub(super) struct Between<Row> {
    pub(super) seen: Vec<Row>,
    /// What a new reading finds.
    pub(super) whole: Vec<Row>,
}

/// Reads a list while rows come in after the first page.
pub(super) async fn read_between<'a, Row: Listed>(
    come: impl AsyncFnOnce(),
    mut read: impl FnMut(Option<Row::Key>) -> StoreFuture<'a, Vec<Row>>,
) -> Between<Row> {
    let mut walk = Walk::new(&mut read);
    let mut seen = walk.next().await.unwrap().unwrap();
    come().await;
    while let Some(page) = walk.next().await.unwrap() {
        seen.extend(page);
    }
    let whole = gather(99, read).await.unwrap();
    Between { seen, whole }
}

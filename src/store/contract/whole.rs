//! The store as a whole.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use crate::store::testing::at;
use crate::store::{Filter, GuessPlace, LockRule, Store, WayIn};

fn is_send(_: impl Send) {}

/// What a session awaits must be able to move between threads.
pub(super) async fn questions_can_be_asked_from_a_session(store: &Store) {
    let filter = Filter::default();
    is_send(store.sessions().list(&filter, |_| true));
    is_send(store.journal().list(&filter, |_| true));
    is_send(crate::journal::verify(store, std::path::Path::new("."), None, None));
    is_send(Store::open(std::path::Path::new(".")));
}

/// A connection that drops takes the futures of its session with it, wherever they are.
pub(super) async fn abandoned_writes_leave_the_writer_usable(store: &Store) {
    let rule = LockRule { after: 1000, lock_for: Duration::from_secs(60) };
    let operator = "wang-fang".parse().unwrap();
    let way = WayIn { operator: Some(&operator), key: None, home: None };
    for micros in (0..2000).step_by(20) {
        let taken = store.factors().take_place(way, at(0), rule);
        let _ = tokio::time::timeout(Duration::from_micros(micros), taken).await;
    }
    let failures = || async {
        match store.factors().take_place(way, at(0), rule).await.unwrap() {
            GuessPlace::Taken(lockout) => lockout.failures,
            GuessPlace::Locked => 0,
        }
    };
    // One that is waited for comes after all that were abandoned on their way to the disk.
    let before = failures().await;
    assert_eq!(failures().await, before + 1);
}

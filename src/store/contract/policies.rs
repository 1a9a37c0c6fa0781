#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;

use super::pages::each_page;
use crate::domain::Digest;
use crate::event::{Actor, Event, JournalEntry};
use crate::journal::Journal;
use crate::store::testing::at;
use crate::store::{NewPolicy, Store};

async fn journal(store: &Store, version: u64) {
    let event = Event::PolicyApplied {
        version,
        digest: Digest([7; 32]),
        previous: None,
        rollback_of: None,
        reason: String::new(),
    };
    let entry = JournalEntry { at: at(0), actor: Actor::Gateway, source: None, through: None, event };
    Journal::start(store.clone()).append(entry).await.unwrap();
}

pub(super) async fn a_version_is_in_force_by_its_row_in_the_journal(store: &Store) {
    let policies = store.policies();
    let files = BTreeMap::from([("rules.toml".to_owned(), "# 王芳\n".to_owned())]);
    let (author, digest) = ("local:root", Digest([7; 32]));
    let new = NewPolicy { digest, author, reason: "first", at: at(0), files: &files };
    assert_eq!(policies.add(&new).await.unwrap(), 1);
    assert_eq!(policies.in_force().await.unwrap(), None);
    journal(store, 1).await;
    // The gateway died before the second one had its row.
    assert_eq!(policies.add(&NewPolicy { reason: "second", ..new.clone() }).await.unwrap(), 2);
    let in_force = policies.in_force().await.unwrap().unwrap();
    assert_eq!((in_force.version.version, in_force.version.reason.as_str()), (1, "first"));
    assert_eq!((&in_force.files, in_force.version.digest), (&files, digest));
    assert_eq!(policies.add(&NewPolicy { reason: "third", ..new }).await.unwrap(), 3);
    journal(store, 3).await;
    assert_eq!(policies.in_force().await.unwrap().unwrap().version.version, 3);
    let history = policies.history(None, 9).await.unwrap();
    assert_eq!(history.iter().map(|version| version.applied).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(policies.version(2).await.unwrap().unwrap().version.reason, "second");
    assert_eq!(policies.version(4).await.unwrap(), None);
    each_page(3, |after, limit| policies.history(after, limit)).await;
}

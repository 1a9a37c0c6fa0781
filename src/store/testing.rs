//! A store in a directory of its own, for tests.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use jiff::Timestamp;

use super::Store;

pub(crate) struct TestStore {
    pub(crate) store: Store,
    pub(crate) file: PathBuf,
    _dir: tempfile::TempDir,
}

impl std::ops::Deref for TestStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

pub(crate) async fn store() -> TestStore {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("juyong.db");
    TestStore { store: Store::open(&file).await.unwrap(), file, _dir: dir }
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_777_000_000 + second).unwrap()
}

impl TestStore {
    /// Whatever somebody with the file in his hands could do to it.
    pub(crate) async fn run(&self, sql: &'static str) {
        sqlx::query(sql).execute(&self.store.write).await.unwrap();
    }

    /// As if the disk were full, for the connection that writes now: the one after it has room again.
    pub(crate) async fn fill_disk(&self) {
        self.run("PRAGMA max_page_count = 1").await;
    }
}

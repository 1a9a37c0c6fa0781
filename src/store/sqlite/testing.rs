//! A store in a directory of its own, for tests.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;
use std::sync::Arc;

use super::database::Sqlite;
use crate::store::Store;

pub(crate) struct TestStore {
    pub(crate) store: Store,
    /// The same, for who looks below the interface.
    pub(in crate::store) sqlite: Arc<Sqlite>,
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
    let sqlite = Arc::new(Sqlite::open(&file).await.unwrap());
    TestStore { store: Store::over(sqlite.clone()), sqlite, file, _dir: dir }
}

impl TestStore {
    /// Whatever somebody with the file in his hands could do to it.
    pub(crate) async fn run(&self, sql: &'static str) {
        sqlx::query(sql).execute(&self.sqlite.write).await.unwrap();
    }

    /// As if the disk were full, for the connection that writes now: the one after it has room again.
    pub(crate) async fn fill_disk(&self) {
        self.run("PRAGMA max_page_count = 1").await;
    }
}

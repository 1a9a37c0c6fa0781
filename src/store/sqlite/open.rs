//! Opening the database: made private to the gateway's user at the first start, brought to this
//! version's schema, refused when a newer program has written it.

use std::fs::{DirBuilder, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::Connection;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::pool::PoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::database::Sqlite;
use super::error::of_file;
use super::journal::complete::complete;
use super::log::complete::complete as complete_log;
use crate::platform::regular;
use crate::store::api::error::StoreError;

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

const READERS: u32 = 4;
/// Another process writes for milliseconds; a backup may hold on a little longer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

impl Sqlite {
    /// Opens the database at `file`, or makes it (mode 0600, its directory 0700).
    ///
    /// # Errors
    /// When it cannot be opened or written, is damaged, or is newer than this program.
    pub(in crate::store) async fn open(file: &Path) -> Result<Self, StoreError> {
        make(file)?;
        let options = SqliteConnectOptions::new()
            .filename(file)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .synchronous(SqliteSynchronous::Full);
        let writer = options.clone().journal_mode(SqliteJournalMode::Wal);
        let write = writers().connect_with(writer).await;
        let write = write.map_err(|error| of_file(error.into(), file))?;
        MIGRATIONS.run(&write).await.map_err(|error| unfit(file, error))?;
        let reader = options.pragma("query_only", "ON");
        let read = SqlitePoolOptions::new().max_connections(READERS).connect_lazy_with(reader);
        let db = Self { write, read };
        complete(&db).await?;
        complete_log(&db).await?;
        Ok(db)
    }
}

impl Sqlite {
    /// Looks at the database at `file`, whoever writes it meanwhile. Nothing is made and nothing is changed.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub(in crate::store) async fn look(file: &Path) -> Result<Self, StoreError> {
        files(file)?;
        let options = SqliteConnectOptions::new().filename(file).read_only(true).busy_timeout(BUSY_TIMEOUT);
        let read = SqlitePoolOptions::new().max_connections(1).connect_with(options).await;
        let read = read.map_err(|error| of_file(error.into(), file))?;
        Ok(Self { write: read.clone(), read })
    }
}

/// One connection, kept for good. When a statement fails for want of space, SQLite may have rolled the
/// transaction back itself; sqlx then fails to do it again and believes to be inside one for ever. Such
/// a connection is closed, and the next write opens another.
fn writers() -> PoolOptions<sqlx::Sqlite> {
    SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None).after_release(
        |connection, _| {
            Box::pin(async move {
                // A rollback that a dropped transaction left behind is done once this is answered.
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        },
    )
}

/// Makes the file ourselves: SQLite would make it readable to whomever the umask lets.
fn make(file: &Path) -> Result<(), StoreError> {
    let refused = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied => {
            StoreError::ReadOnlyFile { file: file.to_owned() }
        }
        _ => StoreError::Unopened { file: file.to_owned(), reason: error.into() },
    };
    if let Some(directory) = file.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(refused)?;
    }
    files(file)?;
    let made = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(file);
    made.map(drop).map_err(refused)
}

/// Where the database and what SQLite keeps beside it lie, there are files or nothing: it would follow a link, and
/// wait for a pipe.
fn files(file: &Path) -> Result<(), StoreError> {
    for part in ["", "-wal", "-shm", "-journal"] {
        let mut name = file.as_os_str().to_owned();
        name.push(part);
        let part = PathBuf::from(name);
        regular::free_or_regular(&part)
            .map_err(|error| StoreError::Unopened { file: part, reason: error.into() })?;
    }
    Ok(())
}

fn unfit(file: &Path, error: MigrateError) -> StoreError {
    let known = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
    let file = file.to_owned();
    match error {
        MigrateError::VersionMissing(found) if found > known => StoreError::Newer { file, found, known },
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            of_file(error.into(), &file)
        }
        other => StoreError::Altered { file, reason: other.to_string() },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::store::sqlite::testing::store;

    async fn refusal(file: &Path) -> String {
        Sqlite::open(file).await.unwrap_err().to_string()
    }

    #[tokio::test]
    async fn the_file_is_private_and_opens_again() {
        let first = store().await;
        let mode = std::fs::metadata(&first.file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        first.close().await;
        Sqlite::open(&first.file).await.unwrap();
    }

    #[tokio::test]
    async fn commits_reach_the_disk() {
        let store = store().await;
        let mode: String =
            sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&store.sqlite.write).await.unwrap();
        let sync: i64 =
            sqlx::query_scalar("PRAGMA synchronous").fetch_one(&store.sqlite.write).await.unwrap();
        assert_eq!((mode.as_str(), sync), ("wal", 2));
    }

    #[tokio::test]
    async fn a_newer_database_is_refused() {
        let store = store().await;
        store.run("INSERT INTO _sqlx_migrations VALUES (9999, 'later', 0, TRUE, x'00', 0)").await;
        store.close().await;
        let error = refusal(&store.file).await;
        assert!(error.contains("written by a newer version (its schema is 9999"), "{error}");
    }

    #[tokio::test]
    async fn what_is_no_database_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("juyong.db");
        std::fs::write(&file, "not a database, ".repeat(1000)).unwrap();
        let error = refusal(&file).await;
        assert!(
            error.contains("this is not an intact database") && error.ends_with("restore a backup"),
            "{error}"
        );
        let error = refusal(dir.path()).await;
        assert!(error.contains("cannot be opened (this is a directory, not a file)"), "{error}");
    }

    /// SQLite follows a link, and a pipe is waited for.
    #[tokio::test]
    async fn what_stands_in_a_files_place_is_refused() {
        let store = store().await;
        store.close().await;
        let rename = |from: &str, to: &str| {
            std::fs::rename(store.file.with_extension(from), store.file.with_extension(to))
        };
        rename("db", "kept").unwrap();
        for place in ["db", "db-wal", "db-shm", "db-journal"] {
            let path = store.file.with_extension(place);
            let _ = std::fs::remove_file(&path); // SQLite may leave one
            let mut kinds = Vec::new();
            crate::platform::regular::testing::each(&path, |kind| {
                kinds.push(format!("{}: the database cannot be opened (this is {kind}", path.display()));
                for found in [make(&store.file).unwrap_err(), files(&store.file).unwrap_err()] {
                    assert!(found.to_string().starts_with(kinds.last().unwrap()), "{found}");
                }
            });
            assert!(kinds.len() >= 4);
        }
        rename("kept", "db").unwrap();
        Sqlite::open(&store.file).await.unwrap();
    }

    #[tokio::test]
    async fn an_altered_schema_is_refused() {
        let store = store().await;
        store.run("UPDATE _sqlx_migrations SET checksum = x'00'").await;
        store.close().await;
        let error = refusal(&store.file).await;
        assert!(error.contains("is not as this program left it"), "{error}");
    }

    #[tokio::test]
    async fn a_read_only_database_says_so() {
        let store = store().await;
        store.run("PRAGMA query_only = ON").await;
        let error = store.accounts().enable(&"x".parse().unwrap()).await.unwrap_err();
        assert!(matches!(error, StoreError::ReadOnly), "{error}");
    }
}

//! Secrets and state, behind an interface; `sqlite` is the one database there is, and the only place that names sqlx.

mod lock;
mod sqlite;

pub use lock::{DataLock, LockError, lock};
pub use sqlite::*;

#[cfg(test)]
pub(crate) use sqlite::testing;

//! How late it has been, by the journal.

use jiff::Timestamp;

use super::future::StoreFuture;

pub trait ClockStore: Send + Sync {
    /// The latest time of a row since somebody on the host last said that the clock is right.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn latest(&self) -> StoreFuture<'_, Option<Timestamp>>;

    /// Rows up to the last one say nothing about what time it is.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn trust(&self) -> StoreFuture<'_, ()>;
}

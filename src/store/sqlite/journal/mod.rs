//! Writing, looking through and doubting the journal.

mod block;
pub(super) mod complete;
mod handle;
mod raw;
pub(super) mod rows;
pub(super) mod scan;
mod summaries;
mod write;

#[cfg(test)]
mod tests;

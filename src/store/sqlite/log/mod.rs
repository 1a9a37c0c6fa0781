//! The log's tiles and checkpoints.

mod checkpoints;
pub(super) mod complete;
mod handle;
pub(super) mod tiles;

#[cfg(test)]
mod tests;

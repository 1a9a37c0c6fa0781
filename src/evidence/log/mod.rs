//! The log: a Merkle tree over the journal's rows (RFC 6962 §2.1), its tiles (C2SP tlog-tiles), and signed statements
//! of how large it was and what its root was then (C2SP tlog-checkpoint, signed-note). Whoever holds such a statement
//! finds any row that was changed, removed or put in below it.
//!
//! All of it is pure: what reads tiles, keeps checkpoints and holds keys is `store` and `journal`. docs/evidence.md
//! has the formats for whoever writes a verifier.

mod check;
mod checkpoint;
mod edge;
mod frontier;
mod key;
mod name;
mod node;
mod note;
mod profile;
mod proof;
mod signature;
mod tile;

pub use check::{consistent, root_of_inclusion};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use edge::Edge;
pub use frontier::Frontier;
pub use key::{EpochKey, LogKey};
pub use note::SignedNote;
pub use profile::LogProfile;
pub use proof::{InclusionProof, consistency_ranges, inclusion_ranges};
pub use signature::NoteSignature;
pub use tile::{LeafRange, MissingTile, TILE_WIDTH, TileId, Tiles};

#[cfg(test)]
mod tests;

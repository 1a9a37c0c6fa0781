//! Rosters: people and machines as somebody keeps them in a spreadsheet, and what becomes of the policy files by one.
//!
//! Pure: bytes in, every flaw or the new texts of the files out. What the files mean is decided by [`crate::policy`].
//!
//! | file | has |
//! |---|---|
//! | `cell`, `sheet`, `delimited`, `workbook` | from bytes to rows of cells; all that a file can hold is bounded |
//! | `column` | the columns by the words that people head them with |
//! | `entry`, `people`, `machines` | from rows to entries, each cell by its column |
//! | `merge`, `edit` | from entries to the texts of the policy files |
//! | `flaw` | what is wrong, with its row, its column and the mend |

mod cell;
mod column;
mod delimited;
mod edit;
mod entry;
mod flaw;
mod machines;
mod merge;
mod people;
mod sheet;
mod workbook;

#[cfg(test)]
mod tests;

pub use cell::{MOST_BYTES, UnreadableSheet};
pub use column::RosterSubject;
pub use edit::FieldValue;
pub use flaw::{FlawKind, RosterFlaw};
pub use merge::{EntryChange, FieldChange, RosterEdit, Unmerged, merge};

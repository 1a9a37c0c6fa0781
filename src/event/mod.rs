//! The journal's vocabulary: everything that may be worth asking about later, as one closed enum.
//!
//! A row says when, who, from where and what. Nothing in it may be a secret: passwords, codes, keys and
//! keystrokes have no variant to stand in.

mod actor;
mod asked;
mod carried;
mod ending;
mod entry;
mod key_cause;
mod kinds;
mod vocabulary;

pub use actor::Actor;
pub use carried::{Carried, Stream, Unrecorded};
pub use ending::Ending;
pub use entry::{JournalEntry, ThroughDevice};
pub use key_cause::KeyCause;
pub use kinds::KINDS;
pub use vocabulary::Event;

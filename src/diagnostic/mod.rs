//! What is wrong with a file that a person wrote, shown the way a compiler shows it: where, the line, a caret, a
//! hint. Policy files and `juyong.toml` alike.

mod chinese;
mod fault;
mod faults;
mod located;
mod shown;
mod source;
pub(crate) mod suggest;
pub(crate) mod syntax;
mod tell;

pub(crate) use fault::{Fault, TIMES};
pub(crate) use faults::{Diagnostics, Location};
pub use located::Diagnostic;
pub(crate) use located::{compared_in, in_language, word_for_hint};
pub(crate) use shown::is_invisible;
pub use source::SourceFile;
pub(crate) use tell::as_in_files;

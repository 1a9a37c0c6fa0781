//! What a recording and the journal are written in: pure encoders and readers, checked on the way back.
//!
//! Nothing here opens a file or asks for the time; `recorder` and `journal` do.

pub mod cast;
pub mod chain;
pub mod echo;
pub mod player;
pub mod text;
pub mod transcript;

mod reader;
pub(crate) mod scan;

pub use reader::{Fault, Reader};

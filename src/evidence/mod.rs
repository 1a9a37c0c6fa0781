//! What a recording and the journal are written in: pure encoders and readers, checked on the way back.
//!
//! Nothing here opens a file or asks for the time; `recorder` and `journal` do.

pub mod cast;
pub mod chain;
pub mod log;
pub mod player;
pub mod text;
pub mod transcript;

mod brief;
mod reader;

pub use brief::{ROW_TEXT, brief, brief_list, for_row};
pub use reader::{CastFault, Reader};

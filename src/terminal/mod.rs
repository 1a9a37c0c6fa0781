//! What a terminal does with bytes. Whatever knows escape sequences, columns and keys stands here, and the rooms that
//! judge, record and ask people stand on it.
//!
//! Pure: bytes go in, and what they mean or what is to be shown comes out. Nothing here owns a terminal.

pub mod echo;
pub mod editor;
pub mod qr;
pub mod reset;
pub(crate) mod scan;
pub(crate) mod screen;
pub mod size;
pub mod width;

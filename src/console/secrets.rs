//! Secrets that go out on a terminal.

use super::failure::Failure;
use crate::terminal::qr::drawn;

/// A QR code for a dark terminal, two rows a line.
pub(crate) fn qr(text: &str) -> Result<String, Failure> {
    drawn(text).map_err(Failure::internal)
}

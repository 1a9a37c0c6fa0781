//! Where the packets of an asset's SFTP server end.

use super::wire::{self, GateError, PREFIX};

/// Position in a stream of packets; of their content nothing is kept.
#[derive(Default)]
pub(super) struct Position {
    /// The length field as far as it was seen.
    length: u32,
    seen: usize,
    /// Bytes to the end of the packet, once its length is known.
    left: usize,
}

impl Position {
    pub(super) fn is_boundary(&self) -> bool {
        self.seen == 0 && self.left == 0
    }

    /// Moves to the end of the packet, or of the bytes if that comes first; returns how far that was.
    pub(super) fn advance(&mut self, bytes: &[u8]) -> Result<usize, GateError> {
        let mut moved = 0;
        if self.left == 0 {
            moved = self.read_length(bytes)?;
        }
        let step = self.left.min(bytes.len().saturating_sub(moved));
        self.left -= step;
        Ok(moved + step)
    }

    fn read_length(&mut self, bytes: &[u8]) -> Result<usize, GateError> {
        let wanted = PREFIX - self.seen;
        let mut moved = 0;
        for byte in bytes.iter().take(wanted) {
            self.length = (self.length << 8) | u32::from(*byte);
            moved += 1;
        }
        self.seen += moved;
        if self.seen == PREFIX {
            self.left = wire::size(self.length)? - PREFIX;
            self.length = 0;
            self.seen = 0;
        }
        Ok(moved)
    }
}

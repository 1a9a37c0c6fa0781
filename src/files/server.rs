//! Where the packets of an asset's SFTP server end, and what they answer.

use super::own::Answer;
use super::wire::{self, GateError, PREFIX, Reader};

/// A packet's type, the request that it answers, and a status's code.
const HEAD: usize = 1 + 4 + 4;

/// Position in a stream of packets; of their content only the beginning is kept.
#[derive(Default)]
pub(super) struct Position {
    /// The length field as far as it was seen.
    length: u32,
    seen: usize,
    /// Bytes to the end of the packet, once its length is known.
    left: usize,
    head: Vec<u8>,
}

impl Position {
    /// What the packet that ended here answered.
    pub(super) fn answer(&self) -> Option<Answer> {
        const STATUS: u8 = 101;
        const HANDLE: u8 = 102;
        let (&kind, body) = self.head.split_first()?;
        let mut body = Reader(body);
        // `SSH_FXP_VERSION` has no id.
        let id = (kind > 100).then(|| body.u32()).flatten()?;
        Some(Answer { id, done: kind == HANDLE || (kind == STATUS && body.u32() == Some(0)) })
    }

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
        let wanted = step.min(HEAD - self.head.len());
        self.head.extend(bytes.iter().skip(moved).take(wanted));
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
            self.head.clear();
        }
        Ok(moved)
    }
}

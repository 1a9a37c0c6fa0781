//! Where the packets of an asset's SFTP server end, and what they answer.

use super::own::{Answer, Handle};
use super::wire::{self, GateError, PREFIX, Reader};

/// A packet's type, the request that it answers, and a status's code or a handle's length.
const HEAD: usize = 1 + 4 + 4;

const STATUS: u8 = 101;
const HANDLE: u8 = 102;

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
        let (&kind, body) = self.head.split_first()?;
        let mut body = Reader(body);
        // `SSH_FXP_VERSION` has no id.
        let id = (kind > 100).then(|| body.u32()).flatten()?;
        Some(match kind {
            HANDLE => Answer { id, done: true, handle: body.string().and_then(Handle::parse) },
            _ => Answer { id, done: kind == STATUS && body.u32() == Some(0), handle: None },
        })
    }

    /// How much of the packet is kept: of bulk nearly nothing.
    fn kept(&self, next: Option<u8>) -> usize {
        match self.head.first().copied().or(next) {
            Some(HANDLE) => HEAD + Handle::LONGEST,
            _ => HEAD,
        }
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
        let kept = self.kept(bytes.get(moved).copied());
        let wanted = step.min(kept - self.head.len());
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

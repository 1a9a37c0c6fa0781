//! Bytes from one side of a channel, on their way to the other.

use bytes::Bytes;

/// What is passed on in one run leaves in one piece, however many packets it holds, and uncopied: every
/// piece costs an SSH packet.
pub(super) struct Lane {
    input: Bytes,
    at: usize,
    /// From here to `at` all is passed on, and not yet laid out.
    run: usize,
    out: Vec<Bytes>,
}

impl Lane {
    pub(super) fn new(input: Bytes) -> Self {
        Self { input, at: 0, run: 0, out: Vec::new() }
    }

    pub(super) fn rest(&self) -> &[u8] {
        self.input.get(self.at..).unwrap_or_default()
    }

    /// Moves over up to `count` bytes, passing them on or not; returns how many there were.
    pub(super) fn take(&mut self, count: usize, pass: bool) -> usize {
        let count = count.min(self.rest().len());
        if !pass {
            self.flush();
            self.run += count;
        }
        self.at += count;
        count
    }

    /// Takes up to `count` bytes out.
    pub(super) fn pull(&mut self, count: usize) -> Bytes {
        let from = self.at;
        self.take(count, false);
        self.input.slice(from..self.at)
    }

    /// Passes other bytes on.
    pub(super) fn put(&mut self, bytes: Bytes) {
        if !bytes.is_empty() {
            self.flush();
            self.out.push(bytes);
        }
    }

    fn flush(&mut self) {
        if self.run < self.at {
            self.out.push(self.input.slice(self.run..self.at));
        }
        self.run = self.at;
    }

    pub(super) fn finish(mut self) -> Vec<Bytes> {
        self.flush();
        self.out
    }
}

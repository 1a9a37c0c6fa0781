//! A set in bounded memory.

use std::collections::VecDeque;

/// The newest last; of too many the oldest are forgotten.
pub(super) struct Newest<T> {
    all: VecDeque<T>,
    bytes: usize,
}

impl<T> Default for Newest<T> {
    fn default() -> Self {
        Self { all: VecDeque::new(), bytes: 0 }
    }
}

impl<T: AsRef<[u8]> + PartialEq> Newest<T> {
    pub(super) const MOST: usize = 1024;
    pub(super) const MOST_BYTES: usize = 128 * 1024;

    pub(super) fn has(&self, one: &T) -> bool {
        self.all.iter().rev().any(|known| known == one)
    }

    pub(super) fn add(&mut self, one: T) {
        self.take(&one);
        self.bytes += one.as_ref().len();
        self.all.push_back(one);
        while self.all.len() > Self::MOST || self.bytes > Self::MOST_BYTES {
            let Some(oldest) = self.all.pop_front() else { break };
            self.bytes -= oldest.as_ref().len();
        }
    }

    pub(super) fn take(&mut self, one: &T) {
        if let Some(at) = self.all.iter().rposition(|known| known == one) {
            self.all.remove(at);
            self.bytes -= one.as_ref().len();
        }
    }

    #[cfg(test)]
    pub(super) fn weighs(&self) -> (usize, usize) {
        (self.all.len(), self.bytes)
    }
}

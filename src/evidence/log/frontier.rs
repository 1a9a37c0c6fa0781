//! A tree that only grows, in as many hashes as its size has bits.

use super::profile::LogProfile;
use crate::domain::Digest;

/// The roots of the complete subtrees that a tree of this size consists of, the largest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frontier {
    profile: LogProfile,
    size: u64,
    peaks: Vec<Digest>,
}

impl Frontier {
    pub fn empty(profile: LogProfile) -> Self {
        Self { profile, size: 0, peaks: Vec::new() }
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    /// Takes in the hash of the next leaf.
    pub fn push(&mut self, leaf: Digest) {
        let (mut hash, mut rest) = (leaf, self.size);
        // Each complete subtree of the same height joins, as a carry does in an addition.
        while rest & 1 == 1
            && let Some(left) = self.peaks.pop()
        {
            hash = self.profile.node(left, hash);
            rest >>= 1;
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    pub fn root(&self) -> Digest {
        root_of(self.profile, &self.peaks)
    }
}

/// The root over complete subtrees, the largest first.
pub(super) fn root_of(profile: LogProfile, peaks: &[Digest]) -> Digest {
    let joined = peaks.iter().rev().copied().reduce(|right, left| profile.node(left, right));
    joined.unwrap_or_else(|| profile.empty())
}

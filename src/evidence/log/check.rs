//! Checks of proofs, by the hashes alone (RFC 9162 §2.1.3.2, §2.1.4.2; the trees are those of RFC 6962).

use super::profile::LogProfile;
use crate::domain::Digest;

/// A place in a tree and the last place of it, on the way up.
struct Climb {
    at: u64,
    last: u64,
}

impl Climb {
    fn up(&mut self) {
        self.at >>= 1;
        self.last >>= 1;
    }

    /// Whether what is joined here comes from the left: this is a right child, or the last of its height.
    fn is_right(&self) -> bool {
        self.at & 1 == 1 || self.at == self.last
    }

    /// One step, over what has no sibling in this tree.
    fn step(&mut self) {
        if self.is_right() {
            while self.at & 1 == 0 && self.at != 0 {
                self.up();
            }
        }
        self.up();
    }
}

/// The root to which a proof leads from a leaf; none for a proof that does not fit.
pub fn root_of_inclusion(
    profile: LogProfile,
    leaf: Digest,
    index: u64,
    size: u64,
    proof: &[Digest],
) -> Option<Digest> {
    if index >= size {
        return None;
    }
    let (mut climb, mut root) = (Climb { at: index, last: size - 1 }, leaf);
    for hash in proof {
        if climb.last == 0 {
            return None;
        }
        root = if climb.is_right() { profile.node(*hash, root) } else { profile.node(root, *hash) };
        climb.step();
    }
    (climb.last == 0).then_some(root)
}

/// Whether the proof shows that the newer tree begins with the older one; each by its size and its root.
pub fn consistent(profile: LogProfile, old: (u64, Digest), new: (u64, Digest), proof: &[Digest]) -> bool {
    let ((old_size, old_root), (new_size, new_root)) = (old, new);
    if old_size == 0 || old_size >= new_size {
        return proof.is_empty() && (old_size == 0 || old == new);
    }
    let (mut climb, whole) = (Climb { at: old_size - 1, last: new_size - 1 }, old_size.is_power_of_two());
    while climb.at & 1 == 1 {
        climb.up();
    }
    // A tree that is complete is itself the first hash of the proof.
    let mut hashes = proof.iter().copied();
    let Some(first) = (if whole { Some(old_root) } else { hashes.next() }) else { return false };
    let (mut of_old, mut of_new) = (first, first);
    for hash in hashes {
        if climb.last == 0 {
            return false;
        }
        if climb.is_right() {
            (of_old, of_new) = (profile.node(hash, of_old), profile.node(hash, of_new));
        } else {
            of_new = profile.node(of_new, hash);
        }
        climb.step();
    }
    climb.last == 0 && of_old == old_root && of_new == new_root
}

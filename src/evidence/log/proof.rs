//! Which hashes prove something (RFC 6962 §2.1.1, §2.1.2), and a proof as text (C2SP tlog-proof).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::note::SignedNote;
use super::tile::LeafRange;
use crate::domain::Digest;

/// Where a tree over this range parts: behind the largest complete subtree that is not all of it.
fn middle(start: u64, end: u64) -> u64 {
    start + (1 << (end - start - 1).ilog2())
}

/// The ranges whose roots lead from a leaf to the root of a tree of `size` leaves; the leaf's sibling first. None for
/// a leaf that is not in it.
pub fn inclusion_ranges(index: u64, size: u64) -> Option<Vec<LeafRange>> {
    if index >= size {
        return None;
    }
    let (mut start, mut end, mut ranges) = (0, size, Vec::new());
    while end - start > 1 {
        let middle = middle(start, end);
        if index < middle {
            ranges.push((middle, end));
            end = middle;
        } else {
            ranges.push((start, middle));
            start = middle;
        }
    }
    ranges.reverse();
    Some(ranges)
}

/// The ranges whose roots show that a tree of `new` leaves begins with the one of `old` leaves. None where there is
/// nothing to show.
pub fn consistency_ranges(old: u64, new: u64) -> Option<Vec<LeafRange>> {
    if old == 0 || old > new {
        return None;
    }
    let (mut start, mut end, mut ranges) = (0, new, Vec::new());
    while old < end {
        let middle = middle(start, end);
        if old <= middle {
            ranges.push((middle, end));
            end = middle;
        } else {
            ranges.push((start, middle));
            start = middle;
        }
    }
    if start > 0 {
        ranges.push((start, end));
    }
    ranges.reverse();
    Some(ranges)
}

/// That an entry is in a log, for whoever knows the log's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionProof {
    /// The entry itself, so that the text is all that a stranger needs; the checkpoint's signature covers it by its hash.
    pub entry: Vec<u8>,
    /// Counted from 0.
    pub index: u64,
    /// From the leaf's sibling up.
    pub hashes: Vec<Digest>,
    pub checkpoint: SignedNote,
}

const HEADER: &str = "c2sp.org/tlog-proof@v1";

impl std::fmt::Display for InclusionProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{HEADER}\nextra {}\nindex {}", BASE64.encode(&self.entry), self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", BASE64.encode(hash.0))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

impl InclusionProof {
    /// Reads what [`std::fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (head, note) = text.split_once("\n\n")?;
        let mut lines = head.lines();
        if lines.next()? != HEADER {
            return None;
        }
        let entry = BASE64.decode(lines.next()?.strip_prefix("extra ")?).ok()?;
        let index = lines.next()?.strip_prefix("index ")?.parse().ok()?;
        let hash = |line: &str| Some(Digest(BASE64.decode(line).ok()?.try_into().ok()?));
        let hashes = lines.map(hash).collect::<Option<_>>()?;
        Some(Self { entry, index, hashes, checkpoint: SignedNote::parse(note)? })
    }
}

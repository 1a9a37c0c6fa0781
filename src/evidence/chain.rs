//! Digests that grow: a chain in which each row vouches for all before it, and a running digest of a
//! stream, so that nothing is read twice.

use sha2::{Digest as _, Sha256};

use crate::domain::Digest;
use crate::event::Stream;

/// The link after `prev`: SHA-256 (FIPS 180-4) of the 32 bytes of `prev` and then `row`. The first row
/// follows [`Digest::ZERO`].
pub fn next(prev: Digest, row: &[u8]) -> Digest {
    Digest(Sha256::new().chain_update(prev.0).chain_update(row).finalize().into())
}

/// The first row whose digest is not the one that follows from the rows before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the chain breaks at row {index}, counted from 0: this row or one before it was changed or removed")]
pub struct Break {
    pub index: u64,
}

/// Follows a chain that began after `start`, and returns its last digest. That no row is missing at the
/// end is for the caller to know, from a digest kept elsewhere.
pub fn verify<R: AsRef<[u8]>>(
    start: Digest,
    rows: impl IntoIterator<Item = (R, Digest)>,
) -> Result<Digest, Break> {
    let mut last = start;
    for (index, (row, digest)) in (0..).zip(rows) {
        if next(last, row.as_ref()) != digest {
            return Err(Break { index });
        }
        last = digest;
    }
    Ok(last)
}

/// Length and SHA-256 of a stream while it passes.
#[derive(Debug, Clone, Default)]
pub struct StreamDigest {
    bytes: u64,
    sha256: Sha256,
}

impl StreamDigest {
    pub fn update(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.sha256.update(bytes);
    }

    /// How many bytes have passed.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The value up to here; the stream may go on.
    pub fn so_far(&self) -> Stream {
        self.clone().finish()
    }

    pub fn finish(self) -> Stream {
        Stream { bytes: self.bytes, sha256: Digest(self.sha256.finalize().into()) }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn rows() -> Vec<(Vec<u8>, Digest)> {
        let mut last = Digest::ZERO;
        ["one", "two", "three"]
            .into_iter()
            .map(|row| {
                last = next(last, row.as_bytes());
                (row.as_bytes().to_vec(), last)
            })
            .collect()
    }

    #[test]
    fn a_stream_has_the_published_digest() {
        let mut stream = StreamDigest::default();
        stream.update(b"a");
        stream.update(b"bc");
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(stream.so_far(), Stream { bytes: 3, sha256: Digest::parse(abc).unwrap() });
        assert_eq!(stream.bytes(), 3);
    }

    #[test]
    fn a_changed_a_swapped_and_a_removed_row_are_found() {
        let good = rows();
        assert_eq!(verify(Digest::ZERO, good.clone()), Ok(good.last().unwrap().1));

        let mut changed = good.clone();
        changed.get_mut(1).unwrap().0 = b"TWO".to_vec();
        assert_eq!(verify(Digest::ZERO, changed), Err(Break { index: 1 }));

        let mut swapped = good.clone();
        swapped.swap(1, 2);
        assert_eq!(verify(Digest::ZERO, swapped), Err(Break { index: 1 }));

        let mut shorter = good.clone();
        shorter.remove(0);
        assert_eq!(verify(Digest::ZERO, shorter), Err(Break { index: 0 }));
        assert!(verify(Digest::ZERO, Vec::<(Vec<u8>, Digest)>::new()).is_ok());
    }
}

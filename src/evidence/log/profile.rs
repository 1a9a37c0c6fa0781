//! Which functions a log is made with. The name stands in every checkpoint: a log can be read for ever, whatever later
//! ones are made with.

use sha2::{Digest as _, Sha256};

use crate::domain::Digest;

/// What a leaf and what a pair of hashes begins with, so that neither can be taken for the other (RFC 6962 §2.1).
const LEAF: [u8; 1] = [0];
const NODE: [u8; 1] = [1];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogProfile {
    /// SHA-256 and Ed25519.
    Standard,
}

impl LogProfile {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        (name == Self::Standard.as_str()).then_some(Self::Standard)
    }

    /// The root of a log without entries.
    pub fn empty(self) -> Digest {
        self.hash(&[])
    }

    pub fn leaf(self, entry: &[u8]) -> Digest {
        self.hash(&[&LEAF, entry])
    }

    pub fn node(self, left: Digest, right: Digest) -> Digest {
        self.hash(&[&NODE, &left.0, &right.0])
    }

    fn hash(self, parts: &[&[u8]]) -> Digest {
        match self {
            Self::Standard => {
                let hasher = parts.iter().fold(Sha256::new(), |hasher, part| hasher.chain_update(part));
                Digest(hasher.finalize().into())
            }
        }
    }
}

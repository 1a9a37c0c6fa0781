//! What a log says of itself: its name, how many rows it has, the root over them (C2SP tlog-checkpoint). Three lines of
//! extension say what it is made with, when it was said, and how many such statements there were before.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;

use super::key::EpochKey;
use super::name::is_name;
use super::note::SignedNote;
use super::profile::LogProfile;
use crate::domain::Digest;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name.
    pub origin: String,
    pub size: u64,
    pub root: Digest,
    pub profile: LogProfile,
    /// To the second.
    pub at: Timestamp,
    /// From 1 on, without a gap: so that one that was taken away is missed.
    pub number: u64,
}

/// Text that is not a checkpoint of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a checkpoint of a journal")]
pub struct CheckpointError;

impl Checkpoint {
    /// The text that is signed.
    pub fn text(&self) -> String {
        let Self { origin, size, root, profile, at, number } = self;
        let (root, profile, at) =
            (BASE64.encode(root.0), profile.as_str(), at.strftime("%Y-%m-%dT%H:%M:%SZ"));
        format!("{origin}\n{size}\n{root}\nprofile {profile}\ntime {at}\nnumber {number}\n")
    }

    /// Reads the text of a note. There is one spelling: whatever is written otherwise is none.
    ///
    /// # Errors
    /// When it is not a checkpoint, or one of another kind of log.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let read = Self::read(text).ok_or(CheckpointError)?;
        if read.text() == text { Ok(read) } else { Err(CheckpointError) }
    }

    fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        Some(Self {
            origin: lines.next().filter(|name| is_name(name))?.to_owned(),
            size: lines.next()?.parse().ok()?,
            root: Digest(BASE64.decode(lines.next()?).ok()?.try_into().ok()?),
            profile: LogProfile::parse(lines.next()?.strip_prefix("profile ")?)?,
            at: lines.next()?.strip_prefix("time ")?.parse().ok()?,
            number: lines.next()?.strip_prefix("number ")?.parse().ok()?,
        })
    }

    /// The checkpoint as a note that the log's key signed.
    pub fn signed(&self, key: &EpochKey) -> SignedNote {
        let text = self.text();
        let signatures = vec![key.sign(&self.origin, &text)];
        SignedNote { text, signatures }
    }
}

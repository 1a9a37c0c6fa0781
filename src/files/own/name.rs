//! Names of files and handles of opened ones, as far as they can be told from others.

/// A path that means the same file whenever it is written, as long as nobody moves what stands above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Name(Vec<u8>);

impl Name {
    /// Linux's longest.
    const LONGEST: usize = 4096;

    /// `None` where a link could lead elsewhere (`..`), or servers read the beginning each in their way.
    pub(in super::super) fn parse(path: &[u8]) -> Option<Self> {
        if path.len() > Self::LONGEST || path.starts_with(b"//") || path.contains(&0) {
            return None;
        }
        let mut name = Vec::with_capacity(path.len());
        for part in path.split(|&byte| byte == b'/') {
            if part.is_empty() || part == b"." {
                continue;
            }
            if part == b".." {
                return None;
            }
            if !name.is_empty() || path.starts_with(b"/") {
                name.push(b'/');
            }
            name.extend_from_slice(part);
        }
        (!name.is_empty()).then_some(Self(name))
    }
}

impl Name {
    /// The directory that it stands in, if that has a name.
    pub(super) fn above(&self) -> Option<Self> {
        let end = self.0.iter().rposition(|byte| *byte == b'/').filter(|end| *end > 0)?;
        self.0.get(..end).map(|above| Self(above.to_vec()))
    }
}

impl AsRef<[u8]> for Name {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// What the server calls a file that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Handle(Vec<u8>);

impl Handle {
    /// The longest that a server may give (§3).
    pub(in super::super) const LONGEST: usize = 256;

    /// `None` where it is longer than any: no server gave it.
    pub(in super::super) fn parse(handle: &[u8]) -> Option<Self> {
        (handle.len() <= Self::LONGEST).then(|| Self(handle.to_vec()))
    }
}

impl AsRef<[u8]> for Handle {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

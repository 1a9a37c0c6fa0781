//! Where commands run: kept by the gateway, since no shell stays on the asset to remember it.

use crate::terminal::editor::{MAX_LINE, is_typeable};
use std::fmt;

/// An absolute path that can be shown and quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory(String);

impl Directory {
    /// Reads what `pwd` printed. A login shell's own greetings may stand before it: the last line counts.
    pub fn printed(output: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(output).ok()?;
        Self::parse(text.strip_suffix('\n')?.rsplit('\n').next()?)
    }

    pub(super) fn parse(path: &str) -> Option<Self> {
        let sound = path.starts_with('/') && path.len() <= MAX_LINE && path.chars().all(is_typeable);
        sound.then(|| Self(path.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts_and_must_be_a_path() {
        let read = |output: &[u8]| Directory::printed(output).map(|directory| directory.0);
        assert_eq!(read(b"/var/log\n").as_deref(), Some("/var/log"));
        assert_eq!(read(b"Welcome!\n/root\n").as_deref(), Some("/root"));
        assert_eq!(read("/数据\n".as_bytes()).as_deref(), Some("/数据"));
        for output in [&b""[..], b"\n", b"/cut off", b"root\n", b"/a\x1b[2J\n", b"/a\xff\n", b"/a\r\n"] {
            assert_eq!(read(output), None, "{output:?}");
        }
    }
}

//! A file that a person wrote, and where its lines begin.

/// One file as it was read. Bytes that are not UTF-8 stand in `text` as U+FFFD, which
/// [`super::syntax::add_undecoded`] refuses: what a file says must not depend on who reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFile {
    pub path: String,
    pub text: String,
}

/// Where the lines of a text begin.
#[derive(Debug, Default)]
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    /// The number of the line that a byte is in, and where that line begins.
    pub(super) fn at(&self, byte: usize) -> (usize, usize) {
        let line = self.0.partition_point(|start| *start <= byte);
        (line, line.checked_sub(1).and_then(|line| self.0.get(line)).copied().unwrap_or_default())
    }
}

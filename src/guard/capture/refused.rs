//! A line that does not run, on its way off the screen.

/// A line that was refused, until it is seen to be gone.
pub(super) struct Refused {
    /// The cursor's row, and the line editor's turn.
    pub(super) row: isize,
    pub(super) turn: u64,
    pub(super) tries: usize,
    /// It was cleared by keys that leave the program alone.
    pub(super) gently: bool,
}

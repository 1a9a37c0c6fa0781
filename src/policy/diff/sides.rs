//! Two of everything: what was, and what is to be.

/// An old and a new one of something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Sides<T> {
    pub(super) old: T,
    pub(super) new: T,
}

impl<T> Sides<T> {
    pub(super) fn each<U>(&self, of: impl Fn(&T) -> U) -> Sides<U> {
        Sides { old: of(&self.old), new: of(&self.new) }
    }

    pub(super) fn both(&self) -> [&T; 2] {
        [&self.old, &self.new]
    }
}

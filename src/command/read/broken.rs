//! Where reading ends.

use crate::command::opaque::Why;

/// The line does not parse, or is not read further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken(pub(super) Why);

impl Broken {
    pub(super) fn syntax(what: &'static str) -> Self {
        Self(Why::Syntax(what))
    }
}

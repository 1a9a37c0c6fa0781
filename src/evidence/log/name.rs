//! Names of logs and of keys.

/// The longest that is read.
const LONGEST: usize = 128;

pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= LONGEST
        && !name.contains(|c: char| c == '+' || c.is_whitespace() || c.is_control())
}

//! Keys that a full-screen program got and may not have read. If it ends before it reads them, the shell behind it reads
//! them, and an Enter behind them would run what they spell.

use super::keys::{Accept, Key};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Unread {
    /// All keys were answered.
    #[default]
    Nothing,
    /// A key that may end the program, and behind it none that writes: a shell would find no line.
    Key,
    /// Behind the first key stands what a shell may take for a line.
    Line,
}

impl Unread {
    pub(super) fn sent(&mut self, key: Key) {
        *self = match self {
            Self::Nothing => Self::Key,
            Self::Key if !writes(key) => Self::Key,
            Self::Key | Self::Line => Self::Line,
        };
    }
}

/// Whether a key may put something into a shell's line. Keys that are not known may be bound to anything.
fn writes(key: Key) -> bool {
    !matches!(
        key,
        Key::Erase | Key::Accept(Accept::Enter) | Key::Interrupt | Key::End | Key::Move | Key::Escape
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_find_is_what_stands_behind_the_first_key() {
        let enter = Key::Accept(Accept::Enter);
        let unread = |keys: &[Key]| {
            let mut unread = Unread::default();
            keys.iter().for_each(|key| unread.sent(*key));
            unread
        };
        assert_eq!(unread(&[]), Unread::Nothing);
        for keys in [&[Key::Text('q')][..], &[enter, enter], &[Key::Text('q'), Key::Escape, enter]] {
            assert_eq!(unread(keys), Unread::Key, "{keys:?}");
        }
        for keys in [[Key::Text('q'), Key::Text('w')], [enter, Key::Text('w')], [Key::Escape, Key::Recall]] {
            assert_eq!(unread(&keys), Unread::Line, "{keys:?}");
        }
    }
}

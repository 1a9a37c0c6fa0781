//! Keys at which a shell runs what it substitutes, before any Enter: zsh completes behind `$(cmd)` by running it, and so
//! does bash at Alt-Ctrl-E. Such a key is not sent in a line in which a substitution was typed to its end.

use super::keys::Key;

/// What of a substitution was typed since the line began. It may have been taken back again: then a completion less is all
/// that is lost.
#[derive(Debug, Clone, Default)]
pub(super) struct Substitution {
    parenthesis: bool,
    backquote: bool,
    closed: bool,
    /// The key before.
    last: Option<Key>,
}

impl Substitution {
    pub(super) fn key(&mut self, key: Key) {
        match key {
            Key::Text('(') => self.parenthesis = true,
            Key::Text(')') if self.parenthesis => self.closed = true,
            Key::Text('`') if self.backquote => self.closed = true,
            Key::Text('`') => self.backquote = true,
            _ => {}
        }
        self.last = Some(key);
    }

    /// Completions, bash's Alt-Ctrl-E, and zsh's Ctrl-X with `*`, `g` or `G`.
    pub(super) fn would_run(&self, key: Key, raw: &[u8]) -> bool {
        let runs = match (self.last, key) {
            (_, Key::Complete) => true,
            (Some(Key::Escape), Key::Other) => raw == b"\x05",
            (Some(Key::Prefix), Key::Text(c)) => matches!(c, '*' | 'g' | 'G'),
            _ => false,
        };
        self.closed && runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(line: &str) -> Substitution {
        let mut substitution = Substitution::default();
        line.chars().for_each(|c| substitution.key(Key::Text(c)));
        substitution
    }

    #[test]
    fn a_completion_runs_what_is_closed() {
        for line in
            ["echo $(touch F)", "ls `touch F`", "ls <(touch F)/", "ls ~$(touch F)", "ls ${x:-$(touch F)}/"]
        {
            assert!(after(line).would_run(Key::Complete, b"\t"), "{line}");
        }
        for line in ["ls", "ls $(ls dir", "ls `ls dir", "ls a)", "ls ${HOME}/"] {
            assert!(!after(line).would_run(Key::Complete, b"\t"), "{line}");
        }
    }

    #[test]
    fn keys_of_two_are_known_by_both() {
        let mut substitution = after("echo $(touch F)");
        assert!(!substitution.would_run(Key::Other, b"\x05"), "the end of the line");
        substitution.key(Key::Escape);
        assert!(substitution.would_run(Key::Other, b"\x05") && !substitution.would_run(Key::Other, b"\x06"));
        substitution.key(Key::Prefix);
        assert!(
            substitution.would_run(Key::Text('*'), b"*") && !substitution.would_run(Key::Text('x'), b"x")
        );
    }
}

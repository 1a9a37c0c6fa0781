//! Earlier lines of this channel.

/// Lines that are kept.
const KEPT: usize = 500;

#[derive(Debug, Default)]
pub(super) struct History {
    lines: Vec<String>,
    /// How far back the person has gone; 0 is the line that is being written.
    back: usize,
    /// What was being written when they began to go back.
    fresh: String,
}

impl History {
    pub(super) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Keeps a line, and goes to the end.
    pub(super) fn push(&mut self, line: &str) {
        self.back = 0;
        if self.lines.last().is_some_and(|last| last == line) {
            return;
        }
        if self.lines.len() == KEPT {
            self.lines.remove(0);
        }
        self.lines.push(line.to_owned());
    }

    /// To the end, where a new line is written.
    pub(super) fn leave(&mut self) {
        self.back = 0;
    }

    pub(super) fn older(&mut self, current: &str) -> Option<String> {
        if self.back == 0 {
            current.clone_into(&mut self.fresh);
        }
        let line = self.at(self.back + 1)?;
        self.back += 1;
        Some(line)
    }

    pub(super) fn newer(&mut self) -> Option<String> {
        self.back = self.back.checked_sub(1)?;
        if self.back == 0 { Some(std::mem::take(&mut self.fresh)) } else { self.at(self.back) }
    }

    fn at(&self, back: usize) -> Option<String> {
        self.lines.get(self.lines.len().checked_sub(back)?).cloned()
    }

    /// The `skip`th line from the end that has `text` in it.
    pub(super) fn find(&self, text: &str, skip: usize) -> Option<&str> {
        self.lines.iter().rev().filter(|line| line.contains(text)).nth(skip).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back_in_both_directions() {
        let mut history = History::default();
        assert_eq!(history.older("x"), None);
        for line in ["a", "b", "b", "c"] {
            history.push(line);
        }
        let seen: Vec<_> = (0..4).map(|_| history.older("half")).collect();
        assert_eq!(seen, [Some("c".into()), Some("b".into()), Some("a".into()), None]);
        let seen: Vec<_> = (0..4).map(|_| history.newer()).collect();
        assert_eq!(seen, [Some("b".into()), Some("c".into()), Some("half".into()), None]);
        assert_eq!(history.find("b", 0), Some("b"));
        assert_eq!(history.find("", 2), Some("a"));
        assert_eq!(history.find("z", 0), None);
    }

    #[test]
    fn the_oldest_make_room() {
        let mut history = History::default();
        (0..2 * KEPT).for_each(|number| history.push(&number.to_string()));
        assert_eq!((history.lines().len(), history.lines().first().map(String::as_str)), (KEPT, Some("500")));
    }
}

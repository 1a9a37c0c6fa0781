//! Marks of what was typed and not echoed. What it was is not kept; that it was there, is: a person can switch the
//! echo off by themselves.

use std::time::Duration;

use crate::terminal::echo::Hidden;

/// Marks come no closer than that, but for the last.
const APART: Duration = Duration::from_secs(10);

/// Bytes are told in steps, so that no password's length is.
const STEP: u64 = 64;

#[derive(Debug, Default)]
pub(super) struct Unechoed {
    waiting: Hidden,
    told: Option<Duration>,
}

impl Unechoed {
    pub(super) fn add(&mut self, hidden: Hidden) {
        self.waiting.bytes += hidden.bytes;
        self.waiting.lines += hidden.lines;
    }

    /// What to say now, if anything. `last`: nothing more comes.
    pub(super) fn mark(&mut self, at: Duration, last: bool) -> Option<String> {
        let close = self.told.is_some_and(|told| at < told.saturating_add(APART));
        let whole = self.waiting.lines > 0 || self.waiting.bytes >= STEP;
        if self.waiting == Hidden::default() || !(last || whole && !close) {
            return None;
        }
        let Hidden { bytes, lines } = std::mem::take(&mut self.waiting);
        self.told = Some(at);
        let bytes = bytes.div_ceil(STEP) * STEP;
        Some(format!("input without an echo, not recorded: at most {bytes} bytes, {lines} times Enter"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_and_lengths_are_not_told() {
        let mut unechoed = Unechoed::default();
        let at = Duration::from_secs;
        assert_eq!(unechoed.mark(at(0), true), None);
        unechoed.add(Hidden { bytes: 7, lines: 0 });
        assert_eq!(unechoed.mark(at(1), false), None, "the line goes on");
        unechoed.add(Hidden { bytes: 1, lines: 1 });
        let told = unechoed.mark(at(2), false);
        assert!(
            told.as_ref().is_some_and(|told| told.contains("at most 64 bytes, 1 times Enter")),
            "{told:?}"
        );
        unechoed.add(Hidden { bytes: 100, lines: 2 });
        assert_eq!(unechoed.mark(at(5), false), None, "so soon");
        let told = unechoed.mark(at(12), false);
        assert!(
            told.as_ref().is_some_and(|told| told.contains("at most 128 bytes, 2 times Enter")),
            "{told:?}"
        );
        unechoed.add(Hidden { bytes: 1, lines: 0 });
        assert!(unechoed.mark(at(12), true).is_some(), "the last is told");
    }
}

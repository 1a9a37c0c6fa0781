//! When the answer to what was typed is complete: measured on this channel, not slept.

use std::time::Duration;

/// Between the parts of one answer there is no more than this, unless the link is uneven.
const GAP: Duration = Duration::from_millis(8);
/// Before this, what came back may be the answer to the key before.
const SOONEST: Duration = Duration::from_millis(15);
/// A key that says nothing is waited for so long, and longer on a slow link.
const SILENCE: Duration = Duration::from_millis(120);
/// A key that always says something is waited for so long: a completion may have to read directories.
const ANSWER: Duration = Duration::from_millis(1500);
/// Output that never ends is not waited for longer.
const ENDLESS: Duration = Duration::from_millis(2500);
/// Before anything was measured.
const UNKNOWN: Duration = Duration::from_millis(300);

/// Times are since the channel began.
#[derive(Debug, Default)]
pub(super) struct Pace {
    echo: Option<Echo>,
    sent: Option<Duration>,
    output: Option<Duration>,
    /// A key whose echo measures the link.
    measuring: Option<Duration>,
}

/// What the last key brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    Anything,
    /// It looks something up, and something came back since.
    More,
    /// It brings an answer for sure, if only a bell, and nothing came back yet.
    Answer,
}

/// From a key to its echo, and by how much it varies: as TCP measures a link (RFC 6298).
#[derive(Debug, Clone, Copy)]
struct Echo {
    mean: Duration,
    deviation: Duration,
}

/// Whether what stands on the screen is what there will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settled {
    Yes,
    /// It was waited for as long as can be.
    GivenUp,
    /// Not before this.
    Wait(Duration),
}

impl Pace {
    /// `echoes`: what was sent comes back as it is, and so measures the link. What is sent before that spoils
    /// the measure.
    pub(super) fn sent(&mut self, now: Duration, echoes: bool) {
        let answered = self.output.is_some_and(|output| self.sent.is_none_or(|sent| sent <= output));
        self.measuring = (answered && echoes).then_some(now);
        self.sent = Some(now);
    }

    pub(super) fn output(&mut self, now: Duration) {
        self.output = Some(now);
        if let Some(since) = self.measuring.take() {
            self.measure(now.saturating_sub(since));
        }
    }

    fn measure(&mut self, sample: Duration) {
        if sample > Duration::from_secs(3) {
            return; // nobody's echo: the key said nothing, and something else spoke later
        }
        self.echo = Some(match self.echo {
            None => Echo { mean: sample, deviation: sample / 2 },
            Some(Echo { mean, deviation }) => {
                Echo { mean: (mean * 7 + sample) / 8, deviation: (deviation * 3 + mean.abs_diff(sample)) / 4 }
            }
        });
    }

    pub(super) fn last_output(&self) -> Duration {
        self.output.unwrap_or_default()
    }

    /// Whether nothing was sent or shown for so long.
    pub(super) fn quiet_for(&self, length: Duration, now: Duration) -> Settled {
        let last = self.sent.max(self.output).unwrap_or_default();
        if last + length <= now { Settled::Yes } else { Settled::Wait(last + length) }
    }

    /// By when an echo is due.
    fn due(&self) -> Duration {
        self.echo.map_or(UNKNOWN, |echo| echo.mean + echo.deviation * 4)
    }

    /// Something came back since the last key, and late enough to be its answer.
    pub(super) fn is_answered(&self) -> bool {
        let earliest =
            self.echo.map_or(Duration::ZERO, |echo| echo.mean.saturating_sub(echo.deviation * 2) / 2);
        match (self.sent, self.output) {
            (Some(sent), Some(output)) => output >= sent + earliest,
            (None, output) => output.is_some(),
            (Some(_), None) => false,
        }
    }

    /// Whether the answer to the last key is complete. `since`: since when that matters.
    pub(super) fn settled(&self, now: Duration, expected: Expected, since: Duration) -> Settled {
        let answers = expected == Expected::Answer;
        let sent = self.sent.unwrap_or_default();
        let silence = if answers { ANSWER.max(self.due() * 3) } else { SILENCE.max(self.due() + GAP) };
        let gap = GAP + self.echo.map_or(Duration::ZERO, |echo| echo.deviation);
        let due = self.echo.map_or(SOONEST, |_| self.due().clamp(SOONEST, ANSWER));
        // What looks something up takes longer than an echo.
        let due_at = sent + if expected == Expected::Anything { due } else { due * 2 };
        let quiet_at = self.output.map_or(Duration::ZERO, |output| output + gap);
        let answered_at = if self.is_answered() { Duration::ZERO } else { sent + silence };
        let (ready, end) = (quiet_at.max(answered_at).max(due_at), since + ENDLESS.max(self.due() * 4));
        match () {
            () if ready <= now && answers && !self.is_answered() => Settled::GivenUp,
            () if ready <= now => Settled::Yes,
            () if end <= now => Settled::GivenUp,
            () => Settled::Wait(ready.min(end)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    /// A link that was measured: each key is echoed after `echo`.
    fn measured(echo: u64) -> Pace {
        let mut pace = Pace::default();
        pace.output(ms(1));
        for key in 1..20 {
            pace.sent(ms(key * 1000), true);
            pace.output(ms(key * 1000 + echo));
        }
        pace
    }

    #[test]
    fn on_a_near_link_an_answer_is_complete_within_milliseconds() {
        let mut pace = measured(1);
        pace.sent(ms(30_000), true);
        pace.output(ms(30_001));
        assert_eq!(pace.settled(ms(30_016), Expected::Anything, ms(30_001)), Settled::Yes);
        assert!(
            matches!(pace.settled(ms(30_002), Expected::Anything, ms(30_001)), Settled::Wait(until) if until < ms(30_020))
        );
    }

    #[test]
    fn on_a_far_link_what_comes_too_soon_is_no_answer() {
        let mut pace = measured(200);
        pace.sent(ms(30_000), true);
        pace.sent(ms(30_150), true);
        pace.output(ms(30_200)); // of the first
        assert!(!pace.is_answered());
        assert!(matches!(pace.settled(ms(30_300), Expected::Answer, ms(30_150)), Settled::Wait(_)));
        pace.output(ms(30_350));
        assert_eq!(pace.settled(ms(30_450), Expected::Anything, ms(30_150)), Settled::Yes);
    }

    #[test]
    fn a_key_that_must_answer_and_does_not_is_given_up() {
        let mut pace = measured(1);
        pace.sent(ms(30_000), true);
        assert!(matches!(pace.settled(ms(31_000), Expected::Answer, ms(30_000)), Settled::Wait(_)));
        assert_eq!(pace.settled(ms(31_600), Expected::Answer, ms(30_000)), Settled::GivenUp);
        assert_eq!(pace.settled(ms(30_200), Expected::Anything, ms(30_000)), Settled::Yes);
    }

    #[test]
    fn output_without_an_end_is_given_up() {
        let mut pace = measured(1);
        pace.sent(ms(30_000), true);
        (30_000..34_000).for_each(|at| pace.output(ms(at)));
        assert_eq!(pace.settled(ms(34_000), Expected::Anything, ms(30_001)), Settled::GivenUp);
    }
}

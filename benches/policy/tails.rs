//! How long single decisions take: the middle one, and the slow ones.

use std::hint::black_box;
use std::time::Instant;

/// Nanoseconds of single runs, sorted.
pub(crate) struct Tails(Vec<u64>);

impl Tails {
    /// Times each of `count` runs by itself. One look at the clock lies between two runs and counts as part
    /// of the second; [`Tails::clock`] says what it costs.
    pub(crate) fn measure<T>(count: usize, mut run: impl FnMut(usize) -> T) -> Self {
        let mut times = Vec::with_capacity(count);
        let mut last = Instant::now();
        for number in 0..count {
            black_box(run(number));
            let now = Instant::now();
            times.push(u64::try_from((now - last).as_nanos()).unwrap_or(u64::MAX));
            last = now;
        }
        times.sort_unstable();
        Self(times)
    }

    /// The same with nothing to run.
    pub(crate) fn clock() -> Self {
        Self::measure(100_000, |number| number)
    }

    /// Nanoseconds within which that share of all is.
    pub(crate) fn within(&self, share: f64) -> f64 {
        let rank = (self.0.len() as f64 * share).ceil() as usize;
        self.0[rank.clamp(1, self.0.len()) - 1] as f64
    }
}

//! Numbers of the same kind, and what stands for them.

use std::time::Duration;

#[derive(Debug, Clone, Default)]
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    pub(crate) fn push(&mut self, value: f64) {
        self.0.push(value);
        self.0.sort_by(f64::total_cmp);
    }

    pub(crate) fn median(&self) -> f64 {
        let (n, sorted) = (self.0.len(), &self.0);
        if n % 2 == 1 { sorted[n / 2] } else { (sorted[n / 2 - 1] + sorted[n / 2]) / 2.0 }
    }

    pub(crate) fn least(&self) -> f64 {
        self.0[0]
    }

    pub(crate) fn most(&self) -> f64 {
        self.0[self.0.len() - 1]
    }
}

/// Milliseconds within which that share of all is.
pub(crate) fn percentile(all: &[Duration], share: f64) -> f64 {
    let mut sorted = all.to_vec();
    sorted.sort();
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    milliseconds(sorted[rank.clamp(1, sorted.len()) - 1])
}

pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

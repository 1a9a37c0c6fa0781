//! How much of a connection may be under way to a peer: as much as its path carries, and no more than it can hold.
//!
//! smoltcp's TCP mends one lost packet at once, but waits a second for each burst of them, and a client's own queue is
//! short: `wireguard-go` may have room for ninety packets. So a connection begins with what fits there, and gets more
//! while that does not make its packets wait: a far path fills its window, a near one is not overrun.

use std::time::{Duration, Instant};

/// What fits into the shortest queue that clients have, with packets of other connections: 208 KiB of socket memory,
/// 2.25 KiB a packet. Measured: with 128 KiB a copy loses packets, and takes three times as long.
const LEAST: usize = 64 << 10;

/// One connection's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    size: usize,
    most: usize,
    /// The shortest time in which something was acknowledged.
    base: Duration,
    /// What was handed to TCP so far, and what of it was acknowledged.
    given: u64,
    acknowledged: u64,
    /// What is timed: up to which byte, since when, and whether the window was full then.
    timed: Option<(u64, Instant, bool)>,
}

impl Window {
    pub(super) fn new(most: usize) -> Self {
        Self { size: LEAST.min(most), most, base: Duration::MAX, given: 0, acknowledged: 0, timed: None }
    }

    /// How much more may be handed to TCP, which has `queued` now.
    pub(super) fn room(&self, queued: usize) -> usize {
        self.size.saturating_sub(queued)
    }

    /// So much was handed to TCP, which has `queued` now.
    pub(super) fn gave(&mut self, count: usize, queued: usize, now: Instant) {
        self.given = self.given.saturating_add(count as u64);
        let full = self.room(queued) == 0;
        if self.timed.is_none_or(|(_, _, was_full)| full && !was_full) {
            self.timed = Some((self.given, now, full));
        }
    }

    /// TCP has `queued` left: the rest was acknowledged.
    pub(super) fn queued(&mut self, queued: usize, now: Instant) {
        self.acknowledged = self.given.saturating_sub(queued as u64);
        let Some((upto, since, full)) = self.timed.filter(|(upto, ..)| *upto <= self.acknowledged) else {
            return;
        };
        debug_assert!(upto <= self.given);
        self.timed = None;
        let took = now.saturating_duration_since(since);
        self.base = self.base.min(took);
        let waits = took > self.base.saturating_mul(2);
        match (full, waits) {
            (true, false) => self.size = self.size.saturating_mul(2).min(self.most),
            (_, true) => self.size = (self.size / 2).max(LEAST.min(self.most)),
            (false, false) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 512 << 10;

    /// Fills the window ten times over a path that takes `path` and carries `rate` bytes a millisecond.
    fn filled(path: Duration, rate: usize) -> Window {
        let (mut window, mut now) = (Window::new(MOST), Instant::now());
        window.gave(100, 100, now);
        now += path;
        window.queued(0, now);
        for _ in 0..10 {
            let room = window.room(0);
            window.gave(room, room, now);
            assert_eq!(window.room(room), 0);
            let carried = Duration::from_millis((room / rate) as u64);
            now += path.max(carried);
            window.queued(0, now);
        }
        window
    }

    #[test]
    fn a_far_path_fills_and_a_near_one_is_not_overrun() {
        assert_eq!(filled(Duration::from_millis(80), 100_000).room(0), MOST);
        assert_eq!(filled(Duration::from_micros(300), 20_000).room(0), LEAST);
    }

    #[test]
    fn a_queue_that_grows_takes_back_what_was_given() {
        let mut window = filled(Duration::from_millis(20), 100_000);
        let mut now = Instant::now();
        for _ in 0..5 {
            window.gave(1000, 1000, now);
            now += Duration::from_millis(200);
            window.queued(0, now);
        }
        assert_eq!(window.room(0), LEAST);
    }

    #[test]
    fn a_little_at_a_time_earns_nothing() {
        let (mut window, mut now) = (Window::new(MOST), Instant::now());
        for _ in 0..100 {
            window.gave(64, 64, now);
            now += Duration::from_millis(20);
            window.queued(0, now);
        }
        assert_eq!(window.room(0), LEAST);
        assert_eq!(window.room(LEAST + 1), 0);
    }
}

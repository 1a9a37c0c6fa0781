//! How much of a connection may be under way to a peer: what its path can hold, and no more.
//!
//! A client's own queue is short: `wireguard-go` may have room for ninety packets, and what overflows there has to be
//! sent again. What a path holds is its rate times its length, so a connection may have under way what [`RATE`] brings
//! in the shortest time that it ever took to be acknowledged. Nor does more wait for TCP than twice what its congestion
//! control sends in a round trip: who interrupts a long output does not have to see the rest of it first.

use std::time::{Duration, Instant};

/// What fits into the shortest queue that clients have, with packets of other connections: 208 KiB of socket memory,
/// 2.25 KiB a packet. Measured: with 128 KiB a copy loses packets, and takes twice as long.
const LEAST: usize = 64 << 10;

/// Bytes a microsecond: 64 MiB a second, which is more than most lines of those who come through a tunnel.
const RATE: usize = 67;

/// One connection's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    most: usize,
    /// The shortest time in which something was acknowledged. It never grows: a device that moves to a far network in
    /// mid-connection goes on with its near one's window, slower than it could.
    shortest: Option<Duration>,
    /// What was handed to TCP so far.
    given: u64,
    /// What is timed: up to which byte, since when.
    timed: Option<(u64, Instant)>,
}

impl Window {
    pub(super) fn new(most: usize) -> Self {
        Self { most, shortest: None, given: 0, timed: None }
    }

    /// How much more may be handed to TCP, which has `queued` now and sends `congestion` in a round trip.
    pub(super) fn room(&self, queued: usize, congestion: usize) -> usize {
        let micros = self.shortest.map_or(0, |shortest| shortest.as_micros());
        let held = usize::try_from(micros).unwrap_or(usize::MAX).saturating_mul(RATE);
        let used = congestion.saturating_mul(2);
        held.min(used).max(LEAST).min(self.most).saturating_sub(queued)
    }

    /// So much was handed to TCP.
    pub(super) fn gave(&mut self, count: usize, now: Instant) {
        self.given = self.given.saturating_add(count as u64);
        self.timed.get_or_insert((self.given, now));
    }

    /// TCP has `queued` left: the rest was acknowledged.
    pub(super) fn queued(&mut self, queued: usize, now: Instant) {
        let acknowledged = self.given.saturating_sub(queued as u64);
        let Some((_, since)) = self.timed.take_if(|(upto, _)| *upto <= acknowledged) else { return };
        let took = now.saturating_duration_since(since);
        self.shortest = Some(self.shortest.map_or(took, |shortest| shortest.min(took)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 512 << 10;

    /// More than any path holds.
    const ALL: usize = usize::MAX;

    /// After something was acknowledged in each of these times.
    fn after(times: &[Duration]) -> Window {
        let (mut window, mut now) = (Window::new(MOST), Instant::now());
        for took in times {
            window.gave(100, now);
            window.gave(100, now + *took / 2); // is not what is timed
            window.queued(150, now + *took / 2);
            now += *took;
            window.queued(0, now);
        }
        window
    }

    #[test]
    fn a_near_path_holds_what_the_shortest_queue_does() {
        assert_eq!(Window::new(MOST).room(0, ALL), LEAST);
        assert_eq!(after(&[Duration::from_micros(300)]).room(0, ALL), LEAST);
        assert_eq!(after(&[Duration::from_micros(300)]).room(LEAST - 7, ALL), 7);
        assert_eq!(after(&[Duration::from_micros(300)]).room(LEAST + 7, ALL), 0);
    }

    #[test]
    fn a_far_path_holds_more_and_no_more_than_there_is_room_for() {
        assert_eq!(after(&[Duration::from_millis(2)]).room(0, ALL), 2000 * RATE);
        assert_eq!(after(&[Duration::from_millis(80)]).room(0, ALL), MOST);
    }

    #[test]
    fn no_more_waits_than_twice_what_a_round_trip_sends() {
        assert_eq!(after(&[Duration::from_millis(80)]).room(0, 100_000), 200_000);
        assert_eq!(after(&[Duration::from_millis(80)]).room(0, 1000), LEAST);
    }

    #[test]
    fn a_queue_on_the_path_does_not_make_it_longer() {
        let times = [2, 40, 300, 2, 900].map(Duration::from_millis);
        assert_eq!(after(&times).room(0, ALL), 2000 * RATE);
    }
}

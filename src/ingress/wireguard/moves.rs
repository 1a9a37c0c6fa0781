//! Whether what a peer's outer address does is roaming, or one key on two machines.
//!
//! A move is told at once, and those of the next while together with it; three within a minute between the same two
//! addresses are an alarm, told once in ten minutes.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// No more than one row in this time.
const WHILE: Duration = Duration::from_secs(10);

/// So many moves between two addresses, in this time, are not roaming.
const FLAPS: usize = 3;
const SOON: Duration = Duration::from_secs(60);

/// How often that is an alarm.
const QUIET: Duration = Duration::from_secs(600);

#[derive(Debug, Default)]
pub(super) struct Moves {
    recent: VecDeque<(Instant, [IpAddr; 2])>,
    /// Not told yet, since somewhere.
    untold: Option<(IpAddr, u64)>,
    told: Option<Instant>,
    alarmed: Option<Instant>,
}

/// What is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    /// Where it was when that was last told.
    pub from: IpAddr,
    pub count: u64,
}

impl Moves {
    /// It moved. True: somebody has to look.
    pub(super) fn moved(&mut self, from: IpAddr, to: IpAddr, now: Instant) -> bool {
        self.untold = Some(self.untold.map_or((from, 1), |(from, count)| (from, count + 1)));
        self.recent.push_back((now, if from < to { [from, to] } else { [to, from] }));
        if self.recent.len() > FLAPS {
            self.recent.pop_front();
        }
        let same =
            self.recent.iter().all(|(_, pair)| Some(*pair) == self.recent.back().map(|(_, pair)| *pair));
        let soon = self.recent.front().is_some_and(|(at, _)| now.saturating_duration_since(*at) <= SOON);
        let quiet = self.alarmed.is_none_or(|at| now.saturating_duration_since(at) >= QUIET);
        let alarm = self.recent.len() >= FLAPS && same && soon && quiet;
        if alarm {
            self.alarmed = Some(now);
        }
        alarm
    }

    /// What may be told now.
    pub(super) fn take(&mut self, now: Instant) -> Option<Told> {
        if self.told.is_some_and(|at| now.saturating_duration_since(at) < WHILE) {
            return None;
        }
        let (from, count) = self.untold.take()?;
        self.told = Some(now);
        Some(Told { from, count })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    /// tunnel 4
    #[test]
    fn one_key_on_two_machines_is_an_alarm_and_roaming_is_not() {
        let begin = Instant::now();
        let second = |n: u64| begin + Duration::from_secs(n);
        let mut roaming = Moves::default();
        for n in 1..=8 {
            assert!(!roaming.moved(at(n), at(n + 1), second(u64::from(n))));
        }
        let mut slow = Moves::default();
        for n in 0..8 {
            let (from, to) = if n % 2 == 0 { (1, 2) } else { (2, 1) };
            assert!(!slow.moved(at(from), at(to), second(n * 40)), "home and away");
        }
        let mut two = Moves::default();
        assert!(!two.moved(at(1), at(2), second(0)));
        assert!(!two.moved(at(2), at(1), second(10)));
        assert!(two.moved(at(1), at(2), second(20)));
        assert!(!two.moved(at(2), at(1), second(30)), "said already");
        assert!(!two.moved(at(1), at(2), second(599)), "and rare by now");
        two.moved(at(2), at(1), second(640));
        assert!(two.moved(at(1), at(2), second(645)), "again");
    }

    /// tunnel 4: whoever makes a peer hop does not fill the journal.
    #[test]
    fn moves_share_a_row() {
        let begin = Instant::now();
        let mut moves = Moves::default();
        moves.moved(at(1), at(2), begin);
        assert_eq!(moves.take(begin), Some(Told { from: at(1), count: 1 }));
        for n in 2..100 {
            moves.moved(at(n), at(n + 1), begin + Duration::from_millis(u64::from(n)));
            assert_eq!(moves.take(begin + Duration::from_millis(u64::from(n))), None);
        }
        let told = moves.take(begin + Duration::from_secs(10));
        assert_eq!(told, Some(Told { from: at(2), count: 98 }));
        assert_eq!(moves.take(begin + Duration::from_secs(60)), None);
    }
}

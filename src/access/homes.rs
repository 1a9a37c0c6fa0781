//! Where accounts are at home: sources from which they have logged in with key and code lately. What is guessed elsewhere
//! keeps nobody out there, neither a lock nor a block of the source. The database has the same, for the next start.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{OperatorName, SourceNet};
use crate::store::Home;

/// Homes of one account; the oldest gives way. Each is a place from which a thief of the key may guess apart.
pub(crate) const MOST_HOMES: u32 = 16;

/// A home that is so new is not written down again.
const FRESH: Duration = Duration::from_secs(24 * 60 * 60);

/// For how long a login makes a home; zero: never.
#[derive(Debug)]
pub struct Homes {
    lasts: Duration,
    homes: Mutex<HashMap<SourceNet, BTreeMap<OperatorName, Timestamp>>>,
}

impl Homes {
    /// As the database has them.
    pub fn new(lasts: Duration, stored: Vec<Home>) -> Self {
        let homes = Self { lasts, homes: Mutex::default() };
        for home in stored {
            homes.lock().entry(home.source).or_default().insert(home.operator, home.at);
        }
        homes
    }

    /// A map of owned values is whole between any two statements, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, HashMap<SourceNet, BTreeMap<OperatorName, Timestamp>>> {
        self.homes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lasts(&self, at: Timestamp, now: Timestamp) -> bool {
        at.checked_add(self.lasts).is_ok_and(|end| now < end)
    }

    /// Is this account at home there, by a login since its factors were set?
    pub(crate) fn is_home(
        &self,
        operator: &OperatorName,
        source: SourceNet,
        set_at: Timestamp,
        now: Timestamp,
    ) -> bool {
        let at = self.lock().get(&source).and_then(|known| known.get(operator)).copied();
        at.is_some_and(|at| at >= set_at && self.lasts(at, now))
    }

    /// Is anybody at home there?
    pub fn has_any(&self, source: SourceNet, now: Timestamp) -> bool {
        self.lock().get(&source).is_some_and(|known| known.values().any(|at| self.lasts(*at, now)))
    }

    /// A login with key and code from there. The home to be written down, unless one as good is: not one of the factors
    /// before those of now.
    pub(crate) fn note(
        &self,
        operator: &OperatorName,
        source: SourceNet,
        set_at: Timestamp,
        now: Timestamp,
    ) -> Option<Home> {
        if self.lasts.is_zero() {
            return None;
        }
        let mut homes = self.lock();
        let known = homes.entry(source).or_default().get(operator).copied();
        if known.is_some_and(|at| at >= set_at && at <= now && now.duration_since(at).unsigned_abs() < FRESH)
        {
            return None;
        }
        homes.entry(source).or_default().insert(operator.clone(), now);
        give_way(&mut homes, operator);
        Some(Home { operator: operator.clone(), source, at: now })
    }
}

/// Leaves an account its newest homes.
fn give_way(homes: &mut HashMap<SourceNet, BTreeMap<OperatorName, Timestamp>>, operator: &OperatorName) {
    let own = |(source, known): (&SourceNet, &BTreeMap<OperatorName, Timestamp>)| {
        known.get(operator).map(|at| (*at, *source))
    };
    let mut all: Vec<_> = homes.iter().filter_map(own).collect();
    all.sort_unstable();
    let over = all.len().saturating_sub(MOST_HOMES as usize);
    for (_, source) in all.into_iter().take(over) {
        if let Some(known) = homes.get_mut(&source) {
            known.remove(operator);
        }
    }
    homes.retain(|_, known| !known.is_empty());
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const DAY: i64 = 24 * 60 * 60;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(day * DAY).unwrap()
    }

    fn source(last: u8) -> SourceNet {
        SourceNet::of([192, 0, 2, last].into())
    }

    #[test]
    fn a_home_lasts_from_the_last_login_and_for_the_factors_of_now() {
        let homes = Homes::new(Duration::from_secs(30 * DAY as u64), Vec::new());
        let [a, b] = ["a", "b"].map(|name| name.parse::<OperatorName>().unwrap());
        assert!(homes.note(&a, source(1), at(0), at(1)).is_some());
        assert!(homes.note(&a, source(1), at(0), at(1)).is_none(), "it is written down already");
        assert!(homes.note(&a, source(1), at(0), at(2)).is_some(), "a day later it is again");
        let is_home = |who, from, set, now| homes.is_home(who, from, at(set), at(now));
        assert!(is_home(&a, source(1), 0, 31));
        assert!(!is_home(&a, source(1), 0, 32), "it was too long ago");
        assert!(!is_home(&a, source(1), 3, 4), "of other factors");
        assert!(!is_home(&b, source(1), 0, 2) && !is_home(&a, source(2), 0, 2));
        assert!(homes.has_any(source(1), at(31)) && !homes.has_any(source(1), at(32)));
        assert!(!homes.has_any(source(2), at(2)));
    }

    /// attacker: for a day after a change nobody was at home where they had just logged in.
    #[test]
    fn a_login_by_new_factors_makes_its_home_at_once() {
        let homes = Homes::new(Duration::from_secs(30 * DAY as u64), Vec::new());
        let a = "a".parse::<OperatorName>().unwrap();
        let hours = |hours: i64| Timestamp::from_second(DAY + hours * 60 * 60).unwrap();
        assert!(homes.note(&a, source(1), at(0), hours(0)).is_some());
        assert!(!homes.is_home(&a, source(1), hours(1), hours(2)));
        assert!(homes.note(&a, source(1), hours(1), hours(2)).is_some());
        assert!(homes.is_home(&a, source(1), hours(1), hours(3)));
    }

    #[test]
    fn an_account_has_so_many_and_without_a_time_none() {
        let homes = Homes::new(Duration::from_secs(DAY as u64), Vec::new());
        let a = "a".parse::<OperatorName>().unwrap();
        for last in 0..20 {
            homes.note(&a, source(last), at(0), at(1));
        }
        let left = (0..20).filter(|last| homes.is_home(&a, source(*last), at(0), at(1))).count();
        assert_eq!(left, MOST_HOMES as usize);
        let never =
            Homes::new(Duration::ZERO, vec![Home { operator: a.clone(), source: source(1), at: at(1) }]);
        assert!(never.note(&a, source(2), at(0), at(1)).is_none());
        assert!(!never.is_home(&a, source(1), at(0), at(1)));
    }
}

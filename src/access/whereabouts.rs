//! From where each account is logged in now. One account from two sources at once is lent, stolen, or somebody with two
//! machines: whoever is there hears of it, and may be refused.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::domain::{OperatorName, SourceNet};

/// A login that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OtherLogin {
    /// Later ones have higher numbers.
    pub number: u64,
    pub address: IpAddr,
    pub since: Timestamp,
}

#[derive(Debug, Default)]
struct Logins {
    next: u64,
    /// Accounts that are not logged in are not kept. Bounded as connections are.
    open: HashMap<OperatorName, Vec<OtherLogin>>,
}

/// Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub struct Whereabouts(Arc<Mutex<Logins>>);

impl Whereabouts {
    /// A map of owned values is whole between any two statements, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Logins> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more login, for as long as the answer is kept; with those of other sources that stand already. `refuses`: there may be
    /// none, and the newest is the error.
    pub(crate) fn enter(
        &self,
        operator: &OperatorName,
        (address, since): (IpAddr, Timestamp),
        refuses: bool,
    ) -> Result<(Whereabout, Vec<OtherLogin>), OtherLogin> {
        let mut logins = self.lock();
        let others = logins.elsewhere(operator, address);
        if let Some(newest) = others.last().filter(|_| refuses) {
            return Err(*newest);
        }
        let number = logins.next;
        logins.next += 1;
        logins.open.entry(operator.clone()).or_default().push(OtherLogin { number, address, since });
        let whereabout = Whereabout { all: self.clone(), operator: operator.clone(), number };
        Ok((whereabout, others))
    }

    /// The newest login of this account that stands and comes from another source.
    pub(crate) fn newest_elsewhere(&self, operator: &OperatorName, here: IpAddr) -> Option<OtherLogin> {
        self.lock().elsewhere(operator, here).last().copied()
    }
}

impl Logins {
    /// In the order in which they came.
    fn elsewhere(&self, operator: &OperatorName, here: IpAddr) -> Vec<OtherLogin> {
        let open = self.open.get(operator).into_iter().flatten();
        open.filter(|login| SourceNet::of(login.address) != SourceNet::of(here)).copied().collect()
    }
}

/// A login's entry; taken out when dropped.
#[derive(Debug)]
pub(crate) struct Whereabout {
    all: Whereabouts,
    operator: OperatorName,
    number: u64,
}

impl Drop for Whereabout {
    fn drop(&mut self) {
        let mut logins = self.all.lock();
        let Some(open) = logins.open.get_mut(&self.operator) else { return };
        open.retain(|login| login.number != self.number);
        if open.is_empty() {
            logins.open.remove(&self.operator);
        }
    }
}

/// What one terminal was told of other logins.
#[derive(Debug, Default)]
pub(crate) struct ToldElsewhere(Option<u64>);

impl ToldElsewhere {
    /// The newest login elsewhere, if it is news here.
    pub(crate) fn news(
        &mut self,
        all: &Whereabouts,
        operator: &OperatorName,
        here: IpAddr,
    ) -> Option<OtherLogin> {
        let newest = all.newest_elsewhere(operator, here)?;
        let is_new = self.0.is_none_or(|told| told < newest.number);
        self.0 = self.0.max(Some(newest.number));
        is_new.then_some(newest)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_second_source_is_news_once_and_no_second_login_from_the_same() {
        let (all, operator) = (Whereabouts::default(), "op1".parse::<OperatorName>().unwrap());
        let [a, b] = ["192.0.2.1", "2001:db8::1"].map(|address| address.parse::<IpAddr>().unwrap());
        let near = "2001:db8::77".parse::<IpAddr>().unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let (first, others) = all.enter(&operator, (a, now), true).unwrap();
        let (again, none) = all.enter(&operator, (a, now), true).unwrap();
        assert!(others.is_empty() && none.is_empty());
        let mut told = ToldElsewhere::default();
        assert_eq!(told.news(&all, &operator, a), None);
        assert_eq!(all.enter(&operator, (b, now), true).unwrap_err().address, a);
        let (second, others) = all.enter(&operator, (b, now), false).unwrap();
        assert_eq!(others.len(), 2);
        assert_eq!(told.news(&all, &operator, a).unwrap().address, b);
        assert_eq!(told.news(&all, &operator, a), None, "once");
        let (third, _) = all.enter(&operator, (near, now), false).unwrap();
        assert_eq!(told.news(&all, &operator, a).unwrap().address, near);
        assert_eq!(ToldElsewhere::default().news(&all, &operator, b).unwrap().address, a);
        drop((first, second, third));
        assert_eq!(all.newest_elsewhere(&operator, a), None);
        drop(again);
        assert!(all.lock().open.is_empty());
    }
}

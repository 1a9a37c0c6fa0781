//! Everything that locks, together: orders, planned periods, and the permits that lead past them. The one
//! question of the whole gateway: does something lock this account out, and until when does nothing?

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Lockdown, Period, Permit, State};
use crate::domain::{Account, LockdownId, OperatorName};

/// What was ordered: the lockdowns that were started and not lifted, the permits that were given, and the
/// planned periods that were lifted before their end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lockdowns {
    orders: Vec<Lockdown>,
    permits: Vec<Permit>,
    lifted: BTreeSet<LockdownId>,
}

impl Lockdowns {
    pub fn new(orders: Vec<Lockdown>) -> Self {
        Self { orders, ..Self::default() }
    }

    /// The first order that covers the account, whatever permits there are. An exemption holds for its own
    /// order only, so the union of what the orders cover counts.
    pub fn covers(&self, account: &Account<'_>, at: Timestamp) -> Option<&Lockdown> {
        self.orders.iter().find(|order| order.covers(account, at))
    }

    pub fn find(&self, id: &LockdownId) -> Option<&Lockdown> {
        self.orders.iter().find(|order| order.id == *id)
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Lockdown> {
        self.orders.iter()
    }

    pub fn permits(&self) -> std::slice::Iter<'_, Permit> {
        self.permits.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.orders.is_empty()
    }

    /// Adds an order; one of the same id is replaced.
    pub fn insert(&mut self, order: Lockdown) {
        self.orders.retain(|known| known.id != order.id);
        self.orders.push(order);
    }

    /// Takes an order away; what permits lead past it go with it.
    pub fn remove(&mut self, id: &LockdownId) {
        self.orders.retain(|order| order.id != *id);
        self.permits.retain(|permit| permit.lockdown != *id);
    }

    /// Lifts: a planned period of that id does not count any more, either.
    pub fn lift(&mut self, id: &LockdownId) {
        self.remove(id);
        self.lifted.insert(id.clone());
    }

    pub fn permit(&mut self, permit: Permit) {
        self.permits.push(permit);
    }

    /// Forgets the permits that do not hold any more, and returns them.
    pub fn drop_permits(&mut self, at: Timestamp) -> Vec<Permit> {
        self.permits.extract_if(.., |permit| !permit.holds(at)).collect()
    }

    /// Forgets the permits of an account, and returns them.
    pub fn drop_permits_of(&mut self, operator: &OperatorName) -> Vec<Permit> {
        self.permits.extract_if(.., |permit| permit.operator == *operator).collect()
    }

    /// Together with what the policy plans.
    pub fn with<'a>(&'a self, periods: &'a [Period]) -> Locks<'a> {
        Locks { ordered: self, periods }
    }
}

/// Orders and periods in one view.
#[derive(Debug, Clone, Copy)]
pub struct Locks<'a> {
    ordered: &'a Lockdowns,
    periods: &'a [Period],
}

impl<'a> Locks<'a> {
    /// Every lockdown that covers the account, whatever permits there are.
    pub fn covering(
        self,
        account: Account<'a>,
        at: Timestamp,
    ) -> impl Iterator<Item = &'a Lockdown> + use<'a> {
        let orders = self.ordered.orders.iter().filter(move |order| order.covers(&account, at));
        let planned = self.planned().filter(move |period| period.covers(&account, at));
        orders.chain(planned.map(|period| &period.lockdown))
    }

    /// What keeps this account from that asset, if anything does. `None` for the asset is the login itself.
    pub fn bar(self, account: &Account<'a>, asset: Option<&str>, at: Timestamp) -> Option<&'a Lockdown> {
        self.covering(*account, at).find(|lockdown| !self.pierced(lockdown, account.name, asset, at))
    }

    /// The first instant after `at` at which something keeps this account from that asset, and what: a
    /// period begins or a permit ends. For an account that nothing keeps from it at `at`.
    pub fn next_bar(
        self,
        account: &Account<'a>,
        asset: Option<&str>,
        at: Timestamp,
    ) -> Option<(Timestamp, &'a Lockdown)> {
        let mut instants: Vec<Timestamp> = self.shutting(account.name).filter(|then| *then > at).collect();
        instants.sort_unstable();
        instants.into_iter().find_map(|then| Some((then, self.bar(account, asset, then)?)))
    }

    /// The next instant at which any answer may change by itself.
    pub fn changes_after(self, at: Timestamp) -> Option<Timestamp> {
        let periods = self.planned().flat_map(|period| [period.from, period.until]);
        let orders = self.ordered.orders.iter().filter_map(|order| order.until);
        let permits = self.ordered.permits.iter().filter_map(|permit| permit.until);
        periods.chain(orders).chain(permits).filter(|then| *then > at).min()
    }

    /// Every order and period that may cover somebody, now or later.
    pub fn each(self) -> impl Iterator<Item = &'a Lockdown> {
        self.ordered.orders.iter().chain(self.planned().map(|period| &period.lockdown))
    }

    /// The beginning of the oldest that is in force at `at`, whomever it covers.
    pub fn in_force_since(self, at: Timestamp) -> Option<Timestamp> {
        let orders = self.ordered.orders.iter().filter(|order| order.holds(at));
        let periods = self.planned().filter(|period| period.lasts(at)).map(|period| &period.lockdown);
        orders.chain(periods).map(|lockdown| lockdown.started_at).min()
    }

    /// Whether this one of them keeps the account from that asset.
    pub fn bars(
        self,
        lockdown: &Lockdown,
        account: &Account<'a>,
        asset: Option<&str>,
        at: Timestamp,
    ) -> bool {
        self.covering(*account, at).any(|covering| covering.id == lockdown.id)
            && !self.pierced(lockdown, account.name, asset, at)
    }

    /// The instants after `from` and not after `until` at which any answer may change by itself.
    pub fn edges(self, from: Timestamp, until: Timestamp) -> impl Iterator<Item = Timestamp> {
        let first = self.changes_after(from);
        std::iter::successors(first, move |at| self.changes_after(*at)).take_while(move |at| *at <= until)
    }

    /// The planned periods that were not lifted.
    pub fn planned(self) -> impl Iterator<Item = &'a Period> {
        self.periods.iter().filter(|period| !self.ordered.lifted.contains(&period.lockdown.id))
    }

    /// The lockdown of that id or, for a period, of that name, if it is in force or will be. Of a name that
    /// is in force and planned again, what is in force.
    pub fn find(self, id: &str, at: Timestamp) -> Option<(&'a Lockdown, State)> {
        let order = self.ordered.orders.iter().find(|order| order.id.as_str() == id);
        if let Some(order) = order {
            let state = if order.holds(at) { State::InForce } else { State::Ended };
            return Some((order, state));
        }
        let period =
            self.planned().find(|period| period.lockdown.id.as_str() == id || period.name.as_str() == id)?;
        let state = match () {
            () if period.lasts(at) => State::InForce,
            () if at < period.from => State::Planned,
            () => State::Ended,
        };
        Some((&period.lockdown, state))
    }

    fn pierced(
        self,
        lockdown: &Lockdown,
        operator: &OperatorName,
        asset: Option<&str>,
        at: Timestamp,
    ) -> bool {
        self.ordered.permits.iter().any(|permit| permit.pierces(&lockdown.id, operator, asset, at))
    }

    /// Instants from which more may be shut than before.
    fn shutting(self, operator: &OperatorName) -> impl Iterator<Item = Timestamp> {
        let own = self.ordered.permits.iter().filter(move |permit| permit.operator == *operator);
        self.planned().map(|period| period.from).chain(own.filter_map(|permit| permit.until))
    }
}

//! What is in force now, and the sessions that are running under it.
//!
//! State, not messages: whoever waits for anything holds a [`Watch`] too, and asks the same pure question
//! again when the state changes. Subscribe before deciding, register before dialling: between "checked" and
//! "running" there is no gap for an order to fall into. A watch whose source is gone counts as locked.

mod approvals;
mod openings;
mod owed;
mod registry;
mod remembered;
mod standing;
mod stored;
mod tunnels;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::domain::{OperatorName, SessionId};
use crate::platform::clock::Clock;

use registry::{Place, Registry};

pub use approvals::{Approvals, Claimed, Pending};
pub use openings::keep as keep_approvals;
pub use owed::{Debts, Owed, Progress};
pub use registry::{Cut, Drain, Registration};
pub use remembered::{CodeBounds, CodePlace, CodeTerms, ProvenCode, RememberedCodes};
pub use standing::{DeviceRefused, Kill, Standing};
pub use stored::stored;
pub use tunnels::{Handshake, Seen, Tunnels};

/// A view of [`Standing`] that hears of changes.
#[derive(Clone)]
pub struct Watch(watch::Receiver<Arc<Standing>>);

impl Watch {
    /// What is in force, and marks it as seen.
    pub fn now(&mut self) -> Arc<Standing> {
        Arc::clone(&self.0.borrow_and_update())
    }

    /// Resolves at the next change since [`Self::now`]; false when there will be none any more, because the
    /// source is gone or at its end: nobody goes on under such a state. It is so however often it is asked: the end may
    /// have come just before [`Self::now`], which saw it.
    pub async fn changed(&mut self) -> bool {
        !self.is_over() && self.0.changed().await.is_ok() && !self.is_over()
    }

    fn is_over(&self) -> bool {
        self.0.borrow().over
    }
}

/// The one owner of what is in force.
#[derive(Clone)]
pub struct LiveState {
    standing: Arc<watch::Sender<Arc<Standing>>>,
    registry: Arc<Registry>,
    approvals: Approvals,
    tunnels: Tunnels,
    debts: Debts,
    remembered: RememberedCodes,
}

impl LiveState {
    pub fn new(standing: Standing) -> Self {
        let standing = Arc::new(watch::Sender::new(Arc::new(standing)));
        let (approvals, tunnels, debts) = (Approvals::default(), Tunnels::default(), Debts::default());
        let remembered = RememberedCodes::default();
        Self { standing, registry: Arc::default(), approvals, tunnels, debts, remembered }
    }

    /// The gateway is at its end: every watch hears that there will be no state to go on under.
    pub fn end(&self) {
        self.update(|standing| standing.over = true);
    }

    pub fn watch(&self) -> Watch {
        Watch(self.standing.subscribe())
    }

    pub fn standing(&self) -> Arc<Standing> {
        Arc::clone(&self.standing.borrow())
    }

    /// What waits for an officer.
    pub fn approvals(&self) -> &Approvals {
        &self.approvals
    }

    /// What the tunnels have seen.
    pub fn tunnels(&self) -> &Tunnels {
        &self.tunnels
    }

    /// Orders in force that are not written down yet.
    pub fn debts(&self) -> &Debts {
        &self.debts
    }

    /// Codes that cover further logins.
    pub fn remembered(&self) -> &RememberedCodes {
        &self.remembered
    }

    /// Keeps a code for further logins of the account.
    pub fn remember(&self, operator: &OperatorName, code: ProvenCode, bounds: CodeBounds, clock: &Clock) {
        self.remembered.keep(operator, code, bounds, clock);
        // Kept before it is asked: an order that comes in between finds it.
        if !self.standing().may_remember(operator) {
            self.remembered.forget(operator);
        }
    }

    /// Puts a new state in force, for everybody, before it returns. What it ends of remembered codes does not come
    /// back with the next one, however soon that is.
    pub fn update(&self, change: impl FnOnce(&mut Standing)) {
        self.standing.send_modify(|standing| {
            change(Arc::make_mut(standing));
            self.remembered.retain(|operator| standing.may_remember(operator));
        });
    }

    /// Takes a place before anything is decided, so that an order finds it whenever it comes.
    pub fn register(&self, session: &SessionId, operator: &OperatorName) -> Registration {
        self.registry.register(session, operator)
    }

    /// How many sessions are running.
    pub fn sessions(&self) -> usize {
        self.registry.sessions(|_| true).len()
    }

    /// How many sessions each account has open.
    pub fn sessions_of_each(&self) -> BTreeMap<OperatorName, usize> {
        self.registry.sessions_of_each()
    }

    /// The ids of running sessions that begin so.
    pub fn running(&self, prefix: &str) -> BTreeSet<SessionId> {
        self.registry.sessions(|place| place.session.as_str().starts_with(prefix))
    }

    /// The ids of an account's running sessions.
    pub fn running_of(&self, operator: &OperatorName) -> BTreeSet<SessionId> {
        self.registry.sessions(|place| place.operator == *operator)
    }

    /// Ends one session, and waits, at most `patience`, until it has left.
    pub async fn kill(&self, session: &SessionId, kill: Kill, patience: Duration) -> Cut {
        let change = |standing: &mut Standing| drop(standing.killed.insert(session.clone(), kill));
        let mut leaving = self.leave_by(change, |place| place.session == *session);
        let _ = tokio::time::timeout(patience, leaving.gone()).await; // whoever is left over is told of
        leaving.cut()
    }

    /// Begins the story of one channel: hears of changes and has its place before anything is decided, so
    /// that an order finds it wherever it is.
    pub fn enter(&self, session: &SessionId, operator: &OperatorName) -> Entry {
        let watch = self.watch();
        Entry { registration: self.register(session, operator), watch }
    }

    /// Puts `change` in force and waits, at most `patience`, until the sessions of everybody whom
    /// `covers` names have ended.
    pub async fn cut(
        &self,
        change: impl FnOnce(&mut Standing),
        covers: impl Fn(&OperatorName) -> bool,
        patience: Duration,
    ) -> Cut {
        let mut leaving = self.call_out(change, covers);
        let _ = tokio::time::timeout(patience, leaving.gone()).await; // whoever is left over is told of
        leaving.cut()
    }

    /// Puts `change` in force, and says who has to leave: everybody of `covers` who has a place. Whoever
    /// takes one later decides under the new state.
    pub fn call_out(
        &self,
        change: impl FnOnce(&mut Standing),
        covers: impl Fn(&OperatorName) -> bool,
    ) -> Drain {
        self.leave_by(change, |place| covers(&place.operator))
    }

    fn leave_by(&self, change: impl FnOnce(&mut Standing), covers: impl Fn(&Place) -> bool) -> Drain {
        self.registry.call_out(|| self.update(change), covers)
    }
}

/// One channel's hold on the live state: a watch, and a place in the registry.
pub struct Entry {
    pub watch: Watch,
    /// Given up when no byte flows any more.
    pub registration: Registration,
}

//! What is in force now, and the sessions that are running under it.
//!
//! State, not messages: whoever waits for anything holds a [`Watch`] too, and asks the same pure question
//! again when the state changes. Subscribe before deciding, register before dialling: between "checked" and
//! "running" there is no gap for an order to fall into. A watch whose source is gone counts as locked.

mod approvals;
mod openings;
mod owed;
mod remembered;
mod stored;
mod tunnels;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::{Notify, watch};

use crate::device::Devices;
use crate::domain::{Device, DeviceCredential, DeviceId, LockdownId, OperatorName, Role, SessionId};
use crate::lockdown::{Lockdown, Lockdowns, Locks};
use crate::platform::clock::Clock;
use crate::policy::{Admission, Decision, Denial, Policy, Reason, Request};

pub use approvals::{Approvals, Claimed, Pending};
pub use openings::keep as keep_approvals;
pub use owed::{Debts, Owed, Progress};
pub use remembered::{CodeBounds, CodePlace, CodeTerms, ProvenCode, RememberedCodes};
pub use stored::stored;
pub use tunnels::{Handshake, Seen, Tunnels};

/// Everything that a decision depends on, at one instant. A change makes a new one.
#[derive(Clone)]
pub struct Standing {
    pub policy: Arc<Policy>,
    pub policy_version: u64,
    pub lockdowns: Lockdowns,
    /// Accounts that an administrator disabled by hand, with the reason given.
    pub disabled: BTreeMap<OperatorName, String>,
    pub devices: Arc<Devices>,
    /// Sessions that an officer ended, for as long as their connections stand.
    pub killed: BTreeMap<SessionId, Kill>,
    /// The gateway is going down: nothing new begins.
    pub draining: bool,
    /// Nothing goes on from here.
    pub over: bool,
}

impl Standing {
    /// Policy, lockdowns and the administrator's hand together.
    pub fn decide(&self, request: &Request) -> Decision {
        if self.disabled.contains_key(request.operator.as_str())
            && self.policy.operator(&request.operator).is_some()
        {
            return Decision::Deny(Denial::from(Reason::OperatorDisabled));
        }
        match self.policy.decide(request, &self.lockdowns) {
            Decision::Deny(denial) => {
                Decision::Deny(self.with_order(denial, &request.operator, Some(&request.asset), request.at))
            }
            allowed @ Decision::Allow(_) => allowed,
        }
    }

    /// A denial by lockdown names the order, so that the person can.
    fn with_order(&self, mut denial: Denial, operator: &str, asset: Option<&str>, at: Timestamp) -> Denial {
        if denial.reason == Reason::Lockdown
            && let Some(operator) = self.policy.operator(operator)
            && let Some(lockdown) = self.locks().bar(&operator.account(), asset, at)
        {
            denial.text = Some(lockdown.reason.clone()).filter(|reason| !reason.is_empty());
            denial.order = lockdown.order.clone();
        }
        denial
    }

    /// May this account be logged in at all?
    pub fn admit(
        &self,
        operator: &str,
        source: std::net::IpAddr,
        at: Timestamp,
    ) -> Result<Admission<'_>, Denial> {
        if self.disabled.contains_key(operator) && self.policy.operator(operator).is_some() {
            return Err(Denial::from(Reason::OperatorDisabled));
        }
        let admitted = self.policy.admit(operator, source, at, &self.lockdowns);
        admitted.map_err(|denial| self.with_order(denial, operator, None, at))
    }

    /// May this device be used now? It may as long as its operator's account stands: sources and schedules are
    /// asked about at the login.
    pub fn device(&self, id: &DeviceId, at: Timestamp) -> Result<&Device, DeviceRefused> {
        let device = self.devices.get(id).ok_or(DeviceRefused::Unknown)?;
        let operator = device.operator.as_str();
        if self.disabled.contains_key(operator) {
            return Err(DeviceRefused::Owner(Reason::OperatorDisabled));
        }
        self.policy.account_stands(operator, at, &self.lockdowns).map_err(DeviceRefused::Owner)?;
        match device.credential {
            DeviceCredential::Tls { not_after, .. } if at >= not_after => Err(DeviceRefused::Expired),
            _ => Ok(device),
        }
    }

    /// May a code of this account cover a later login, as far as orders say? Not of one that is disabled or under an
    /// order, whatever permits there are, and not of whoever decides over others.
    pub fn may_remember(&self, operator: &OperatorName) -> bool {
        let Some(known) = self.policy.operator(operator.as_str()) else { return false };
        let account = known.account();
        let mut orders = self.lockdowns.iter();
        known.role == Role::Operator
            && known.remember != Some(Duration::ZERO)
            && !known.disabled
            && !self.disabled.contains_key(operator)
            && !orders.any(|order| order.names(&account) && !order.spares(&account))
    }

    /// For how long a code of this account covers later logins, as things stand at this time: nothing at all, or what
    /// `usual` says, unless the policy shortens it. Planned periods count, too.
    pub fn remembers_for(&self, operator: &OperatorName, usual: Duration, at: Timestamp) -> Duration {
        let Some(known) = self.policy.operator(operator.as_str()) else { return Duration::ZERO };
        let locked = self.locks().covering(known.account(), at).next().is_some();
        if locked || !self.may_remember(operator) {
            return Duration::ZERO;
        }
        known.remember.map_or(usual, |own| own.min(usual))
    }

    /// Everything that locks: orders, planned periods, and the permits past them.
    pub fn locks(&self) -> Locks<'_> {
        self.policy.locks(&self.lockdowns)
    }

    /// When this request, allowed now, will be refused by a lockdown, and by which: for telling whoever is
    /// at work.
    pub fn locked_from<'s>(&'s self, request: &Request) -> Option<(Timestamp, &'s Lockdown)> {
        let operator = self.policy.operator(&request.operator)?;
        self.locks().next_bar(&operator.account(), Some(&request.asset), request.at)
    }

    /// When this account, open now, will be shut by a lockdown, and by which.
    pub fn shut_from<'s>(&'s self, operator: &str, at: Timestamp) -> Option<(Timestamp, &'s Lockdown)> {
        self.locks().next_bar(&self.policy.operator(operator)?.account(), None, at)
    }

    /// Adds an order.
    pub fn order(&mut self, lockdown: Lockdown) {
        self.lockdowns.insert(lockdown);
    }

    /// Takes an order back.
    pub fn lift(&mut self, id: &LockdownId) {
        self.lockdowns.lift(id);
    }

    pub fn enrol(&mut self, device: Device) {
        Arc::make_mut(&mut self.devices).insert(device);
    }

    pub fn revoke(&mut self, id: &DeviceId) {
        Arc::make_mut(&mut self.devices).remove(id);
    }

    pub fn disable(&mut self, operator: &OperatorName, reason: &str) {
        self.disabled.insert(operator.clone(), reason.to_owned());
    }

    pub fn enable(&mut self, operator: &OperatorName) {
        self.disabled.remove(operator);
    }
}

/// An officer's word that ends one session, or that of its own operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kill {
    pub by: String,
    pub reason: String,
}

impl Kill {
    /// The reason where it was the session's own operator.
    pub const OWN: &str = "ended by its operator";
}

impl fmt::Display for Kill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "killed by {}: {}", self.by, self.reason)
    }
}

/// Why a device may not be used now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceRefused {
    /// It was never enrolled, or is revoked.
    Unknown,
    /// Its certificate is too old.
    Expired,
    /// Its operator's account may not be used.
    Owner(Reason),
}

impl DeviceRefused {
    /// For the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "device-unknown",
            Self::Expired => "device-expired",
            Self::Owner(reason) => reason.as_str(),
        }
    }
}

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

/// Channels that are decided, dialling or relaying: the session that each belongs to, and whose it is.
#[derive(Default)]
struct Channels {
    next: u64,
    open: HashMap<u64, Place>,
}

struct Place {
    session: SessionId,
    operator: OperatorName,
    /// A program runs in it that no terminal hangs up: it may outlive the channel.
    detached: bool,
}

#[derive(Default)]
struct Registry {
    channels: Mutex<Channels>,
    left: Notify,
}

impl Registry {
    /// A map of owned values is whole between any two statements, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Channels> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
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

/// A channel's place in the registry; given up when dropped, which is when no byte flows any more.
pub struct Registration {
    channel: u64,
    registry: Arc<Registry>,
}

impl Registration {
    /// From here on a program runs that no terminal hangs up. Whether the asset ends it when the channel does,
    /// nobody says.
    pub fn detach(&self) {
        if let Some(place) = self.registry.lock().open.get_mut(&self.channel) {
            place.detached = true;
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.registry.lock().open.remove(&self.channel);
        self.registry.left.notify_waiters();
    }
}

/// What an order did to running sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cut {
    pub sessions: u64,
    /// From the order to the end of the last session.
    pub slowest: Duration,
    /// Sessions that did not end in time; never forgotten, always reported.
    pub left_over: u64,
    /// Sessions whose programs may go on at their assets.
    pub may_go_on: BTreeSet<SessionId>,
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
        let mut channels = self.registry.lock();
        channels.next += 1;
        let channel = channels.next;
        channels
            .open
            .insert(channel, Place { session: session.clone(), operator: operator.clone(), detached: false });
        Registration { channel, registry: Arc::clone(&self.registry) }
    }

    /// How many sessions are running.
    pub fn sessions(&self) -> usize {
        let channels = self.registry.lock();
        channels.open.values().map(|place| &place.session).collect::<HashSet<_>>().len()
    }

    /// How many sessions each account has open.
    pub fn sessions_of_each(&self) -> BTreeMap<OperatorName, usize> {
        let channels = self.registry.lock();
        let places: BTreeSet<_> =
            channels.open.values().map(|place| (&place.operator, &place.session)).collect();
        let mut counts = BTreeMap::new();
        places.into_iter().for_each(|(operator, _)| *counts.entry(operator.clone()).or_default() += 1);
        counts
    }

    /// The ids of running sessions that begin so.
    pub fn running(&self, prefix: &str) -> BTreeSet<SessionId> {
        let channels = self.registry.lock();
        let sessions = channels.open.values().map(|place| &place.session);
        sessions.filter(|session| session.as_str().starts_with(prefix)).cloned().collect()
    }

    /// The ids of an account's running sessions.
    pub fn running_of(&self, operator: &OperatorName) -> BTreeSet<SessionId> {
        let channels = self.registry.lock();
        let own = channels.open.values().filter(|place| place.operator == *operator);
        own.map(|place| place.session.clone()).collect()
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
        let from = Instant::now();
        // Nobody gives up a place in between: whoever leaves for this change counts, however soon.
        let channels = self.registry.lock();
        self.update(change);
        let covered = || channels.open.iter().filter(|(_, place)| covers(place));
        let open: HashMap<_, _> =
            covered().map(|(channel, place)| (*channel, place.session.clone())).collect();
        let detached = covered().filter(|(_, place)| place.detached);
        let may_go_on = detached.map(|(_, place)| place.session.clone()).collect();
        drop(channels);
        let sessions = sessions(&open);
        let (registry, slowest) = (Arc::clone(&self.registry), Duration::ZERO);
        Drain { registry, from, open, sessions, slowest, may_go_on }
    }
}

/// One channel's hold on the live state: a watch, and a place in the registry.
pub struct Entry {
    pub watch: Watch,
    /// Given up when no byte flows any more.
    pub registration: Registration,
}

/// Channels that an order has called out.
pub struct Drain {
    registry: Arc<Registry>,
    from: Instant,
    open: HashMap<u64, SessionId>,
    sessions: u64,
    slowest: Duration,
    may_go_on: BTreeSet<SessionId>,
}

impl Drain {
    /// Resolves when all have left.
    pub async fn gone(&mut self) {
        while !self.open.is_empty() {
            let left = self.registry.left.notified();
            tokio::pin!(left);
            left.as_mut().enable();
            let before = self.open.len();
            {
                let channels = self.registry.lock();
                self.open.retain(|channel, _| channels.open.contains_key(channel));
            }
            if self.open.len() < before {
                self.slowest = self.from.elapsed();
            } else {
                left.await;
                tokio::task::yield_now().await; // others are on their way out: one look for all of them
            }
        }
    }

    /// What came of it so far.
    pub fn cut(&self) -> Cut {
        Cut {
            sessions: self.sessions,
            slowest: self.slowest,
            left_over: sessions(&self.open),
            may_go_on: self.may_go_on.clone(),
        }
    }
}

fn sessions(open: &HashMap<u64, SessionId>) -> u64 {
    open.values().collect::<HashSet<_>>().len() as u64
}

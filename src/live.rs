//! What is in force now, and the sessions that are running under it.
//!
//! State, not messages: whoever waits for anything holds a [`Watch`] too, and asks the same pure question
//! again when the state changes. Subscribe before deciding, register before dialling: between "checked" and
//! "running" there is no gap for an order to fall into. A watch whose source is gone counts as locked.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::{Notify, watch};

use crate::domain::{OperatorName, SessionId};
use crate::lockdown::Lockdowns;
use crate::policy::{Admission, Decision, Denial, Policy, Reason, Request};

/// Everything that a decision depends on, at one instant. A change makes a new one.
#[derive(Clone)]
pub struct Standing {
    pub policy: Arc<Policy>,
    pub policy_version: u64,
    pub lockdowns: Lockdowns,
    /// Accounts that an administrator disabled by hand, with the reason given.
    pub disabled: BTreeMap<OperatorName, String>,
    /// The gateway is going down: nothing new begins.
    pub draining: bool,
}

impl Standing {
    /// Policy, lockdowns and the administrator's hand together.
    pub fn decide(&self, request: &Request) -> Decision {
        if self.disabled.contains_key(request.operator.as_str()) && self.policy.operator(&request.operator).is_some() {
            return Decision::Deny(Denial::of(Reason::OperatorDisabled));
        }
        self.policy.decide(request, &self.lockdowns)
    }

    /// May this account be logged in at all?
    pub fn admit(&self, operator: &str, source: std::net::IpAddr, at: Timestamp) -> Result<Admission<'_>, Denial> {
        if self.disabled.contains_key(operator) && self.policy.operator(operator).is_some() {
            return Err(Denial::of(Reason::OperatorDisabled));
        }
        self.policy.admit(operator, source, at, &self.lockdowns)
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
    /// source is gone: that is no state to go on under.
    pub async fn changed(&mut self) -> bool {
        self.0.changed().await.is_ok()
    }
}

struct Running {
    operator: OperatorName,
}

struct Registry {
    sessions: Mutex<HashMap<SessionId, Running>>,
    left: Notify,
}

impl Registry {
    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, Running>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The one owner of what is in force.
#[derive(Clone)]
pub struct Live {
    standing: Arc<watch::Sender<Arc<Standing>>>,
    registry: Arc<Registry>,
}

/// A session's place in the registry; given up when dropped, which is when no byte flows any more.
pub struct Registration {
    id: SessionId,
    registry: Arc<Registry>,
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.registry.lock().remove(&self.id);
        self.registry.left.notify_waiters();
    }
}

/// What an order did to running sessions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cut {
    pub sessions: u64,
    /// From the order to the end of the last session.
    pub slowest: Duration,
    /// Sessions that did not end in time; never forgotten, always reported.
    pub left_over: u64,
}

impl Live {
    pub fn new(standing: Standing) -> Self {
        let registry = Registry { sessions: Mutex::default(), left: Notify::new() };
        Self { standing: Arc::new(watch::Sender::new(Arc::new(standing))), registry: Arc::new(registry) }
    }

    pub fn watch(&self) -> Watch {
        Watch(self.standing.subscribe())
    }

    pub fn standing(&self) -> Arc<Standing> {
        Arc::clone(&self.standing.borrow())
    }

    /// Puts a new state in force, for everybody, before it returns.
    pub fn update(&self, change: impl FnOnce(&mut Standing)) {
        self.standing.send_modify(|standing| change(Arc::make_mut(standing)));
    }

    pub fn register(&self, id: &SessionId, operator: &OperatorName) -> Registration {
        self.registry.lock().insert(id.clone(), Running { operator: operator.clone() });
        Registration { id: id.clone(), registry: Arc::clone(&self.registry) }
    }

    /// Running sessions, with whose they are.
    pub fn sessions(&self) -> Vec<(SessionId, OperatorName)> {
        self.registry.lock().iter().map(|(id, running)| (id.clone(), running.operator.clone())).collect()
    }

    /// Puts `change` in force and waits, at most `patience`, until the sessions of everybody whom
    /// `covers` names have ended.
    pub async fn cut(
        &self,
        change: impl FnOnce(&mut Standing),
        covers: impl Fn(&OperatorName) -> bool,
        patience: Duration,
    ) -> Cut {
        let from = Instant::now();
        self.update(change);
        let mut open: Vec<SessionId> =
            self.sessions().into_iter().filter(|(_, who)| covers(who)).map(|(id, _)| id).collect();
        let sessions = open.len() as u64;
        let mut slowest = Duration::ZERO;
        while !open.is_empty() && from.elapsed() < patience {
            let left = self.registry.left.notified();
            tokio::pin!(left);
            left.as_mut().enable();
            let before = open.len();
            let running = self.registry.lock();
            open.retain(|id| running.contains_key(id));
            drop(running);
            if open.len() < before {
                slowest = from.elapsed();
            } else {
                let _ = tokio::time::timeout(patience.saturating_sub(from.elapsed()), left).await; // looked at above
            }
        }
        Cut { sessions, slowest, left_over: open.len() as u64 }
    }
}

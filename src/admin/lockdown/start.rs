//! Putting an order in force: stored, in force, cut, told, in this sequence.
//!
//! A database that is slow holds up the record, and neither the lock nor the answer: after a moment the order holds here
//! all the same, and a moment later whoever gave it hears that it is in force, and not stored yet.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::super::error::AdminError;
use super::super::local_time::LocalTime;
use super::confirmed::{By, confirmation};
use super::record;
use crate::access::live::{Cut, Owed, Progress, Standing};
use crate::access::{Services, speaking, spoken};
use crate::domain::{LockdownId, LockdownName, OperatorName, SessionId};
use crate::event::Event;
use crate::lockdown::{Deed, Lockdown, State};
use crate::platform::failpoint;
use crate::policy::Operator;
use crate::store::Given;

/// How long an order waits for the sessions that it cuts. Ten times what the slowest may take.
pub const CUT_PATIENCE: Duration = Duration::from_secs(5);

/// How long storing may take before the order is put in force without waiting for it.
const PROMPT: Duration = Duration::from_millis(700);

/// How long the answer waits for the record, once the order is in force.
const RECORD: Duration = Duration::from_millis(700);

/// What an order did, until when it holds, and how it is lifted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StartedLockdown {
    pub lockdown: LockdownId,
    pub state: State,
    pub covered: u64,
    pub sessions_cut: u64,
    pub logins_refused_from: LocalTime,
    pub slowest_cut_ms: u64,
    pub until: Option<LocalTime>,
    /// Sessions whose programs may go on at their assets.
    pub may_go_on: BTreeSet<SessionId>,
    pub stored: bool,
    /// Why it is not written down yet.
    #[serde(skip)]
    pub fault: Option<AdminError>,
    /// How many sessions did not end in time.
    #[serde(skip)]
    pub left_over: u64,
}

/// What an order did.
pub(super) struct Started {
    covered: Vec<OperatorName>,
    cut: Cut,
    in_force: Timestamp,
    /// What is not written down yet.
    fault: Option<AdminError>,
}

/// Stores the order, puts it in force, waits for the sessions that it cuts, and tells the journal. `None`:
/// there is such an order already.
pub(super) async fn start(
    services: &Arc<Services>,
    (actor, origin): By<'_>,
    lockdown: Lockdown,
    period: Option<&LockdownName>,
    given: Given<'_>,
) -> Result<Option<Started>, AdminError> {
    failpoint::point("start:asked");
    let lockdown = begun(services, lockdown);
    // Whether a second person's word still counts, the database alone can say.
    let patience = if given.second.is_some() { Duration::MAX } else { PROMPT };
    let storing = services.store.lockdowns().start(&lockdown, period, given);
    let stored = tokio::time::timeout(patience, storing).await.ok();
    match &stored {
        Some(Ok(false)) => return Ok(None),
        Some(Err(error)) if given.second.is_some() => return Err(AdminError::failed(error.clone())),
        _ => failpoint::point("start:stored"),
    }
    // Known before it is in force: whoever lifts it waits for its record.
    let owed = services.live.debts().add(Owed {
        lockdown: lockdown.clone(),
        period: period.cloned(),
        given_at: given.at,
        given_by: given.by.to_owned(),
        actor,
        origin: origin.cloned(),
        cut: AtomicU64::default(),
        progress: Progress::default().into(),
    });
    let mut progress = owed.progress.lock().await;
    let (mut started, exempt) = enforce(services, &lockdown).await;
    owed.cut.store(started.cut.sessions, Ordering::Relaxed);
    progress.rows = rows(&lockdown, period, given, &started, exempt);
    progress.stored = matches!(stored, Some(Ok(_)));
    drop(progress);
    started.fault = match stored {
        Some(Err(error)) => Some(record::unstored(services, &lockdown.id, &error)),
        _ => recorded(services, owed).await,
    };
    Ok(Some(started))
}

/// Writes it down, in a task of its own: what a slow database does not take in time, it takes later.
async fn recorded(services: &Arc<Services>, owed: Arc<Owed>) -> Option<AdminError> {
    let (services, id) = (Arc::clone(services), owed.lockdown.id.clone());
    let work = {
        let services = Arc::clone(&services);
        async move { record::settle(&services, &owed).await }
    };
    match tokio::time::timeout(RECORD, tokio::spawn(speaking(spoken(), work))).await {
        Ok(Ok(done)) => done.err(),
        Ok(Err(broken)) => Some(AdminError::internal(broken)),
        Err(_) => Some(record::late(&services, &id)),
    }
}

/// The order with the accounts that it covers now: no policy that comes later lets them go.
pub(super) fn begun(services: &Services, lockdown: Lockdown) -> Lockdown {
    let (standing, now) = (services.live.standing(), services.clock.now());
    let held = who(&standing, |operator| lockdown.covers(&operator.account(), now)).collect();
    lockdown.holding(Arc::new(held))
}

/// Puts it in force, and waits for the sessions that it cuts. Beside what it did: whom it leaves out.
async fn enforce(services: &Services, lockdown: &Lockdown) -> (Started, Vec<OperatorName>) {
    let (standing, now) = (services.live.standing(), services.clock.now());
    let covered = who(&standing, |operator| lockdown.covers(&operator.account(), now)).collect();
    let exempt = who(&standing, |operator| lockdown.spares(&operator.account())).collect();
    // Who was permitted beforehand goes on: there is nothing to wait for.
    let mut after = standing.as_ref().clone();
    after.order(lockdown.clone());
    let barred: BTreeSet<_> =
        who(&after, |operator| after.locks().bar(&operator.account(), None, now).is_some()).collect();
    let mut in_force = now;
    let order = |standing: &mut Standing| {
        standing.order(lockdown.clone());
        in_force = services.clock.now();
        failpoint::point("start:in-force");
    };
    let cut = services.live.cut(order, |who| barred.contains(who), CUT_PATIENCE).await;
    failpoint::point("start:cut");
    (Started { covered, cut, in_force, fault: None }, exempt)
}

/// The accounts of which something holds.
fn who(standing: &Standing, holds: impl Fn(&Operator) -> bool) -> impl Iterator<Item = OperatorName> {
    let operators = standing.policy.operators().filter(move |operator| holds(operator));
    operators.map(|operator| operator.name.clone())
}

/// The rows that tell of it.
fn rows(
    lockdown: &Lockdown,
    period: Option<&LockdownName>,
    given: Given<'_>,
    started: &Started,
    exempt: Vec<OperatorName>,
) -> Vec<Event> {
    let Lockdown { id, reason, order, scope, except, until, .. } = lockdown.clone();
    let begun = Event::LockdownStarted {
        lockdown: id.clone(),
        scope: scope.into(),
        except: except.iter().map(ToString::to_string).collect(),
        order,
        reason,
        until,
        period: period.cloned(),
        in_force: started.in_force,
    };
    let enforced = Event::LockdownEnforced {
        lockdown: id.clone(),
        covered: started.covered.len() as u64,
        sessions_cut: started.cut.sessions,
        slowest_cut_ms: started.slowest(),
        accounts: started.covered.clone(),
        exempt,
        may_go_on: started.cut.may_go_on.clone(),
    };
    confirmation(Deed::Start, Some(&id), given).into_iter().chain([begun, enforced]).collect()
}

impl Started {
    /// What is not written down yet, for whoever shows nothing.
    pub(super) fn fault(&self) -> Option<&AdminError> {
        self.fault.as_ref()
    }

    fn slowest(&self) -> u64 {
        u64::try_from(self.cut.slowest.as_millis()).unwrap_or(u64::MAX)
    }

    pub(super) fn told(self, services: &Services, order: &Lockdown) -> StartedLockdown {
        StartedLockdown {
            lockdown: order.id.clone(),
            state: State::InForce,
            covered: self.covered.len() as u64,
            sessions_cut: self.cut.sessions,
            logins_refused_from: LocalTime::of(services, self.in_force),
            slowest_cut_ms: self.slowest(),
            until: order.until.map(|at| LocalTime::of(services, at)),
            stored: self.fault.is_none(),
            left_over: self.cut.left_over,
            may_go_on: self.cut.may_go_on,
            fault: self.fault,
        }
    }
}

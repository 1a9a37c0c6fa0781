//! Guesses at passwords and codes: one at a time for each way into an account, each with a place in the count
//! before it is looked at, given back if it was right.
//!
//! A name that nobody has goes the same way, so that waiting and counting tell nothing.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use tokio::sync::{Mutex, MutexGuard};

use crate::access::services::Services;
use crate::domain::{OperatorName, Origin, SourceNet};
use crate::event::{Actor, Event};
use crate::store::{GuessPlace, LockRule, Lockout, WayIn};

/// Ways that have a turn of their own. Two that share one wait for each other; who does is drawn anew by each
/// process, so that nobody can choose whom to wait with.
const TURNS: usize = 64;

struct Turns {
    draw: RandomState,
    each: [Mutex<()>; TURNS],
}

static ALL: LazyLock<Turns> =
    LazyLock::new(|| Turns { draw: RandomState::new(), each: std::array::from_fn(|_| Mutex::default()) });

/// Waits for the turn of one way in. Those who wait are no more than connections that have not logged in.
pub(crate) async fn turn(name: &str, way: WayIn<'_>) -> Option<MutexGuard<'static, ()>> {
    let all = LazyLock::force(&ALL);
    let at = all.draw.hash_one((name, way.key, way.home)) % TURNS as u64;
    let turn = all.each.get(usize::try_from(at).unwrap_or_default())?;
    Some(turn.lock().await)
}

/// What one login has seen, and used, of the count of its way in. Both are forgotten when it succeeds; what was
/// counted beside it stays.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    /// When the row of failures began that the numbers are of.
    since: Option<jiff::Timestamp>,
    before: u64,
    own: u64,
}

impl Tries {
    /// What was there when the login began.
    pub(crate) fn after(lockout: Option<Lockout>) -> Self {
        let (since, before) = lockout.map(|seen| (seen.first_failure_at, seen.failures)).unzip();
        Self { since, before: before.unwrap_or_default(), own: 0 }
    }

    fn took(&mut self, lockout: Lockout) {
        if self.since != Some(lockout.first_failure_at) {
            *self = Self { since: Some(lockout.first_failure_at), before: 0, own: 0 };
        }
        self.own += 1;
    }
}

pub(crate) fn rule(services: &Services) -> LockRule {
    let auth = &services.config.auth;
    LockRule { after: auth.lock_after.get(), lock_for: auth.lock_for.as_duration() }
}

/// Takes a place, or says why nothing is looked at.
pub(crate) async fn take(
    services: &Services,
    way: WayIn<'_>,
    tries: &mut Tries,
) -> Result<Lockout, &'static str> {
    match services.store.factors().take_place(way, services.clock.now(), rule(services)).await {
        Ok(GuessPlace::Taken(lockout)) => {
            tries.took(lockout);
            Ok(lockout)
        }
        Ok(GuessPlace::Locked) => Err("locked"),
        Err(error) => {
            tracing::error!(%error, "a guess could not be counted");
            Err("store-failed")
        }
    }
}

/// The guess was right: it takes no place. An error where the way has been locked meanwhile, or that cannot be
/// known.
pub(crate) async fn right(
    services: &Services,
    way: WayIn<'_>,
    tries: &mut Tries,
) -> Result<(), &'static str> {
    tries.own = tries.own.saturating_sub(1);
    give_back(services, way, tries.since, 1).await
}

/// The login is done: what it saw and used is forgotten.
pub(crate) async fn done(services: &Services, way: WayIn<'_>, tries: &Tries) -> Result<(), &'static str> {
    match tries.before + tries.own {
        0 => Ok(()),
        places => give_back(services, way, tries.since, places).await,
    }
}

async fn give_back(
    services: &Services,
    way: WayIn<'_>,
    since: Option<jiff::Timestamp>,
    places: u64,
) -> Result<(), &'static str> {
    let (now, Some(since)) = (services.clock.now(), since) else { return Ok(()) };
    match services.store.factors().give_back(way, places, since, now, rule(services)).await {
        Ok(true) => Ok(()),
        Ok(false) => Err("locked"),
        Err(error) => {
            tracing::error!(%error, "a place in the count could not be given back");
            Err("store-failed")
        }
    }
}

/// The guess was wrong, and its place stays taken. The last one has locked: the journal hears of it.
pub(crate) async fn wrong(services: &Services, origin: &Origin, way: WayIn<'_>, lockout: Lockout) {
    let failures = services.config.auth.lock_after.get();
    let (Some(until), Some(operator)) = (lockout.locked_until, way.operator) else { return };
    forget_codes(services, operator, way);
    let event = Event::OperatorLocked {
        operator: operator.to_string(),
        key: way.key.map(str::to_owned),
        home: way.home,
        until,
        failures,
    };
    if let Err(error) = services.journal(Actor::Gateway, Some(origin), event).await {
        tracing::error!(%error, "a lock could not be journaled");
    }
}

/// A lock ends what is remembered of the ways that it shuts, and of no other: whoever only knows a name ends nobody's code
/// who comes with a key.
fn forget_codes(services: &Services, operator: &OperatorName, shut: WayIn<'_>) {
    services.live.remembered().forget_where(operator, |code| {
        let source = SourceNet::of(code.place.address);
        let at_home = services.home(operator, code.set_at, source).is_some();
        // Behind a certificate the count is its authority's, so whatever key it was: one more code is asked for at worst.
        code.place.key.is_none() || (shut.key.is_some() && (!at_home || shut.home == Some(source)))
    });
}

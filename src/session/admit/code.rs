//! One-time codes, checked and spent; and failures, counted. At the door, and inside for what wants a fresh code.

use super::super::refused_login;
use super::super::services::{Authenticated, Services};
use crate::auth::totp::CodeSecret;
use crate::domain::{OperatorName, Origin, Secret};
use crate::event::{Actor, Event};
use crate::store::{Enrolled, LockRule};
use crate::vault;

/// The step that a code belongs to, if it is right: to be spent if all else is. For nobody it takes as long.
pub(super) fn step(services: &Services, account: Option<&Enrolled>, given: &Secret) -> Option<u64> {
    let now = u64::try_from(services.clock.now().as_second()).unwrap_or_default();
    let given = given.expose_str().unwrap_or_default().trim();
    let secret = account.and_then(|account| {
        let sealed = account.totp.as_ref()?;
        let opened = services.vault.open(&vault::totp_context(&account.operator), sealed).ok()?;
        CodeSecret::new(&opened).ok()
    });
    match secret {
        Some(secret) => secret.verify(given, now, None),
        None => CodeSecret::verify_nobody(given, now),
    }
}

/// Spends a step: a code works once, also when it is given twice at the same moment.
pub(super) async fn spend(services: &Services, name: &OperatorName, step: u64) -> Result<(), &'static str> {
    match services.store.factors().accept_step(name, step).await {
        Ok(true) => Ok(()),
        Ok(false) => Err("code-reused"),
        Err(_) => Err("store-failed"),
    }
}

/// Counts a failure against an account, and journals the lock that it brings about.
pub(super) async fn count(services: &Services, origin: &Origin, name: &OperatorName, locked: bool) {
    let auth = &services.config.auth;
    let rule = LockRule { after: auth.lock_after.get(), lock_for: auth.lock_for.as_duration() };
    match services.store.factors().failed(name, services.clock.now(), rule).await {
        Err(error) => tracing::error!(%error, "a failed login could not be counted"),
        Ok(state) => {
            let just_now = state.failures == u64::from(rule.after) && !locked;
            if let (Some(until), true) = (state.locked_until, just_now) {
                let event = Event::OperatorLocked { operator: name.to_string(), until, failures: rule.after };
                if let Err(error) = services.journal(Actor::Gateway, Some(origin), event).await {
                    tracing::error!(%error, "a lock could not be journaled");
                }
            }
        }
    }
}

/// Takes one more code from a proven person, for `what` they are about to do. What is wrong with it is a fixed
/// word, journaled and counted as at a login.
pub(crate) async fn fresh_code(
    services: &Services,
    who: &Authenticated,
    given: &Secret,
    what: &str,
) -> Result<(), &'static str> {
    let (factors, name) = (services.store.factors(), &who.operator);
    let lockout = factors.lockout(name).await.map_err(|_| "store-failed")?;
    let locked = lockout.is_some_and(|lockout| lockout.is_locked(services.clock.now()));
    let enrolled = factors.find(name).await.map_err(|_| "store-failed")?;
    if enrolled.as_ref().is_none_or(|enrolled| enrolled.totp.is_none()) {
        return Err("no-code");
    }
    let found = match (locked, step(services, enrolled.as_ref(), given)) {
        (true, _) => Err("locked"),
        (false, None) => Err("wrong-code"),
        (false, Some(step)) => spend(services, name, step).await,
    };
    if let Err(reason) = found {
        refused_login(services, who.actor(), &who.origin, reason, Some(what.to_owned())).await;
        count(services, &who.origin, name, locked).await;
    }
    found
}

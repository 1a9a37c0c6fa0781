//! Keys that are enrolled: is one this account's, is its way open, and, of a security key, was it touched, and is it no copy? What
//! one says with its signature is believed once that is proven. And what a right first factor may lead to.

use super::guess::Tries;
use super::{LoginAttempt, Next, remember};
use crate::access::live::CodePlace;
use crate::access::target::LoginSpec;
use crate::auth::{SecurityKeyUse, Step};
use crate::event::{Actor, Event};
use crate::store::Lockout;

impl LoginAttempt {
    /// A key, which is proven already: is it this account's, is its way open, and does this use of it count?
    pub(super) async fn key(&mut self, fingerprint: String, security: Option<SecurityKeyUse>) -> Next {
        let verified = security.is_some_and(|security| security.touched && security.verified);
        let step = Step::PublicKey { fingerprint: fingerprint.clone(), verified };
        self.home = self.account.home(&self.services, self.source.net());
        let mut found = match (self.account.knows(&fingerprint), self.account.obstacle()) {
            (_, Some(obstacle)) => Err(obstacle),
            (false, None) => Err("wrong-key"),
            (true, None) => self.open_way(&fingerprint).await,
        };
        if let (Ok(_), Some(security)) = (found, security) {
            found = self.use_counts(&fingerprint, security).await.and(found);
        }
        match found.and_then(|lockout| self.is_asked_for(&step).map(|()| lockout)) {
            Ok(lockout) => {
                self.tries = Tries::after(lockout);
                let next = self.attempt.proven(step);
                self.recall(next)
            }
            Err(reason) => {
                // Not counted one by one: an agent offers all the keys it holds, and that is not guessing.
                self.source.foreign_key();
                self.journal_refusal(reason).await;
                self.attempt.failed(&step)
            }
        }
    }

    /// Where only verified security keys are asked for, a right key that is not one is of no use. One that is offered once
    /// more, after it was proven, has no row: clients do that when a code was wrong.
    fn is_asked_for(&self, step: &Step) -> Result<(), &'static str> {
        let verified = Step::PublicKey { fingerprint: String::new(), verified: true };
        match self.attempt.expects(&verified) && !self.attempt.expects(step) {
            true => Err("not-verified"),
            false => Ok(()),
        }
    }

    /// What is counted against the way behind a key, if it is open.
    pub(super) async fn open_way(&self, key: &str) -> Result<Option<Lockout>, &'static str> {
        let way = self.way(Some(key));
        self.source.serves(way)?;
        match self.account.lockout(&self.services, way).await {
            Ok((_, Some(_))) => Err("locked"),
            Ok((lockout, None)) => Ok(lockout),
            Err(_) => Err("store-failed"),
        }
    }

    /// After a right first factor: does a code of an earlier login cover this one?
    pub(super) fn recall(&mut self, next: Next) -> Next {
        let (first, key) = (self.attempt.so_far(), self.attempt.key());
        let Next::Continue { partial: true, .. } = next else { return next };
        let place = CodePlace::of(first, key, &self.origin);
        match remember::covered(&self.services, &self.account, &place) {
            Some(ago) => self.attempt.remembered(ago).unwrap_or(next),
            None => next,
        }
    }

    /// A key whose signature would be one with SHA-1: the row says so, the first time.
    pub(crate) async fn knows_weak(&mut self, spec: &LoginSpec) -> bool {
        if self.look(spec).await.is_ok() && !std::mem::replace(&mut self.weak, true) {
            self.journal_refusal("weak-signature").await;
        }
        false
    }

    /// Does this use of an enrolled key count? A counter that goes back tells of a copy: somebody should look.
    async fn use_counts(&self, fingerprint: &str, security: SecurityKeyUse) -> Result<(), &'static str> {
        let Some(name) = self.account.name.as_ref() else { return Err("operator-unknown") };
        if !security.touched {
            return Err("not-touched");
        }
        match self.services.store.factors().accept_counter(name, fingerprint, security.counter).await {
            Ok(true) => Ok(()),
            Ok(false) => {
                self.journal_copy().await;
                Err("counter-back")
            }
            Err(error) => {
                tracing::error!(%error, "a security key's counter could not be kept");
                Err("store-failed")
            }
        }
    }

    async fn journal_copy(&self) {
        let Some(operator) = self.account.name.clone() else { return };
        let (alarm, lockdowns) = ("security-key-copy", Vec::new());
        tracing::error!(%operator, source = %self.origin.address(), "ALARM: {alarm}");
        let event = Event::Alarm {
            alarm,
            operator: Some(operator),
            owner: None,
            device: None,
            lockdowns,
            until: None,
        };
        let actor = Actor::unproven(self.account.typed());
        if let Err(error) = self.services.journal(actor, Some(&self.origin), event).await {
            tracing::error!(%error, "an alarm could not be journaled");
        }
    }
}

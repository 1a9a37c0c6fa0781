//! Keys that are enrolled: is one this account's, and is its way open? And what a right first factor may lead to.

use super::guess::Tries;
use super::{LoginAttempt, Next, remember};
use crate::access::live::CodePlace;
use crate::access::target::LoginSpec;
use crate::auth::Step;
use crate::store::Lockout;

impl LoginAttempt {
    /// A key, which is proven already: is it this account's, and is its way open?
    pub(super) async fn key(&mut self, fingerprint: String) -> Next {
        let step = Step::PublicKey { fingerprint: fingerprint.clone() };
        let found = match (self.account.knows(&fingerprint), self.account.obstacle()) {
            (_, Some(obstacle)) => Err(obstacle),
            (false, None) => Err("wrong-key"),
            (true, None) => self.open_way(&fingerprint).await,
        };
        match found {
            Ok(lockout) => {
                self.tries = Tries::after(lockout);
                let next = self.attempt.proven(step);
                self.recall(next)
            }
            Err(reason) => {
                // Not counted: an agent offers all the keys it holds, and that is no guessing.
                self.journal_refusal(reason).await;
                self.attempt.failed(&step)
            }
        }
    }

    /// What is counted against the way behind a key, if it is open.
    pub(super) async fn open_way(&self, key: &str) -> Result<Option<Lockout>, &'static str> {
        match self.account.lockout(&self.services, Some(key)).await {
            Ok((_, Some(_))) => Err("locked"),
            Ok((lockout, None)) => Ok(lockout),
            Err(_) => Err("store-failed"),
        }
    }

    /// After a right first factor: does a code of an earlier login cover this one?
    pub(super) fn recall(&mut self, next: Next) -> Next {
        let (first, key) = (self.attempt.so_far(), self.attempt.key());
        let covered = matches!(next, Next::Continue { partial: true, .. })
            && remember::covers(&self.services, &self.account, &CodePlace::of(first, key, &self.origin));
        if !covered {
            return next;
        }
        self.attempt.remembered().unwrap_or(next)
    }

    /// A key whose signature would be one with SHA-1: the row says so, the first time.
    pub(crate) async fn knows_weak(&mut self, spec: &LoginSpec) -> bool {
        if self.look(spec).await.is_ok() && !std::mem::replace(&mut self.weak, true) {
            self.journal_refusal("weak-signature").await;
        }
        false
    }
}

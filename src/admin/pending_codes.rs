//! Secrets of one-time codes that were drawn and wait for a code of them. Until then the old ones count.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::auth::code::{CodeSecret, Found};
use crate::domain::OperatorName;

/// How long a secret waits for a code of it.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Wrong codes that a secret takes before another has to be drawn.
const TRIES: u32 = 5;

struct Pending {
    secret: CodeSecret,
    since: Instant,
    tries: u32,
}

/// Secrets that wait, one an account. A restart forgets them.
#[derive(Default)]
pub struct PendingCodes(Mutex<HashMap<OperatorName, Pending>>);

impl PendingCodes {
    pub(super) fn put(&self, name: &OperatorName, secret: CodeSecret, now: Instant) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, pending| now.duration_since(pending.since) < PATIENCE);
        all.insert(name.clone(), Pending { secret, since: now, tries: 0 });
    }

    /// What a code of the secret that waits is worth. A right one takes the secret along.
    pub(super) fn find(
        &self,
        name: &OperatorName,
        code: &str,
        now: Instant,
        seconds: u64,
    ) -> Option<Result<(CodeSecret, u64), ()>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pending = all.get_mut(name).filter(|pending| now.duration_since(pending.since) < PATIENCE)?;
        pending.tries += 1;
        let (tries, found) = (pending.tries, pending.secret.find(code, seconds));
        match found {
            Found::Right(step) => all.remove(name).map(|pending| Ok((pending.secret, step))),
            _ => {
                if tries >= TRIES {
                    all.remove(name);
                }
                Some(Err(()))
            }
        }
    }
}

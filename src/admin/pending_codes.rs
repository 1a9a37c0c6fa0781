//! Secrets of one-time codes that were drawn and wait for a code of them. Until then the old ones count.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::auth::code::{CodeSecret, Found};
use crate::domain::OperatorName;

/// How long a secret waits for a code of it.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Wrong codes that a secret takes before another has to be drawn.
const TRIES: u32 = 5;

/// The factors that a secret was drawn for: it ends with them.
#[derive(Debug, Clone, Copy)]
pub(super) struct DrawnFor<'a> {
    pub operator: &'a OperatorName,
    /// When they were changed last.
    pub changed_at: Timestamp,
}

struct Pending {
    secret: CodeSecret,
    of: Timestamp,
    since: Instant,
    tries: u32,
}

/// Secrets that wait, one an account. A restart forgets them.
#[derive(Default)]
pub struct PendingCodes(Mutex<HashMap<OperatorName, Pending>>);

impl PendingCodes {
    pub(super) fn put(&self, of: DrawnFor<'_>, secret: CodeSecret, now: Instant) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, pending| now.duration_since(pending.since) < PATIENCE);
        all.insert(of.operator.clone(), Pending { secret, of: of.changed_at, since: now, tries: 0 });
    }

    /// What a code of the secret that waits is worth. A right one takes the secret along, with the code's step and when the
    /// factors that it was drawn for were changed last.
    pub(super) fn find(
        &self,
        name: &OperatorName,
        code: &str,
        now: Instant,
        seconds: u64,
    ) -> Option<Result<(CodeSecret, u64, Timestamp), ()>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pending = all.get_mut(name).filter(|pending| now.duration_since(pending.since) < PATIENCE)?;
        pending.tries += 1;
        let (tries, found) = (pending.tries, pending.secret.find(code, seconds));
        match found {
            Found::Right(step) => all.remove(name).map(|pending| Ok((pending.secret, step, pending.of))),
            _ => {
                if tries >= TRIES {
                    all.remove(name);
                }
                Some(Err(()))
            }
        }
    }
}

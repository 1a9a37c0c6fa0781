//! What was granted for a while ends by itself.

use std::time::Duration;

use jiff::Timestamp;

use super::{LiveState, Standing};
use crate::approval::Opening;
use crate::platform::clock::Clock;

/// How often time is looked at, as a change of its own.
const TICK: Duration = Duration::from_millis(500);

/// Ends what was granted for a while once its time is over, its asset has no such login any more, or its account may not
/// be logged in: a lockdown or a disabled account leaves nothing to come back to. Runs as long as the gateway.
pub async fn keep(live: LiveState, clock: Clock) {
    let mut watch = live.watch();
    loop {
        let standing = watch.now();
        let now = clock.now();
        live.approvals().desk().book.keep(|opening| holds(&standing, opening, now));
        if !tokio::time::timeout(TICK, watch.changed()).await.unwrap_or(true) {
            return;
        }
    }
}

fn holds(standing: &Standing, opening: &Opening, now: Timestamp) -> bool {
    let (operator, subject) = (opening.subject.operator.as_str(), &opening.subject);
    let there = standing.policy.asset(subject.asset.as_str());
    let there = there.is_some_and(|asset| asset.logins.contains(&subject.login));
    now < opening.until && there && standing.admit(operator, opening.source, now).is_ok()
}

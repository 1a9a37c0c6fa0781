//! The watch over a connection: whether its person may be here still.

use super::visit::Visit;
use super::words;
use crate::access::admission::{Banished, may_stay};
use crate::access::live::Watch;
use crate::access::watch::TICK;
use crate::access::words::LastLine;

/// Resolves when this account may not be logged in any more.
pub(super) async fn banished(visit: &Visit, watch: &mut Watch) -> Banished {
    loop {
        let standing = watch.now();
        visit.bury(&standing).await;
        if let Err(banished) = may_stay(&visit.services, &visit.who, &standing) {
            return banished;
        }
        // Time is a change, too.
        let changed = tokio::time::timeout(TICK, watch.changed()).await.unwrap_or(true);
        if !changed {
            return Banished {
                reason: "draining",
                line: LastLine::of(|| words::with(&visit.services, "cut.drain", "")),
            };
        }
    }
}

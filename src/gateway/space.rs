//! Looks at the disks, and says so before one of them is full.

use std::sync::Arc;
use std::time::Duration;

use crate::access::Services;
use crate::event::{Actor, Event};
use crate::recorder::Space;

const TICK: Duration = Duration::from_secs(1);

/// One disk, and whether it was told that it has little left.
struct Watched {
    of: &'static str,
    space: Space,
    told: bool,
}

impl Watched {
    fn new(of: &'static str, space: &Space) -> Self {
        Self { of, space: space.clone(), told: false }
    }

    /// The row, the first time that less than twice is left of what is kept; again once it was much more.
    fn look(&mut self) -> Option<Event> {
        let (free, kept) = (self.space.free().ok()?, self.space.kept());
        if free >= kept.saturating_mul(3) {
            self.told = false;
        }
        if self.told || free >= kept.saturating_mul(2) {
            return None;
        }
        self.told = true;
        Some(Event::SpaceLow { of: self.of, free, kept })
    }
}

/// Runs as long as the gateway.
pub(super) async fn watch(services: Arc<Services>) {
    let disks = [("recordings", services.quotas.space()), ("database", &services.space)];
    let mut disks = disks.map(|(of, space)| Watched::new(of, space));
    loop {
        // A disk that does not answer is waited for where no session is carried.
        let looked = tokio::task::spawn_blocking(move || {
            let events: Vec<_> = disks.iter_mut().filter_map(Watched::look).collect();
            (disks, events)
        });
        let Ok((again, events)) = looked.await else { return };
        disks = again;
        for event in events {
            tracing::error!(?event, "ALARM: space-low");
            if let Err(error) = services.journal(Actor::Gateway, None, event).await {
                tracing::error!(%error, "that a disk is nearly full could not be journaled");
            }
        }
        tokio::time::sleep(TICK).await;
    }
}

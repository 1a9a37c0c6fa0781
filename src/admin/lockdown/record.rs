//! Writing an order down once it is in force: into the database, then into the journal. What cannot be written is
//! tried again for as long as this gateway runs, and counts as not stored until then.

use std::sync::Arc;
use std::time::Duration;

use super::super::error::AdminError;
use super::super::say::no;
use crate::access::Services;
use crate::access::live::{Owed, Progress};
use crate::domain::{LockdownId, Tell};
use crate::platform::failpoint;
use crate::store::{Given, LockdownRow};

/// How long is waited before the first new try, and at most before any.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// Goes on trying until it is dropped.
pub async fn keep(services: Arc<Services>) {
    let debts = services.live.debts();
    debts.attend();
    loop {
        debts.any().await;
        let mut pause = PAUSES.0;
        while !debts.list().is_empty() {
            tokio::time::sleep(pause).await;
            for owed in debts.list() {
                if let Err(error) = settle(&services, &owed).await {
                    tracing::error!(lockdown = %owed.lockdown.id, %error, "an order is not written down");
                }
            }
            pause = (pause * 2).min(PAUSES.1);
        }
    }
}

/// Writes down what is missing.
pub(super) async fn settle(services: &Services, owed: &Owed) -> Result<(), AdminError> {
    write(services, owed, &mut *owed.progress.lock().await).await
}

/// The same for whoever holds the order's record.
pub(super) async fn write(
    services: &Services,
    owed: &Owed,
    progress: &mut Progress,
) -> Result<(), AdminError> {
    let id = &owed.lockdown.id;
    if services.live.debts().find(id).is_none() {
        return Ok(()); // somebody else wrote it, or the order is lifted
    }
    if !progress.stored {
        let given = Given { at: owed.given_at, by: &owed.given_by, second: None };
        let stored = services.store.lockdowns().start(&owed.lockdown, owed.period.as_ref(), given).await;
        stored.map_err(|error| unstored(services, id, &error))?;
        progress.stored = true;
    }
    while let Some(row) = progress.rows.get(progress.told) {
        let told = services.journal(owed.actor.clone(), owed.origin.as_ref(), row.clone()).await;
        told.map_err(|error| {
            let key = if services.live.debts().is_attended() { "not-journaled-yet" } else { "not-journaled" };
            no!(services, Failed, format!("lockdown.{key}"), id = id, error = error.told(services.language()))
        })?;
        progress.told += 1;
        failpoint::point(if progress.told == progress.rows.len() {
            "start:enforced"
        } else {
            "start:journaled"
        });
    }
    services.live.debts().settle(id);
    Ok(())
}

/// The database does not answer.
pub(super) fn late(services: &Services, id: &LockdownId) -> AdminError {
    no!(services, Failed, "lockdown.late", id = id)
}

pub(super) fn unstored(services: &Services, id: &LockdownId, error: &impl Tell) -> AdminError {
    let key = if services.live.debts().is_attended() { "unstored-yet" } else { "unstored" };
    no!(services, Failed, format!("lockdown.{key}"), id = id, error = error.told(services.language()))
}

/// The orders in force that the database does not know: as the rows that they will be.
pub(super) fn missing(services: &Services, known: &[LockdownRow]) -> Vec<LockdownRow> {
    let unknown = |owed: &Arc<Owed>| known.iter().all(|row| row.lockdown.id != owed.lockdown.id);
    let owed = services.live.debts().list().into_iter().filter(unknown);
    owed.map(|owed| LockdownRow {
        lockdown: owed.lockdown.clone(),
        period: owed.period.clone(),
        confirmed_by: None,
        lift: None,
        ended_at: None,
    })
    .collect()
}

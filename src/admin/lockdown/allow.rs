//! Permits: one person's way past one lockdown.

use serde::Serialize;

use super::super::error::AdminError;
use super::super::local_time::LocalTime;
use super::confirmed::{By, journal_confirmed, settled_already};
use super::record;
use crate::access::Services;
use crate::domain::{AssetName, LockdownId, OperatorName, PermitId};
use crate::event::Event;
use crate::lockdown::{Deed, Permit};
use crate::store::Given;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GivenPermit {
    pub permit: PermitId,
    pub lockdown: LockdownId,
    pub operator: OperatorName,
    /// `None`: every asset.
    pub asset: Option<AssetName>,
    /// `None`: until the lockdown's end.
    pub until: Option<LocalTime>,
    pub ticket: String,
}

impl GivenPermit {
    fn of(services: &Services, permit: Permit) -> Self {
        let Permit { id, lockdown, operator, asset, until, ticket } = permit;
        let until = until.map(|at| LocalTime::of(services, at));
        Self { permit: id, lockdown, operator, asset, until, ticket }
    }
}

pub(super) async fn allow(
    services: &Services,
    (actor, origin): By<'_>,
    permit: Permit,
    given: Given<'_>,
) -> Result<GivenPermit, AdminError> {
    if let Some(owed) = services.live.debts().find(&permit.lockdown) {
        record::settle(services, &owed).await?; // a way past what no start would know of
    }
    journal_confirmed(services, (actor.clone(), origin), Deed::Allow, Some(&permit.lockdown), given).await?;
    services.journal(actor, origin, Event::permit_given(&permit)).await?;
    if !services.store.permits().add(&permit, given).await? {
        return Err(settled_already(services));
    }
    let told = GivenPermit::of(services, permit.clone());
    services.live.update(|standing| standing.lockdowns.permit(permit));
    Ok(told)
}

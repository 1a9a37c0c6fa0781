//! What an order names: a lockdown, an account, an asset. Whatever is not there is refused here.

use std::collections::BTreeSet;

use super::super::error::AdminError;
use super::super::objected::objected;
use super::super::say::no;
use super::which;
use crate::access::Services;
use crate::diagnostic::suggest::near;
use crate::domain::{AssetName, OperatorName, plain};
use crate::lockdown::{Deed, Lockdown};
use crate::policy::{Operator, Policy};

/// So many are named where it could be any of them.
const NAMED: usize = 5;

/// The lockdown that is in force or planned, by its id, its number on paper or its period's name, if this can be done
/// about it now.
pub(super) fn lockdown(services: &Services, id: &str, deed: Deed) -> Result<Lockdown, AdminError> {
    let (now, standing) = (services.clock.now(), services.live.standing());
    let locks = standing.locks();
    let each = || locks.each().map(|lockdown| (lockdown.id.as_str(), lockdown.order.as_deref()));
    let found = match locks.find(id, now) {
        None => which::numbered(id, each)
            .map_err(|ids| several(services, id, &ids))?
            .and_then(|whole| locks.find(whole, now)),
        found => found,
    };
    let Some((lockdown, state)) = found else {
        return Err(no!(services, NotFound, "lockdown.unknown", id = id));
    };
    state.admits(deed).map_err(objected(services))?;
    Ok(lockdown.clone())
}

/// What was typed begins several ids.
pub(super) fn several(services: &Services, id: &str, ids: &BTreeSet<&str>) -> AdminError {
    let some: Vec<_> = ids.iter().take(NAMED).copied().collect();
    no!(services, Invalid, "lockdown.several", id = plain(id), ids = some.join(", "))
}

pub(super) fn account<'p>(
    services: &Services,
    policy: &'p Policy,
    name: &OperatorName,
) -> Result<&'p Operator, AdminError> {
    let unknown = || {
        let known = policy.operators().map(|operator| operator.name.as_str());
        let hint = near(services.language(), name.as_str(), known);
        no!(services, NotFound, "lockdown.no-operator", operator = name.as_str(), hint = hint)
    };
    policy.operator(name.as_str()).ok_or_else(unknown)
}

pub(super) fn asset(services: &Services, policy: &Policy, name: &AssetName) -> Result<AssetName, AdminError> {
    let asset = policy.asset(name.as_str()).map(|asset| asset.name.clone());
    asset.ok_or_else(|| {
        let known = policy.assets().map(|asset| asset.name.as_str());
        let hint = near(services.language(), name.as_str(), known);
        no!(services, NotFound, "lockdown.no-asset", asset = name.as_str(), hint = hint)
    })
}

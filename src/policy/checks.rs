//! The checks of the account and of the asset, in their order: one list for deciding and explaining.

use std::net::IpAddr;

use jiff::Timestamp;

use crate::domain::Role;
use crate::lockdown::Locks;

use super::{Asset, Operator, Reason};

/// What the checks of an account ask beside the account itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asking<'a> {
    pub(super) source: IpAddr,
    pub(super) at: Timestamp,
    pub(super) locks: Locks<'a>,
    /// `None`: the login itself.
    pub(super) asset: Option<&'a str>,
    /// `None`: any role will do.
    pub(super) role: Option<Role>,
}

type AccountCheck = for<'a> fn(&'a Operator, &Asking<'a>) -> bool;
type AssetCheck = fn(&Asset, &str, Timestamp) -> bool;

/// After the account was found. What a check is named for is what it rules out.
pub(super) const ACCOUNT: [(Reason, AccountCheck); 6] = [
    (Reason::OperatorDisabled, |operator, _| !operator.disabled),
    (Reason::OperatorRole, |operator, asking| asking.role.is_none_or(|role| operator.role == role)),
    (Reason::OperatorValidity, |operator, asking| operator.validity.holds(asking.at)),
    (Reason::Lockdown, |operator, asking| {
        asking.locks.bar(&operator.account(), asking.asset, asking.at).is_none()
    }),
    (Reason::OperatorSource, |operator, asking| {
        operator.sources.as_ref().is_none_or(|sources| sources.contain(asking.source))
    }),
    (Reason::OperatorSchedule, |operator, asking| {
        operator.schedule.as_ref().is_none_or(|schedule| schedule.is_open(asking.at))
    }),
];

/// After the asset was found.
pub(super) const ASSET: [(Reason, AssetCheck); 2] = [
    (Reason::AssetLogin, |asset, login, _| asset.logins.iter().any(|listed| listed.as_str() == login)),
    (Reason::AssetSchedule, |asset, _, at| {
        asset.schedule.as_ref().is_none_or(|schedule| schedule.is_open(at))
    }),
];

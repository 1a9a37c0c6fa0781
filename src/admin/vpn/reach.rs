//! Whose devices a caller may look after.

use jiff::Timestamp;

use super::super::caller::Caller;
use super::super::error::AdminError;
use super::super::say::no;
use crate::access::{Authenticated, Services};
use crate::diagnostic::suggest::near;
use crate::domain::{Device, OperatorName, Role};
use crate::store::{PAGE, Walk};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reach {
    Everybody,
    Own(OperatorName),
}

impl Reach {
    pub(super) fn of(services: &Services, caller: &Caller) -> Self {
        match caller {
            Caller::Local(_) => Self::Everybody,
            Caller::Operator(who) => Self::of_operator(services, who),
        }
    }

    fn of_operator(services: &Services, who: &Authenticated) -> Self {
        let standing = services.live.standing();
        match standing.policy.operator(who.operator().as_str()).map(|operator| operator.role) {
            Some(Role::System | Role::Security) => Self::Everybody,
            _ => Self::Own(who.operator().clone()),
        }
    }

    pub(super) fn covers(&self, operator: &OperatorName) -> bool {
        match self {
            Self::Everybody => true,
            Self::Own(own) => own == operator,
        }
    }
}

/// Whether this person's own word takes a fresh code to enrol a device: who is at work and left the screen open should
/// not come to have given somebody a way in.
pub fn takes_code(services: &Services, who: &Authenticated) -> bool {
    matches!(Reach::of_operator(services, who), Reach::Own(_))
}

/// Most names that a mistyped one is compared with.
const NEAR: usize = 1000;

/// The device of this id that is in use, or of the caller's own that has this label. What somebody may not look after
/// is, to them, not there.
pub(super) async fn find(services: &Services, caller: &Caller, named: &str) -> Result<Device, AdminError> {
    let reach = Reach::of(services, caller);
    let own = match caller {
        Caller::Operator(who) => Some(who.operator()),
        Caller::Local(_) => None,
    };
    let meant = |device: &Device| {
        reach.covers(&device.operator)
            && (device.id.as_str() == named || own == Some(&device.operator) && device.name.as_str() == named)
    };
    let mut names = Vec::new();
    let mut devices = Walk::new(|after| services.store.devices().list(None, after, PAGE));
    while let Some(rows) = devices.next().await? {
        let in_use = rows.into_iter().filter(|row| row.revoked.is_none()).map(|row| row.device);
        for device in in_use.filter(|device| reach.covers(&device.operator)) {
            if meant(&device) {
                return Ok(device);
            }
            if own.is_none_or(|own| *own == device.operator) && names.len() < NEAR {
                names.push(device.name.to_string());
            }
        }
    }
    let hint = near(services.language(), named, names.iter().map(String::as_str));
    Err(no!(services, NotFound, "vpn.no-device", name = named, hint = hint))
}

/// When a device ends by itself: with its certificate, or with its operator's account.
pub(super) fn expiry(services: &Services, device: &Device) -> Option<Timestamp> {
    let standing = services.live.standing();
    let account = standing.policy.operator(device.operator.as_str());
    let account = account.and_then(|account| account.validity.until());
    account.into_iter().chain(device.credential.not_after()).min()
}

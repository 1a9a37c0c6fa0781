//! Devices: what their owners, and administrators for them, enrol, list and revoke.

mod certificate;
mod client;
mod enrol;
mod forget;
mod list;
mod revoke;
mod tunnel;

use jiff::Timestamp;
use rust_i18n::t;

use super::out::Out;
use super::run::{Caller, Failure, Input};
use super::tree::{Command, Vpn};
use crate::access::{Authenticated, Services};
use crate::domain::{Device, OperatorName, Role};
use crate::store::{PAGE, Walk};

pub(super) async fn run(
    services: &Services,
    caller: &Caller,
    order: &Vpn,
    input: Input,
    out: &Out,
) -> Result<(), Failure> {
    match order {
        Vpn::Enrol(order) => enrol::enrol(services, caller, order, input, out).await,
        Vpn::List { operator } => list::list(services, caller, operator.as_deref(), out).await,
        Vpn::Forget { device, reason } => {
            forget::forget(services, caller, device, reason.as_deref().unwrap_or_default(), out).await
        }
        Vpn::Revoke { device, reason } => {
            revoke::revoke(services, caller, device, reason.as_deref().unwrap_or_default(), out).await
        }
    }
}

/// When a device ends by itself: with its certificate, or with its operator's account.
fn expiry(services: &Services, device: &Device) -> Option<Timestamp> {
    let standing = services.live.standing();
    let account = standing.policy.operator(device.operator.as_str());
    let account = account.and_then(|account| account.validity.until());
    account.into_iter().chain(device.credential.not_after()).min()
}

/// A refusal in the person's language.
fn told(services: &Services, key: &str) -> Failure {
    Failure(t!(key, locale = services.language().tag()).into_owned())
}

/// The same, of a name.
fn told_of(services: &Services, key: &str, name: &str) -> Failure {
    Failure(t!(key, locale = services.language().tag(), name = name).into_owned())
}

/// The device of this id that is in use, or of the caller's own that has this label. What somebody may not look after
/// is, to them, not there.
async fn find(services: &Services, caller: &Caller, named: &str) -> Result<Device, Failure> {
    let reach = Reach::of(services, caller);
    let own = match caller {
        Caller::Operator(who) => Some(who.operator()),
        Caller::Local(_) => None,
    };
    let meant = |device: &Device| {
        reach.covers(&device.operator)
            && (device.id.as_str() == named || own == Some(&device.operator) && device.name.as_str() == named)
    };
    let mut devices = Walk::new(|after| services.store.devices().list(None, after, PAGE));
    while let Some(rows) = devices.next().await? {
        let mut in_use = rows.into_iter().filter(|row| row.revoked.is_none()).map(|row| row.device);
        if let Some(device) = in_use.find(meant) {
            return Ok(device);
        }
    }
    Err(told_of(services, "vpn.no-device", named))
}

/// Whose devices a caller may look after.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reach {
    Everybody,
    Own(OperatorName),
}

impl Reach {
    fn of(services: &Services, caller: &Caller) -> Self {
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

    fn covers(&self, operator: &OperatorName) -> bool {
        match self {
            Self::Everybody => true,
            Self::Own(own) => own == operator,
        }
    }
}

/// Whether this command takes a fresh code: who is at work and left the screen open should not come to have given
/// somebody a way in.
pub(super) fn wants_code(services: &Services, who: &Authenticated, command: &Command) -> bool {
    matches!(command, Command::Vpn(Vpn::Enrol(_)))
        && matches!(Reach::of_operator(services, who), Reach::Own(_))
}

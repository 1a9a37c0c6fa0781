//! Lockdowns: planned, ordered, pierced and lifted, by one person or by two; and told of afterwards.
//!
//! An order is durable before it is in force, and in force before it is acknowledged. Over SSH, on the host
//! and by signal file the same functions run. What begins and ends by itself is [`keep`]'s.

mod act;
mod draft;
mod effect;
mod keep;
mod plan;
mod record;
mod report;
mod second;
mod sight;
mod signal;
mod start;
mod status;
mod which;

use super::out::Out;
use super::run::{Caller, Failure};
use super::tree::Lockdown as Order;
use crate::access::Services;
use crate::lockdown::Act;

pub(super) use act::{asked, person, request, show_waiting, withdraw};
pub(super) use effect::{confirmed, settled as somebody_was_faster};
pub use keep::keep;
pub use record::keep as keep_record;
pub(super) use second::{alarm, confirmers, look_after_confirmers, settled};
pub use signal::{inbox, watch};

pub(super) async fn run(
    services: &Services,
    caller: &Caller,
    order: &Order,
    out: &Out,
) -> Result<(), Failure> {
    match order {
        Order::Plan { reason, aim } => {
            let lockdown = draft::lockdown(services, caller, reason.as_deref().unwrap_or_default(), aim)?;
            plan::show(services, &lockdown, out).await
        }
        Order::Start { reason, aim } => {
            let lockdown = draft::lockdown(services, caller, reason, aim)?;
            act::order(services, caller, Act::Start(lockdown), out).await
        }
        Order::Status => status::show(services, out).await,
        Order::Allow { id, operator, asset, until, ticket } => {
            let act = draft::permit(services, id, operator, asset.as_deref(), until.as_deref(), ticket)?;
            act::order(services, caller, act, out).await
        }
        Order::Lift { id, reason } => {
            act::order(services, caller, draft::lift(services, id, reason)?, out).await
        }
        Order::Confirm { id } => act::confirm(services, caller, id, out).await,
        Order::Codes { operator, count, opens } => {
            act::order(services, caller, draft::codes(services, operator, *count, opens)?, out).await
        }
        Order::Report { id, format, signed } => report::show(services, id, *format, *signed, out).await,
    }
}

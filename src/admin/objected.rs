//! Why somebody may not give an order, as it is told.

use super::error::AdminError;
use super::say::{no, say};
use crate::access::Services;
use crate::domain::shown_time;
use crate::lockdown::Objection;

/// The refusal of what somebody may not do about a lockdown.
pub(crate) fn objected(services: &Services) -> impl Fn(Objection) -> AdminError + '_ {
    |objection| match objection {
        Objection::Role => no!(services, Refused, "objection.role"),
        Objection::Covered => no!(services, Refused, "objection.covered"),
        Objection::OwnAccount => no!(services, Refused, "objection.own-account"),
        Objection::OwnRequest => no!(services, Refused, "objection.own-request"),
        Objection::SameHost => no!(services, Refused, "objection.same-host"),
        Objection::OneHand => no!(services, Refused, "objection.one-hand"),
        Objection::Fresh(until) => {
            let until = shown_time(until, &services.config.timezone);
            no!(services, Refused, "objection.fresh", until = until)
        }
        Objection::SetInLockdown => no!(services, Refused, "objection.set-in-lockdown"),
        Objection::SetInOtherRole => no!(services, Refused, "objection.set-in-other-role"),
        Objection::State(state) => {
            let state = say!(services, format!("state.{}", state.as_str()));
            no!(services, Conflict, "objection.state", state = state)
        }
    }
}

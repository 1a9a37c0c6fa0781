//! What commands say to people: texts of the catalog, in the configured language.

use crate::access::Services;
use crate::domain::Role;
use crate::lockdown::Objection;

use super::failure::Failure;
use super::time;

/// A text of the catalog, with its values.
macro_rules! say {
    ($services:expr, $key:expr $(, $name:ident = $value:expr)* $(,)?) => {
        rust_i18n::t!($key, locale = $services.language().tag() $(, $name = $value)*).into_owned()
    };
}

/// The same as a failure.
macro_rules! fail {
    ($services:expr, $key:expr $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::console::Failure($crate::console::say::say!($services, $key $(, $name = $value)*))
    };
}

pub(super) use {fail, say};

/// A role for people; programs have [`Role::as_str`].
pub(super) fn role_text(services: &Services, role: Role) -> String {
    say!(services, format!("role.{}", role.as_str()))
}

/// So many of something, which has a key for one of them and a key for any other number.
pub(super) fn count(services: &Services, what: &str, number: u64) -> String {
    let form = if number == 1 { "one" } else { "many" };
    say!(services, format!("count.{what}-{form}"), count = number.to_string())
}

/// Why somebody may not do it.
pub(super) fn objected(services: &Services) -> impl Fn(Objection) -> Failure + '_ {
    |objection| {
        let zone = &services.config.timezone;
        match objection {
            Objection::Role => fail!(services, "objection.role"),
            Objection::Covered => fail!(services, "objection.covered"),
            Objection::OwnAccount => fail!(services, "objection.own-account"),
            Objection::OwnRequest => fail!(services, "objection.own-request"),
            Objection::SameHost => fail!(services, "objection.same-host"),
            Objection::OneHand => fail!(services, "objection.one-hand"),
            Objection::Fresh(until) => {
                fail!(services, "objection.fresh", until = time::told(until, zone))
            }
            Objection::SetInLockdown => fail!(services, "objection.set-in-lockdown"),
            Objection::SetInOtherRole => fail!(services, "objection.set-in-other-role"),
            Objection::State(state) => {
                let state = say!(services, format!("state.{}", state.as_str()));
                fail!(services, "objection.state", state = state)
            }
        }
    }
}

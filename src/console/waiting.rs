//! A request that waits for a second person, for people: all of what they would agree to.

use std::time::Duration;

use super::readers::Readers;
use super::say::say;
use super::time;
use crate::admin::{OrderWording, RequestDetails, WaitingRequest};
use crate::approval::LONGEST_SHOWN;
use crate::domain::plain;

pub(super) fn told(waiting: &WaitingRequest, readers: Readers) -> String {
    let deed = say!(readers, format!("deed.{}", waiting.act.as_str()));
    let about = waiting.lockdown.as_ref().map(|id| format!(" {id}")).unwrap_or_default();
    let whom = waiting.operator.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    let change = match &waiting.details {
        RequestDetails::Enrol { enrol } => say!(readers, "deed.enrol", factors = enrol.join(", ")),
        RequestDetails::Invite { .. } => say!(readers, "deed.invite"),
        RequestDetails::Reset { .. } => say!(readers, "deed.reset"),
        _ => String::new(),
    };
    let what = format!("{deed}{about}{whom}{change}");
    let (id, by, until) = (waiting.request.as_str(), waiting.by.as_str(), waiting.lapses.told());
    let mut lines = vec![say!(readers, "lockdown.waits", id = id, what = what, by = by, until = until)];
    match waiting.details.is_readable() {
        true => lines.extend(details(waiting, readers)),
        false => lines.push(say!(readers, "asked.too-long", most = LONGEST_SHOWN)),
    }
    lines.iter().map(|line| plain(line)).collect::<Vec<_>>().join("\n    ")
}

fn details(waiting: &WaitingRequest, readers: Readers) -> Vec<String> {
    match &waiting.details {
        RequestDetails::Start { order, until, covered, sessions } => {
            let (covered, sessions) =
                (readers.count("accounts", *covered), readers.count("sessions", *sessions));
            let end = match until {
                Some(at) => say!(readers, "lockdown.would-hold-until", until = at.told()),
                None => say!(readers, "lockdown.would-hold"),
            };
            let numbers = say!(readers, "asked.numbers", covered = covered, sessions = sessions);
            vec![about(order, readers), end, numbers]
        }
        RequestDetails::Lift { reason, of } => {
            let order = of.as_ref().map(|order| about(order, readers));
            std::iter::once(say!(readers, "asked.reason", reason = reason)).chain(order).collect()
        }
        RequestDetails::Allow { asset, until, ticket, .. } => {
            let name = |name: Option<&str>| name.unwrap_or_default().to_owned();
            let permit = Passes {
                operator: &name(waiting.operator.as_ref().map(|name| name.as_str())),
                lockdown: &name(waiting.lockdown.as_ref().map(|id| id.as_str())),
                asset: asset.as_ref().map(|asset| asset.as_str()),
                until: until.as_ref().map(|at| at.told()),
            };
            let every = asset.is_none().then(|| say!(readers, "asked.every-asset"));
            let lines = [permit.told(readers), say!(readers, "lockdown.ticket", ticket = ticket)];
            every.into_iter().chain(lines).collect()
        }
        RequestDetails::Codes { count, opens_s } => {
            let length = time::lasting(Duration::from_secs((*opens_s).into()));
            let operator = waiting.operator.as_ref().map(|name| name.as_str()).unwrap_or_default();
            vec![say!(readers, "asked.codes", operator = operator, count = count, length = length)]
        }
        RequestDetails::Enrol { .. } | RequestDetails::Invite { .. } | RequestDetails::Reset { .. } => {
            Vec::new()
        }
    }
}

fn about(order: &OrderWording, readers: Readers) -> String {
    let except = order.except.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let except = if except.is_empty() { say!(readers, "report.nobody") } else { except };
    let number = order.order.clone().unwrap_or_else(|| "-".to_owned());
    let (scope, reason) = (order.scope.to_string(), &order.reason);
    say!(readers, "asked.order", scope = scope, except = except, number = number, reason = reason)
}

/// What a permit lets somebody do, and until when.
pub(super) struct Passes<'a> {
    pub operator: &'a str,
    pub lockdown: &'a str,
    pub asset: Option<&'a str>,
    pub until: Option<String>,
}

impl Passes<'_> {
    pub(super) fn told(self, readers: Readers) -> String {
        let Self { operator, lockdown, asset, until } = self;
        let place = match asset {
            Some(asset) => asset.to_owned(),
            None => say!(readers, "lockdown.every-asset"),
        };
        let until = match until {
            Some(until) => say!(readers, "time.until", until = until),
            None => say!(readers, "lockdown.to-its-end"),
        };
        say!(readers, "lockdown.passes", operator = operator, id = lockdown, place = place, until = until)
    }
}

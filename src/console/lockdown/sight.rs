//! A request as a second person sees it: everything that it would do. What is too long to be read to its end cannot be
//! confirmed, as it is with commands.

use serde_json::{Value, json};

use super::super::run::Failure;
use super::super::say::{count, fail, say};
use super::super::time;
use super::{draft, effect, plan};
use crate::access::Services;
use crate::approval::LONGEST_SHOWN;
use crate::domain::plain;
use crate::lockdown::{Act, Deed, Lockdown, Request};

/// What would be done: for programs and the journal, and line by line for people.
pub(super) struct Sight {
    pub details: Value,
    lines: Vec<String>,
}

impl Sight {
    /// # Errors
    /// When the store cannot be read, or it is longer than anybody reads.
    pub(super) async fn whole(services: &Services, act: &Act) -> Result<Self, Failure> {
        let sight = Self::of(services, act).await?;
        match sight.is_whole() {
            true => Ok(sight),
            false => Err(fail!(services, "asked.too-long", most = LONGEST_SHOWN)),
        }
    }

    async fn of(services: &Services, act: &Act) -> Result<Self, Failure> {
        match act {
            Act::Start(lockdown) => start(services, lockdown).await,
            Act::Lift { lockdown, reason } => {
                let order = draft::find(services, lockdown.as_str(), Deed::Lift).ok();
                let mut lines = vec![say!(services, "asked.reason", reason = reason)];
                lines.extend(order.as_ref().map(|order| about(services, order)));
                Ok(Self { details: json!({ "reason": reason, "of": order.as_ref().map(named) }), lines })
            }
            Act::Allow(permit) => {
                let until = permit.until.map(|at| time::shown(at, &services.config.timezone));
                let details = json!({
                    "asset": permit.asset, "every_asset": permit.asset.is_none(), "until": until,
                    "ticket": permit.ticket,
                });
                let mut lines = vec![
                    effect::passes(services, permit),
                    say!(services, "lockdown.ticket", ticket = &permit.ticket),
                ];
                if permit.asset.is_none() {
                    lines.insert(0, say!(services, "asked.every-asset"));
                }
                Ok(Self { details, lines })
            }
            Act::Codes { operator, count: codes, seconds } => {
                let details = json!({ "count": codes, "opens_s": seconds });
                let length = format!("{seconds}s");
                let operator = operator.as_str();
                let line = say!(services, "asked.codes", operator = operator, count = codes, length = length);
                Ok(Self { details, lines: vec![line] })
            }
            Act::Enrol { factors, .. } => {
                Ok(Self { details: json!({ "enrol": factors }), lines: Vec::new() })
            }
            Act::Reset { .. } => Ok(Self { details: json!({ "reset": true }), lines: Vec::new() }),
        }
    }

    fn is_whole(&self) -> bool {
        self.lines.iter().map(String::len).sum::<usize>() <= LONGEST_SHOWN
    }
}

/// Whom it would lock, and whom it would cut, now.
async fn start(services: &Services, lockdown: &Lockdown) -> Result<Sight, Failure> {
    let (standing, now) = (services.live.standing(), services.clock.now());
    let covered = standing.policy.operators().filter(|operator| lockdown.covers(&operator.account(), now));
    let covered = covered.count() as u64;
    let cut = |operator: &str| {
        let operator = standing.policy.operator(operator);
        operator.is_some_and(|operator| lockdown.covers(&operator.account(), now))
    };
    let sessions = plan::live(services).await?;
    let sessions = sessions.iter().filter(|session| cut(session.operator.as_str())).count() as u64;
    let zone = &services.config.timezone;
    let details = json!({
        "scope": lockdown.scope, "except": lockdown.except, "reason": lockdown.reason, "order": lockdown.order,
        "until": lockdown.until.map(|at| time::shown(at, zone)), "covered": covered, "sessions": sessions,
    });
    let end = match lockdown.until {
        Some(at) => say!(services, "lockdown.would-hold-until", until = time::told(at, zone)),
        None => say!(services, "lockdown.would-hold"),
    };
    let (covered, sessions) = (count(services, "accounts", covered), count(services, "sessions", sessions));
    let numbers = say!(services, "asked.numbers", covered = covered, sessions = sessions);
    Ok(Sight { details, lines: vec![about(services, lockdown), end, numbers] })
}

fn named(order: &Lockdown) -> Value {
    json!({ "scope": order.scope, "except": order.except, "reason": order.reason, "order": order.order })
}

fn about(services: &Services, order: &Lockdown) -> String {
    let except = order.except.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let except = if except.is_empty() { say!(services, "report.nobody") } else { except };
    let number = order.order.clone().unwrap_or_else(|| "-".to_owned());
    let scope = order.scope.to_string();
    let reason = &order.reason;
    say!(services, "asked.order", scope = scope, except = except, number = number, reason = reason)
}

/// A request as it is printed.
pub(super) async fn shown(services: &Services, request: &Request) -> Result<(Value, String), Failure> {
    let zone = &services.config.timezone;
    let sight = Sight::of(services, &request.act).await?;
    let (id, deed) = (&request.id, request.act.deed().as_str());
    let (change, told) = match &request.act {
        Act::Enrol { factors, .. } => (
            Some(format!("enrol {}", factors.join(", "))),
            say!(services, "deed.enrol", factors = factors.join(", ")),
        ),
        Act::Reset { .. } => (Some("reset".to_owned()), say!(services, "deed.reset")),
        _ => (None, String::new()),
    };
    let mut object = json!({
        "request": id, "act": deed, "details": sight.details, "lockdown": request.act.lockdown(),
        "operator": request.act.opens(), "state": "requested", "in_force": false, "by": request.by,
        "at": time::shown(request.at, zone), "lapses": time::shown(request.lapses, zone),
    });
    if let (Some(change), Some(object)) = (change, object.as_object_mut()) {
        object.insert("change".to_owned(), change.into());
    }
    let about = request.act.lockdown().map(|id| format!(" {id}")).unwrap_or_default();
    let whom = request.act.opens().map(|name| format!(" {name}")).unwrap_or_default();
    let what = format!("{}{about}{whom}{told}", say!(services, format!("deed.{deed}")));
    let until = time::told(request.lapses, zone);
    let mut lines =
        vec![say!(services, "lockdown.waits", id = id, what = what, by = &request.by, until = until)];
    match sight.is_whole() {
        true => lines.extend(sight.lines),
        false => lines.push(say!(services, "asked.too-long", most = LONGEST_SHOWN)),
    }
    Ok((object, lines.iter().map(|line| plain(line)).collect::<Vec<_>>().join("\n    ")))
}

//! Lockdown orders: start, status, lift. An order is durable before it is in force, and in force before it
//! is acknowledged.

use std::time::Duration;

use super::out::Out;
use super::run::{Caller, Failure};
use super::time;
use super::tree::Lockdown as Order;
use crate::domain::{LockdownId, OperatorName, OperatorSelector};
use crate::event::Event;
use crate::lockdown::{Lockdown, Scope, parse_except};
use crate::session::Services;
use crate::store::Wording;

/// How long an order waits for the sessions that it cuts. Ten times what the slowest may take.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn run(
    services: &Services,
    caller: &Caller,
    order: &Order,
    out: &Out,
) -> Result<(), Failure> {
    match order {
        Order::Start { reason, order, scope, except, until } => {
            let now = services.clock.now();
            let until = until
                .as_deref()
                .map(|text| time::moment(text, now, &services.config.timezone, true))
                .transpose()?;
            if until.is_some_and(|until| until <= now) {
                return Err(Failure("--until is over already: such an order would lock nobody".into()));
            }
            let lockdown = Lockdown {
                id: LockdownId::new(
                    u64::try_from(now.as_millisecond()).unwrap_or_default(),
                    crate::chance::chance()?,
                ),
                reason: reason.clone(),
                order: order.clone(),
                scope: Scope::parse(scope)?,
                except: parse_except(except)?,
                started_at: now,
                started_by: caller.actor().to_string(),
                until,
            };
            start(services, caller, lockdown, out).await
        }
        Order::Status => status(services, out).await,
        Order::Lift { id, reason } => lift(services, caller, id, reason, out).await,
    }
}

fn wording(lockdown: &Lockdown) -> Wording {
    Wording {
        scope: lockdown.scope.clone().into(),
        except: lockdown.except.iter().map(ToString::to_string).collect(),
        order: lockdown.order.clone(),
        reason: lockdown.reason.clone(),
        until: lockdown.until,
    }
}

fn selectors(lockdown: &Lockdown) -> Vec<&OperatorSelector> {
    let scope: &[OperatorSelector] = match &lockdown.scope {
        Scope::All => &[],
        Scope::Of(selectors) => selectors,
    };
    scope.iter().chain(&lockdown.except).collect()
}

/// A name in an order that nobody bears is a slip, and a slip here leaves somebody in.
fn check_names(services: &Services, lockdown: &Lockdown) -> Result<(), Failure> {
    let standing = services.live.standing();
    for selector in selectors(lockdown) {
        if !standing.policy.operators().any(|operator| selector.matches(&operator.account())) {
            return Err(Failure(format!(
                "{selector} names nobody: check the spelling (`juyong operator list`)"
            )));
        }
    }
    Ok(())
}

async fn start(services: &Services, caller: &Caller, lockdown: Lockdown, out: &Out) -> Result<(), Failure> {
    check_names(services, &lockdown)?;
    let words = wording(&lockdown);
    let (id, by) = (lockdown.id.clone(), lockdown.started_by.clone());
    services.store.lockdowns().start(&id, &words, lockdown.started_at, &by).await?;
    let standing = services.live.standing();
    let covered: Vec<OperatorName> = standing
        .policy
        .operators()
        .filter(|operator| lockdown.covers(&operator.account(), services.clock.now()))
        .map(|operator| operator.name.clone())
        .collect();
    let from = services.clock.now();
    let covers = |who: &OperatorName| covered.contains(who);
    let cut = services.live.cut(|standing| standing.order(lockdown), covers, PATIENCE).await;
    let Wording { scope, except, order, reason, until } = words;
    let event = Event::LockdownStarted { lockdown: id.clone(), scope, except, order, reason, until };
    services.journal(caller.actor(), caller.origin(), event).await?;
    let slowest = u64::try_from(cut.slowest.as_millis()).unwrap_or(u64::MAX);
    let covered = covered.len() as u64;
    let event = Event::LockdownEnforced {
        lockdown: id.clone(),
        covered,
        sessions_cut: cut.sessions,
        slowest_cut_ms: slowest,
    };
    services.journal(caller.actor(), caller.origin(), event).await?;
    let object = serde_json::json!({
        "lockdown": id, "covered": covered, "sessions_cut": cut.sessions,
        "logins_refused_from": time::shown(from, &services.config.timezone), "slowest_cut_ms": slowest,
    });
    let text = || {
        format!(
            "lockdown {id}: {covered} accounts covered, {} sessions cut, the slowest in {slowest} ms",
            cut.sessions
        )
    };
    out.record(&object, text).await?;
    if cut.left_over > 0 {
        return Err(Failure(format!(
            "{} sessions had not ended after {PATIENCE:?}: see `juyong audit events`",
            cut.left_over
        )));
    }
    Ok(())
}

async fn status(services: &Services, out: &Out) -> Result<(), Failure> {
    let zone = &services.config.timezone;
    let orders = services.store.lockdowns().active(services.clock.now()).await?;
    if orders.is_empty() && !out.json {
        return Ok(out.line("no lockdown is in force").await?);
    }
    for order in orders {
        let words = &order.wording;
        let started = time::shown(order.started_at, zone);
        let until = words.until.map(|at| time::shown(at, zone));
        let object = serde_json::json!({
            "lockdown": order.id, "started": started, "by": order.started_by, "scope": words.scope,
            "except": words.except, "order": words.order, "reason": words.reason, "until": until,
        });
        let text = || {
            let except = if words.except.is_empty() {
                String::new()
            } else {
                format!(" except {}", words.except.join(","))
            };
            let until = until.as_ref().map(|until| format!(" until {until}")).unwrap_or_default();
            format!(
                "{}  {started}  {}{except}{until}  by {}: {}",
                order.id,
                words.scope.join(","),
                order.started_by,
                words.reason
            )
        };
        out.record(&object, text).await?;
    }
    Ok(())
}

async fn lift(
    services: &Services,
    caller: &Caller,
    id: &str,
    reason: &str,
    out: &Out,
) -> Result<(), Failure> {
    let unknown = || Failure(format!("no lockdown {id} is in force: see `juyong lockdown status`"));
    let id = LockdownId::parse(id).ok_or_else(unknown)?;
    let by = caller.actor().to_string();
    // The journal first: what opens doors is told before it is done.
    if services.live.standing().lockdowns.find(&id).is_none() {
        return Err(unknown());
    }
    let event = Event::LockdownLifted { lockdown: id.clone(), reason: reason.to_owned() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    if !services.store.lockdowns().lift(&id, reason, services.clock.now(), &by).await? {
        return Err(unknown());
    }
    services.live.update(|standing| standing.lift(&id));
    let object = serde_json::json!({ "lockdown": id, "lifted": true });
    Ok(out.record(&object, || format!("lockdown {id} is lifted")).await?)
}

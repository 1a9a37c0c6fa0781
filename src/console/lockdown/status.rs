//! What is in force, what is planned, who may pass, and what waits for a second person.

use jiff::Timestamp;
use serde_json::Value;

use super::super::out::Out;
use super::super::run::Failure;
use super::super::say::{count, say};
use super::super::time;
use super::{act, record};
use crate::access::Services;
use crate::access::live::Standing;
use crate::domain::plain;
use crate::lockdown::{Lockdown, Permit, State};
use crate::store::{LockdownRow, PAGE, WHOLE, gather};

pub(super) async fn show(services: &Services, out: &Out) -> Result<(), Failure> {
    let (standing, now) = (services.live.standing(), services.clock.now());
    let mut rows = gather(WHOLE, |after| services.store.lockdowns().open(after, PAGE)).await?;
    let missing = record::missing(services, &rows);
    let unstored: Vec<_> = missing.iter().map(|row| row.lockdown.id.clone()).collect();
    rows.extend(missing);
    rows.retain(|row| row.state(now) == State::InForce);
    let begun = |lockdown: &Lockdown| rows.iter().any(|row| row.lockdown.id == lockdown.id);
    let planned = standing.locks().planned().filter(|period| now < period.until && !begun(&period.lockdown));
    let mut shown: Vec<Line> = rows
        .iter()
        .map(|row| Line {
            stored: !unstored.contains(&row.lockdown.id),
            ..Line::of_order(&standing, row, now)
        })
        .collect();
    shown.extend(planned.map(|period| {
        let state = if period.lasts(now) { State::InForce } else { State::Planned };
        Line { period: Some(period.name.to_string()), ..Line::new(&standing, &period.lockdown, state, now) }
    }));
    for line in &shown {
        out.records(&line.object(services), || line.text(services)).await?;
    }
    if act::show_waiting(services, out).await? == 0 && shown.is_empty() && !out.json {
        return Ok(out.line(say!(services, "lockdown.none")).await?);
    }
    Ok(())
}

/// One lockdown.
struct Line<'a> {
    lockdown: &'a Lockdown,
    state: State,
    period: Option<String>,
    confirmed_by: Option<&'a str>,
    covered: usize,
    permits: Vec<&'a Permit>,
    /// The database knows of it, or the policy does.
    stored: bool,
}

impl<'a> Line<'a> {
    fn new(standing: &'a Standing, lockdown: &'a Lockdown, state: State, now: Timestamp) -> Self {
        let then = lockdown.started_at.max(now);
        let covers = |operator: &&crate::policy::Operator| lockdown.covers(&operator.account(), then);
        let permits = standing.lockdowns.permits();
        Self {
            lockdown,
            state,
            period: None,
            confirmed_by: None,
            covered: standing.policy.operators().filter(covers).count(),
            stored: true,
            permits: permits.filter(|permit| permit.lockdown == lockdown.id && permit.holds(now)).collect(),
        }
    }

    fn of_order(standing: &'a Standing, row: &'a LockdownRow, now: Timestamp) -> Self {
        Self {
            period: row.period.as_ref().map(ToString::to_string),
            confirmed_by: row.confirmed_by.as_deref(),
            ..Self::new(standing, &row.lockdown, State::InForce, now)
        }
    }

    fn object(&self, services: &Services) -> Value {
        let (zone, lockdown) = (&services.config.timezone, self.lockdown);
        let permits: Vec<Value> = self
            .permits
            .iter()
            .map(|permit| {
                serde_json::json!({
                    "permit": permit.id, "operator": permit.operator, "asset": permit.asset,
                    "until": permit.until.map(|at| time::shown(at, zone)), "ticket": permit.ticket,
                })
            })
            .collect();
        serde_json::json!({
            "lockdown": lockdown.id, "state": self.state, "period": self.period,
            "started": time::shown(lockdown.started_at, zone), "by": lockdown.started_by,
            "confirmed_by": self.confirmed_by, "scope": lockdown.scope, "except": lockdown.except,
            "order": lockdown.order, "reason": lockdown.reason,
            "until": lockdown.until.map(|at| time::shown(at, zone)), "covered": self.covered,
            "permits": permits, "stored": self.stored,
        })
    }

    fn text(&self, services: &Services) -> String {
        let (zone, lockdown) = (&services.config.timezone, self.lockdown);
        let list = |items: &[crate::domain::OperatorSelector]| {
            items.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
        };
        let except = match list(&lockdown.except) {
            none if none.is_empty() => String::new(),
            some => say!(services, "lockdown.except", except = some),
        };
        let since = time::told(lockdown.started_at, zone);
        let span = match lockdown.until {
            Some(at) => say!(services, "time.span", since = since, until = time::told(at, zone)),
            None => say!(services, "time.since", since = since),
        };
        let name = self.period.as_ref().map(|name| format!("  {name}")).unwrap_or_default();
        let by = match self.confirmed_by {
            Some(second) => {
                say!(services, "lockdown.by-two", by = &lockdown.started_by, second = second)
            }
            None => say!(services, "lockdown.by", by = &lockdown.started_by),
        };
        let state = say!(services, format!("state.{}", self.state.as_str()));
        let covered = count(services, "accounts", self.covered as u64);
        let mut text = plain(&format!(
            "{}{name}  {state}  {span}  {}{except}  {covered}  {by}  {}",
            lockdown.id, lockdown.scope, lockdown.reason
        ));
        if let Some(number) = &lockdown.order {
            text += &plain(&format!("  {}", say!(services, "lockdown.number", number = number)));
        }
        if !self.stored {
            text += &format!("\n  {}", say!(services, "lockdown.not-stored"));
        }
        for permit in &self.permits {
            let ticket = say!(services, "lockdown.ticket", ticket = &permit.ticket);
            text +=
                &format!("\n  {}", plain(&format!("{}  {ticket}", super::effect::passes(services, permit))));
        }
        text
    }
}

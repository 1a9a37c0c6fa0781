//! What an order would do, without doing it: the people, and the sessions that run now.

use rust_i18n::t;

use super::super::out::Out;
use super::super::run::{Failure, role_text};
use super::super::say::{count, say};
use super::super::time;
use crate::access::Services;
use crate::lockdown::Lockdown;
use crate::policy::Operator;
use crate::store::{Filter, SessionRow};
use crate::terminal::width::column;

pub(super) async fn show(services: &Services, lockdown: &Lockdown, out: &Out) -> Result<(), Failure> {
    let (standing, now) = (services.live.standing(), services.clock.now());
    let (mut covered, mut exempt, mut sessions) = (0_u64, 0_u64, 0_u64);
    for operator in standing.policy.operators() {
        let account = operator.account();
        let hit = lockdown.covers(&account, now);
        if hit || lockdown.spares(&account) {
            *(if hit { &mut covered } else { &mut exempt }) += 1;
            person(services, operator, hit, out).await?;
        }
    }
    for session in live(services).await? {
        let operator = standing.policy.operator(session.operator.as_str());
        if operator.is_some_and(|operator| lockdown.covers(&operator.account(), now)) {
            sessions += 1;
            line(services, &session, out).await?;
        }
    }
    let (zone, tag) = (&services.config.timezone, services.language().tag());
    let until = lockdown.until.map(|at| time::shown(at, zone));
    let object = serde_json::json!({
        "covered": covered, "exempt": exempt, "sessions": sessions, "until": until,
    });
    let text = || {
        let end = match lockdown.until {
            Some(until) => t!("lockdown.would-hold-until", locale = tag, until = time::told(until, zone)),
            None => t!("lockdown.would-hold", locale = tag),
        };
        let covered = count(services, "accounts", covered);
        let exempt = count(services, "accounts", exempt);
        let sessions = count(services, "sessions", sessions);
        let head = say!(services, "lockdown.would", covered = covered, exempt = exempt, sessions = sessions);
        format!("{head}\n{end}")
    };
    Ok(out.records(&object, text).await?)
}

async fn person(services: &Services, operator: &Operator, hit: bool, out: &Out) -> Result<(), Failure> {
    let standing = services.live.standing();
    let disabled = operator.disabled || standing.disabled.contains_key(operator.name.as_str());
    let name = &operator.name;
    let vendor = operator.vendor.as_ref().map(ToString::to_string);
    let object = serde_json::json!({
        "operator": name, "role": operator.role.as_str(), "vendor": vendor, "groups": operator.groups, "covered": hit,
        "disabled": disabled,
    });
    let text = || {
        let word = if hit { say!(services, "lockdown.locks") } else { say!(services, "lockdown.exempt") };
        let role = role_text(services, operator.role);
        let vendor = vendor.as_ref().map(|vendor| format!("  vendor:{vendor}")).unwrap_or_default();
        let more = if disabled { say!(services, "lockdown.disabled") } else { String::new() };
        format!("{}  {name}  {role}{vendor}{more}", column(&word, 6))
    };
    Ok(out.record(&object, text).await?)
}

/// The sessions that run now.
pub(super) async fn live(services: &Services) -> Result<Vec<SessionRow>, Failure> {
    let filter = Filter { since: Some(services.clock.now()), ..Filter::default() };
    Ok(services.store.sessions().list(&filter, |row| row.ended.is_none()).await?)
}

async fn line(services: &Services, row: &SessionRow, out: &Out) -> Result<(), Failure> {
    let started = time::shown(row.started, &services.config.timezone);
    let object = serde_json::json!({
        "session": row.session, "operator": row.operator, "source": row.source, "asset": row.asset,
        "login": row.login, "protocols": row.protocols, "started": started,
    });
    let text = || {
        let word = column(&say!(services, "lockdown.cuts"), 6);
        let since = say!(services, "time.since", since = time::told(row.started, &services.config.timezone));
        format!(
            "{word}  {}  {}  {}  {}@{}  {since}",
            row.session, row.operator, row.source, row.login, row.asset
        )
    };
    Ok(out.record(&object, text).await?)
}

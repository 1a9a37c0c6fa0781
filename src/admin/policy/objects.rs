//! An explanation as one object, for programs.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::super::local_time::LocalTime;
use crate::domain::Protocol;
use crate::policy::explain::{Access, ComparedField, Considered, DecisionChange, Explanation, Outlook};
use crate::policy::{Decision, Request};

pub(super) fn explanation(request: &Request, explanation: &Explanation, zone: &TimeZone) -> Value {
    let mut object = answer(&explanation.decision, zone);
    let checks = explanation
        .checks
        .iter()
        .map(|check| json!({ "check": check.reason, "passed": check.passed, "compared": check.compared }));
    put(&mut object, "checks", checks.collect());
    put(&mut object, "considered", explanation.rules.iter().map(considered).collect());
    let origins = &explanation.origins;
    let origins = json!({
        "approval": origins.approval, "commands": origins.commands, "max_session": origins.max_session,
        "idle": origins.idle, "remember": origins.remember, "until": origins.until,
    });
    put(&mut object, "origins", origins);
    put(&mut object, "outlook", outlook(&explanation.outlook, zone));
    put(&mut object, "request", asked(request, zone));
    object.into()
}

fn shown(at: Timestamp, zone: &TimeZone) -> String {
    LocalTime::new(at, zone.clone()).shown()
}

fn put(object: &mut Map<String, Value>, key: &str, value: Value) {
    object.insert(key.to_owned(), value);
}

/// A decision, in the fields of `policy decide`.
pub(super) fn answer(decision: &Decision, zone: &TimeZone) -> Map<String, Value> {
    let mut object = Map::new();
    match decision {
        Decision::Allow(allowance) => {
            put(&mut object, "decision", "allow".into());
            put(&mut object, "reason", "rule".into());
            put(&mut object, "rules", json!(allowance.rules));
            put(&mut object, "approval", allowance.approval.into());
            put(&mut object, "commands", json!(allowance.commands));
            put(&mut object, "max_session", json!(allowance.max_session.map(|longest| longest.as_secs())));
            put(&mut object, "idle", json!(allowance.idle.map(|longest| longest.as_secs())));
            if let Some(oldest) = allowance.remember {
                put(&mut object, "remember", oldest.as_secs().into());
            }
            for name in allowance.handling.asked() {
                put(&mut object, name, true.into());
            }
            put(&mut object, "until", json!(allowance.until.map(|until| shown(until, zone))));
        }
        Decision::Deny(denial) => {
            put(&mut object, "decision", "deny".into());
            put(&mut object, "reason", json!(denial.reason));
            put(&mut object, "rules", json!(denial.rules));
            put(&mut object, "text", json!(denial.text));
        }
    }
    object
}

/// As `policy decide` reads it.
fn asked(request: &Request, zone: &TimeZone) -> Value {
    let mut object = Map::new();
    put(&mut object, "operator", json!(request.operator));
    put(&mut object, "source", json!(request.source));
    put(&mut object, "via", json!(request.via));
    put(&mut object, "asset", json!(request.asset));
    put(&mut object, "login", json!(request.login));
    put(&mut object, "protocol", json!(request.protocol));
    if matches!(request.protocol, Protocol::Sftp | Protocol::Scp) {
        put(&mut object, "file", json!(request.file));
    }
    if let Some(to) = &request.forward_to {
        put(&mut object, "forward_to", to.to_string().into());
    }
    put(&mut object, "at", shown(request.at, zone).into());
    object.into()
}

fn considered(rule: &Considered) -> Value {
    let field = |one: &ComparedField| json!({ "field": one.field, "compared": one.compared });
    let fields: Vec<_> = rule.fields.iter().map(field).collect();
    let mut object = json!({ "rule": rule.id, "effect": rule.effect.as_str(), "matches": rule.matches });
    if let Some(object) = object.as_object_mut() {
        put(object, if rule.matches { "matching" } else { "failing" }, fields.into());
    }
    object
}

fn outlook(outlook: &Outlook, zone: &TimeZone) -> Value {
    match outlook {
        Outlook::Changes(DecisionChange { at, then, because }) => json!({
            "changes": "at", "at": shown(*at, zone), "because": because, "then": answer(then, zone),
        }),
        Outlook::Stays => json!({ "changes": "never" }),
        Outlook::NotInSight => json!({ "changes": "not-in-sight", "days": Outlook::HORIZON }),
    }
}

/// What somebody may reach, or may not.
pub(super) fn access(access: &Access, zone: &TimeZone) -> Value {
    let mut object = answer(&access.decision, zone);
    put(&mut object, "operator", json!(access.operator));
    put(&mut object, "asset", json!(access.asset));
    put(&mut object, "login", json!(access.login));
    put(&mut object, "protocol", json!(access.protocol));
    put(&mut object, "files", json!(access.files));
    put(&mut object, "forward_to", access.forward_to.iter().map(ToString::to_string).collect());
    put(&mut object, "from", access.from.iter().map(ToString::to_string).collect());
    put(&mut object, "except", access.except.iter().map(ToString::to_string).collect());
    object.into()
}

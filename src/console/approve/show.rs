//! Requests and openings as they are printed.

use serde_json::{Value, json};

use super::super::out::Out;
use super::super::run::Failure;
use super::super::time;
use crate::approval::{Opening, Request, Subject, What};
use crate::evidence::{masked, plain};
use crate::session::Services;

/// What waits.
pub(super) async fn request(services: &Services, request: &Request, out: &Out) -> Result<(), Failure> {
    let zone = &services.config.timezone;
    let mut object = about(&request.subject);
    let more = json!({
        "approval": request.id, "state": "waiting", "at": time::shown(request.at, zone),
        "source": request.source, "session": request.session, "danger": request.danger,
        "reason": request.reason, "lapses": time::shown(request.lapses, zone),
    });
    merge(&mut object, more);
    let text = || {
        format!(
            "{}  {} from {}  {}  ({})  until {}",
            request.id,
            request.subject.operator,
            request.source,
            what(&request.subject),
            plain(&request.reason),
            time::brief(request.lapses, zone),
        )
    };
    Ok(out.record(&object, text).await?)
}

/// What was granted for a while.
pub(super) async fn opening(services: &Services, opening: &Opening, out: &Out) -> Result<(), Failure> {
    let zone = &services.config.timezone;
    let mut object = about(&opening.subject);
    let until = time::shown(opening.until, zone);
    merge(
        &mut object,
        json!({ "approval": opening.id, "state": "granted", "by": opening.by, "until": until }),
    );
    let text = || {
        format!(
            "{}  {}  {}  until {}  granted by {}",
            opening.id,
            opening.subject.operator,
            what(&opening.subject),
            time::brief(opening.until, zone),
            opening.by,
        )
    };
    Ok(out.record(&object, text).await?)
}

fn about(subject: &Subject) -> Value {
    let (kind, command) = match &subject.what {
        What::Session => ("session", None),
        What::Command(line) => ("command", Some(masked(line))),
    };
    json!({
        "operator": subject.operator, "asset": subject.asset, "login": subject.login,
        "what": kind, "command": command,
    })
}

fn merge(object: &mut Value, more: Value) {
    if let (Value::Object(object), Value::Object(more)) = (object, more) {
        object.extend(more);
    }
}

/// For an officer's eyes: the command as it is, but for its passwords and what would move their cursor.
fn what(subject: &Subject) -> String {
    let place = format!("{}@{}", subject.login, subject.asset);
    match &subject.what {
        What::Session => format!("a session on {place}"),
        What::Command(line) => format!("on {place}: {}", plain(&masked(line))),
    }
}

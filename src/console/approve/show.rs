//! Requests and openings as they are printed: an officer sees all of what they agree to.

use serde_json::{Value, json};

use super::super::out::Out;
use super::super::run::Failure;
use super::super::say::say;
use super::super::time;
use crate::access::Services;
use crate::approval::{Opening, Request, Subject, What};
use crate::command::masked;
use crate::domain::plain;

/// What waits.
pub(super) async fn request(services: &Services, request: &Request, out: &Out) -> Result<(), Failure> {
    let zone = &services.config.timezone;
    let mut object = about(&request.subject);
    let more = json!({
        "approval": request.id, "state": "waiting", "at": time::told(request.at, zone),
        "source": request.source, "session": request.session, "danger": request.danger,
        "programs": request.programs, "reason": request.reason, "lapses": time::shown(request.lapses, zone),
    });
    merge(&mut object, more);
    let text = || {
        let (id, operator) = (request.id.as_str(), request.subject.operator.as_str());
        let head = say!(
            services,
            "approve.waits",
            id = id,
            operator = operator,
            source = request.source.to_string(),
            place = place(&request.subject),
            since = time::told(request.at, zone),
            until = time::told(request.lapses, zone),
        );
        let programs = request.programs.iter().map(|program| plain(program)).collect::<Vec<_>>().join(", ");
        let danger = request.danger.map(|danger| danger.as_str()).unwrap_or_default();
        let mut lines = vec![head];
        lines.extend(what(services, &request.subject));
        let fields =
            [("programs", programs), ("danger", danger.to_owned()), ("reason", plain(&request.reason))];
        let fields = fields.map(|(name, value)| (say!(services, format!("approve.{name}")), value));
        let said = fields.into_iter().filter(|(_, value)| !value.is_empty());
        lines.extend(said.map(|(name, value)| format!("    {name}{value}")));
        lines.join("\n")
    };
    Ok(out.records(&object, text).await?)
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
        let (id, operator, by) = (opening.id.as_str(), opening.subject.operator.as_str(), plain(&opening.by));
        let (place, until) = (place(&opening.subject), time::told(opening.until, zone));
        let head = say!(
            services,
            "approve.open",
            id = id,
            operator = operator,
            place = place,
            until = until,
            by = by
        );
        std::iter::once(head).chain(what(services, &opening.subject)).collect::<Vec<_>>().join("\n")
    };
    Ok(out.records(&object, text).await?)
}

fn about(subject: &Subject) -> Value {
    let (kind, command) = match &subject.what {
        What::Session => ("session", None),
        What::Command(line) => ("command", Some(masked(line).text)),
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

fn place(subject: &Subject) -> String {
    plain(&format!("{}@{}", subject.login, subject.asset))
}

/// For an officer's eyes: the command as it is, a row for each of its lines, but for its passwords and what would
/// move their cursor.
fn what(services: &Services, subject: &Subject) -> Vec<String> {
    match &subject.what {
        What::Session => vec![format!("    {}", say!(services, "approve.session"))],
        What::Command(line) => {
            masked(line).text.split('\n').map(|line| format!("    | {}", plain(line))).collect()
        }
    }
}

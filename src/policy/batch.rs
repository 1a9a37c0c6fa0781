//! Requests as lines of JSON, decisions as lines of JSON.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{CommandSetName, FileAccess, Protocol, RuleId, Via};
use crate::lockdown::Lockdowns;

use super::{Address, Decision, Handling, Policy, Request};

/// Answers one line; a line that is no request is answered with what is wrong with it.
pub fn decide_line(policy: &Policy, lockdowns: &Lockdowns, line: &str) -> String {
    match parse_request(line) {
        Ok(request) => render(&policy.decide(&request, lockdowns)),
        Err(error) => serde_json::json!({ "error": error.to_string() }).to_string(),
    }
}

/// Why a line is no request.
#[derive(Debug, thiserror::Error)]
pub(super) enum InvalidRequest {
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    #[error("`source` is not an IP address")]
    Source,
    #[error("`at` is not a time as RFC 3339 writes it, with an offset")]
    Time,
    #[error("`file` belongs to sftp and scp")]
    StrayFile,
    #[error("`forward_to` belongs to forward")]
    StrayForward,
    #[error("a forward needs `forward_to`")]
    MissingForward,
    #[error("`forward_to`: {0}")]
    Forward(#[from] super::InvalidAddress),
}

/// A request as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    operator: String,
    source: String,
    #[serde(default)]
    via: Via,
    asset: String,
    login: String,
    protocol: Protocol,
    file: Option<FileAccess>,
    forward_to: Option<String>,
    at: String,
}

/// Reads one request.
pub(super) fn parse_request(line: &str) -> Result<Request, InvalidRequest> {
    let line: Line = serde_json::from_str(line)?;
    let of_files = matches!(line.protocol, Protocol::Sftp | Protocol::Scp);
    if line.file.is_some() && !of_files {
        return Err(InvalidRequest::StrayFile);
    }
    let forward_to = match (line.protocol, line.forward_to) {
        (Protocol::Forward, Some(to)) => Some(Address::parse(&to)?),
        (Protocol::Forward, None) => return Err(InvalidRequest::MissingForward),
        (_, Some(_)) => return Err(InvalidRequest::StrayForward),
        (_, None) => None,
    };
    Ok(Request {
        operator: line.operator,
        source: line.source.parse::<IpAddr>().map_err(|_| InvalidRequest::Source)?,
        via: line.via,
        asset: line.asset,
        login: line.login,
        protocol: line.protocol,
        file: line.file.unwrap_or_default(),
        forward_to,
        at: parse_rfc3339(&line.at).ok_or(InvalidRequest::Time)?,
    })
}

/// RFC 3339 §5.6 and nothing else that a library may understand.
fn parse_rfc3339(text: &str) -> Option<Timestamp> {
    let (date_time, rest) = text.split_at_checked(19)?;
    let shaped = date_time.bytes().zip("dddd-dd-ddTdd:dd:dd".bytes()).all(|(c, shape)| match shape {
        b'd' => c.is_ascii_digit(),
        b'T' => matches!(c, b'T' | b't' | b' '),
        _ => c == shape,
    });
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    let offset = matches!(zone.as_bytes(), [b'Z' | b'z'] | [b'+' | b'-', _, _, b':', _, _]);
    (shaped && offset).then(|| text.parse().ok()).flatten()
}

/// A decision as it is written: the fields of a refusal, and those of a grant where it is one.
#[derive(Serialize)]
struct Answer<'a> {
    decision: &'static str,
    reason: &'static str,
    rules: &'a [RuleId],
    #[serde(flatten)]
    grant: Option<Grant<'a>>,
}

#[derive(Serialize)]
struct Grant<'a> {
    approval: bool,
    commands: &'a [CommandSetName],
    max_session: Option<u64>,
    idle: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remember: Option<u64>,
    until: Option<Timestamp>,
    #[serde(flatten)]
    handling: Handling,
}

impl Serialize for Decision {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let answer = match self {
            Self::Allow(allowance) => Answer {
                decision: "allow",
                reason: "rule",
                rules: &allowance.rules,
                grant: Some(Grant {
                    approval: allowance.approval,
                    commands: &allowance.commands,
                    max_session: allowance.max_session.map(|longest| longest.as_secs()),
                    idle: allowance.idle.map(|longest| longest.as_secs()),
                    remember: allowance.remember.map(|longest| longest.as_secs()),
                    until: allowance.until,
                    handling: allowance.handling,
                }),
            },
            Self::Deny(denial) => {
                Answer { decision: "deny", reason: denial.reason.as_str(), rules: &denial.rules, grant: None }
            }
        };
        answer.serialize(to)
    }
}

/// Writes a decision.
pub(super) fn render(decision: &Decision) -> String {
    // Strings, numbers and lists always serialise; an error here would still be told, as an error.
    serde_json::to_string(decision)
        .unwrap_or_else(|error| serde_json::json!({ "error": error.to_string() }).to_string())
}

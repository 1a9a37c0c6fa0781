//! `juyong approve …`.

use super::readers::{Readers, Told};
use super::say::say;
use super::tree::Approve;
use super::waiting;
use crate::admin::{
    AdminError, ApprovalList, ApprovalSubject, ApproveOutcome, ApproveRequest, OpenApproval, WaitingApproval,
};
use crate::config::TimeSpan;
use crate::domain::plain;

pub(super) fn request(command: &Approve) -> Result<ApproveRequest, AdminError> {
    Ok(match command {
        Approve::List { watch: false } => ApproveRequest::List,
        Approve::List { watch: true } => ApproveRequest::Waiting,
        Approve::Withdraw { id } => ApproveRequest::Withdraw { request: id.clone() },
        Approve::Grant { id, lasts, reason } => {
            let lasts = lasts.as_deref().map(TimeSpan::parse).transpose().map_err(AdminError::invalid)?;
            let lasts = lasts.map(|lasts| lasts.as_duration());
            ApproveRequest::Grant { approval: id.clone(), lasts, reason: reason.clone() }
        }
        Approve::Refuse { id, reason } => {
            ApproveRequest::Refuse { approval: id.clone(), reason: reason.clone() }
        }
    })
}

pub(super) fn told(outcome: &ApproveOutcome, readers: Readers) -> Vec<Told> {
    match outcome {
        ApproveOutcome::List(all) => list(all, readers),
        ApproveOutcome::Waiting(waiting) => waiting.iter().map(|one| request_text(one, readers)).collect(),
        ApproveOutcome::Granted(it) => vec![word("approve.granted", &it.approval, &it.operator, readers)],
        ApproveOutcome::Refused(it) => vec![word("approve.refused", &it.approval, &it.operator, readers)],
        ApproveOutcome::Withdrawn(it) => {
            vec![Told::Line(say!(readers, "approve.withdrawn", id = plain(&it.request)))]
        }
    }
}

fn list(all: &ApprovalList, readers: Readers) -> Vec<Told> {
    let ApprovalList { waiting, openings, requests } = all;
    let waiting = waiting.iter().map(|one| request_text(one, readers));
    let openings = openings.iter().map(|one| opening(one, readers));
    let requests = requests.iter().map(|one| Told::Lines(waiting::told(one, readers)));
    let told: Vec<_> = waiting.chain(openings).chain(requests).collect();
    if told.is_empty() { vec![Told::Line(say!(readers, "approve.none"))] } else { told }
}

fn word(
    key: &str,
    approval: &crate::domain::ApprovalId,
    operator: &crate::domain::OperatorName,
    readers: Readers,
) -> Told {
    Told::Line(say!(readers, key, id = approval.as_str(), operator = operator.as_str()))
}

/// What waits: an officer sees all of what they agree to.
fn request_text(request: &WaitingApproval, readers: Readers) -> Told {
    let (id, operator) = (request.approval.as_str(), request.subject.operator.as_str());
    let head = say!(
        readers,
        "approve.waits",
        id = id,
        operator = operator,
        source = request.source.to_string(),
        place = place(&request.subject),
        since = request.at.as_str(),
        until = request.lapses.told(),
    );
    let programs = request.programs.iter().map(|program| plain(program)).collect::<Vec<_>>().join(", ");
    let danger = request.danger.map(|danger| danger.as_str()).unwrap_or_default();
    let mut lines = vec![head];
    lines.extend(what(&request.subject, readers));
    let fields = [("programs", programs), ("danger", danger.to_owned()), ("reason", plain(&request.reason))];
    let fields = fields.map(|(name, value)| (say!(readers, format!("approve.{name}")), value));
    let said = fields.into_iter().filter(|(_, value)| !value.is_empty());
    lines.extend(said.map(|(name, value)| format!("    {name}{value}")));
    Told::Lines(lines.join("\n"))
}

/// What was granted for a while.
fn opening(opening: &OpenApproval, readers: Readers) -> Told {
    let (id, operator, by) =
        (opening.approval.as_str(), opening.subject.operator.as_str(), plain(&opening.by));
    let (place, until) = (place(&opening.subject), opening.until.told());
    let head =
        say!(readers, "approve.open", id = id, operator = operator, place = place, until = until, by = by);
    Told::Lines(std::iter::once(head).chain(what(&opening.subject, readers)).collect::<Vec<_>>().join("\n"))
}

fn place(subject: &ApprovalSubject) -> String {
    plain(&format!("{}@{}", subject.login, subject.asset))
}

/// The command as it is, a row for each of its lines, but for its passwords and what would move a cursor.
fn what(subject: &ApprovalSubject, readers: Readers) -> Vec<String> {
    match &subject.command {
        None => vec![format!("    {}", say!(readers, "approve.session"))],
        Some(line) => line.split('\n').map(|line| format!("    | {}", plain(line))).collect(),
    }
}

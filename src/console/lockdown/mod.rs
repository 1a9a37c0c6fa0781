//! `juyong lockdown …`.

mod signal;
mod status;
mod text;

use jiff::Timestamp;

use super::readers::{Readers, Told};
use super::say::say;
use super::time::Times;
use super::tree::{Aim, LockdownCommand as Command, ReportFormat};
use crate::access::Services;
use crate::admin::{
    AdminError, AdminErrorKind, LockdownAim, LockdownOutcome, LockdownReportFormat, LockdownRequest,
    NewPermit,
};
use crate::config::TimeSpan;
use crate::domain::{AssetName, OperatorName, Sense, Tell};
use crate::lockdown::{InvalidScope, Scope, parse_except};

pub use signal::{inbox, watch};
pub(super) use text::failed;

pub(super) fn request(
    services: &Services,
    command: &Command,
    json: bool,
) -> Result<LockdownRequest, AdminError> {
    let times = Times::of(services);
    Ok(match command {
        Command::Plan { aim, .. } => LockdownRequest::Plan(read_aim(times, aim)?),
        Command::Start { reason, aim } => {
            LockdownRequest::Start { reason: reason.clone(), aim: read_aim(times, aim)? }
        }
        Command::Status => LockdownRequest::Status,
        Command::Allow { id, operator, asset, until, ticket } => LockdownRequest::Allow(NewPermit {
            lockdown: id.clone(),
            operator: OperatorName::parse(operator)?,
            asset: asset.as_deref().map(AssetName::parse).transpose()?,
            until: until.as_deref().map(|text| read(times, text)).transpose()?,
            ticket: ticket.clone(),
        }),
        Command::Lift { id, reason } => {
            LockdownRequest::Lift { lockdown: id.clone(), reason: reason.clone() }
        }
        Command::Confirm { id } => LockdownRequest::Confirm { request: id.clone() },
        Command::Codes { operator, count, opens } => LockdownRequest::Codes {
            operator: OperatorName::parse(operator)?,
            count: *count,
            opens: TimeSpan::parse(opens).map_err(AdminError::invalid)?.as_duration(),
        },
        Command::Report { id, format, signed } => LockdownRequest::Report {
            lockdown: id.clone(),
            format: match format {
                _ if json => LockdownReportFormat::Json,
                ReportFormat::Text => LockdownReportFormat::Text,
                ReportFormat::Json => LockdownReportFormat::Json,
                ReportFormat::Csv => LockdownReportFormat::Csv,
            },
            signed: *signed,
        },
    })
}

fn read_aim(times: Times<'_>, aim: &Aim) -> Result<LockdownAim, AdminError> {
    Ok(LockdownAim {
        order: aim.order.clone(),
        scope: scope(times, &aim.scope)?,
        except: parse_except(&aim.except)?,
        until: aim.until.as_deref().map(|text| read(times, text)).transpose()?,
    })
}

fn read(times: Times<'_>, text: &str) -> Result<Timestamp, AdminError> {
    times.read("--until", text, Sense::Until)
}

/// Whom it is aimed at. Nobody is not meant, whatever stands there.
fn scope(times: Times<'_>, text: &str) -> Result<Scope, AdminError> {
    let readers = Readers(times.language);
    Scope::parse(text).map_err(|error| {
        AdminError::new(
            AdminErrorKind::Invalid,
            match error {
                InvalidScope::Empty => say!(readers, "lockdown.scope-empty"),
                InvalidScope::AllAndMore => say!(readers, "lockdown.scope-all"),
                InvalidScope::Name(error) => {
                    say!(readers, "lockdown.scope-name", error = error.told(times.language))
                }
            },
        )
    })
}

pub(super) fn told(outcome: &LockdownOutcome, readers: Readers) -> Vec<Told> {
    match outcome {
        LockdownOutcome::Plan(plan) => text::plan(plan, readers),
        LockdownOutcome::Status(status) => status::told(status, readers),
        LockdownOutcome::Effect(effect) => text::effect(effect, readers),
        LockdownOutcome::Report(report) => vec![Told::Raw(report.file.clone())],
    }
}

//! `juyong policy …`. What needs only files runs where it is called ([`here`]).

mod changes;
mod explain;
mod question;
mod reach;
mod told;
mod unfit;

use std::path::PathBuf;

use super::failure::Failure;
use super::out::Out;
use super::readers::Readers;
use super::render;
use super::say::say;
use super::time::Times;
use super::tree::{From, PolicyCommand, PolicySource};
use crate::access::Services;
use crate::admin::{
    self, AdminError, AdminErrorKind, AdminOutcome, Ground, PolicyOutcome, PolicyPlace, PolicyQuestion,
    PolicyRequest, Setting,
};
use crate::domain::{Language, Remark, Sense};

pub(super) use told::{applied, failed, told, unapplied};

/// How many rows are asked for at a time.
const ROWS: u32 = 1000;

pub(super) fn request(services: &Services, command: &PolicyCommand) -> Result<PolicyRequest, AdminError> {
    Ok(match command {
        PolicyCommand::Apply { dir, dry_run: true, .. } => PolicyRequest::Rehearse { dir: dir.clone() },
        PolicyCommand::Apply { dir, reason, .. } => {
            let reason: &Remark = reason.as_ref().ok_or_else(|| no_reason(services))?;
            PolicyRequest::Apply { dir: dir.clone(), reason: reason.clone() }
        }
        PolicyCommand::History => PolicyRequest::History { after: None, limit: ROWS },
        PolicyCommand::Show { version } => PolicyRequest::Show { version: *version },
        PolicyCommand::Rollback { version, reason } => {
            PolicyRequest::Rollback { version: *version, reason: reason.clone() }
        }
        PolicyCommand::Diff { places, replay } => diff(services, places, replay.as_deref())?,
        _ => PolicyRequest::Ask(question(command, &Setting::of(services))?),
    })
}

fn no_reason(services: &Services) -> AdminError {
    AdminError::new(AdminErrorKind::Invalid, say!(services, "policy.no-reason"))
}

/// One alone is compared with what is in force.
fn diff(
    services: &Services,
    places: &[PolicySource],
    since: Option<&str>,
) -> Result<PolicyRequest, AdminError> {
    let (old, new) = match places {
        [] => (None, PolicyPlace::Configured),
        [new] => (None, place(new)),
        [old, new, ..] => (Some(place(old)), place(new)),
    };
    let Some(since) = since else { return Ok(PolicyRequest::Diff { old, new }) };
    if old.is_some() {
        return Err(invalid(&say!(services, "policy.replay-one")));
    }
    let since = Times::of(services).read("--replay", since, Sense::Since);
    Ok(PolicyRequest::Replay { since: since?, new })
}

fn place(place: &PolicySource) -> PolicyPlace {
    match place {
        PolicySource::Version(number) => PolicyPlace::Version(*number),
        PolicySource::Dir(dir) => PolicyPlace::Dir(dir.clone()),
    }
}

fn invalid(text: &str) -> AdminError {
    AdminError::new(AdminErrorKind::Invalid, text)
}

/// What can be asked of any ground.
fn question(command: &PolicyCommand, setting: &Setting) -> Result<PolicyQuestion, AdminError> {
    Ok(match command {
        PolicyCommand::Explain(asked) => PolicyQuestion::Explain(question::explain(asked, setting)?),
        PolicyCommand::Who(asked) => PolicyQuestion::Who(question::who(asked, setting)?),
        PolicyCommand::What(asked) => PolicyQuestion::What(question::what(asked, setting)?),
        PolicyCommand::PlanDocument { language, .. } => {
            let read = |tag: &String| {
                Language::parse(tag).ok_or_else(|| question::wrong(setting, "policy.no-language", tag))
            };
            PolicyQuestion::PlanDocument(language.as_ref().map(read).transpose()?)
        }
        _ => return Err(question::wrong(setting, "policy.host-only", "policy")),
    })
}

/// Runs what needs no gateway. `dir` is where policy files are when none is named.
pub async fn here(
    command: &PolicyCommand,
    dir: Result<PathBuf, Failure>,
    setting: &Setting,
    out: &Out,
) -> Result<(), Failure> {
    let told = |error: AdminError| Failure::text(error.told(setting.language));
    let outcome = match command {
        PolicyCommand::Check { dir: named } => {
            let dir = named.clone().map_or(dir, Ok)?;
            PolicyOutcome::Checked(admin::check_policy(&dir, setting).map_err(told)?)
        }
        PolicyCommand::Test { dir: named } => {
            let dir = named.clone().map_or(dir, Ok)?;
            PolicyOutcome::Tested(admin::test_policy(&dir, setting).map_err(told)?)
        }
        PolicyCommand::Diff { places, .. } => compared(places, setting).await.map_err(told)?,
        _ => asked(command, setting).await.map_err(told)?,
    };
    let (outcome, readers) = (AdminOutcome::Policy(outcome), Readers(setting.language));
    render::print(&outcome, readers, out).await?;
    match render::failed(&outcome, readers) {
        Some(failed) => Err(Failure::text(failed)),
        None => Ok(()),
    }
}

async fn compared(places: &[PolicySource], setting: &Setting) -> Result<PolicyOutcome, AdminError> {
    let [PolicySource::Dir(old), PolicySource::Dir(new)] = places else {
        return Err(question::wrong(setting, "policy.no-versions-here", ""));
    };
    let (old, new) = (Ground::of_files(old, setting)?, Ground::of_files(new, setting)?);
    admin::compare_policies(&old, &new).await.map(PolicyOutcome::Diff)
}

async fn asked(command: &PolicyCommand, setting: &Setting) -> Result<PolicyOutcome, AdminError> {
    let Some(dir) = named(command) else {
        return Err(question::wrong(setting, "policy.name-one", "--policies"));
    };
    let question = question(command, setting)?;
    let answer = admin::ask_policy(&Ground::of_files(dir, setting)?, question).await?;
    Ok(PolicyOutcome::Answered(answer))
}

/// The directory that a question names.
fn named(command: &PolicyCommand) -> Option<&PathBuf> {
    let From { policies } = match command {
        PolicyCommand::Explain(asked) => &asked.asked.from,
        PolicyCommand::Who(asked) => &asked.search.asked.from,
        PolicyCommand::What(asked) => &asked.search.asked.from,
        PolicyCommand::PlanDocument { from, .. } => from,
        _ => return None,
    };
    policies.as_ref()
}

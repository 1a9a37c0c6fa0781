//! Policy files: checked, asked, compared, and put in force.
//!
//! What needs only files runs where it is called ([`here`]); what needs the policy in force runs in the
//! gateway ([`run`]). Both ask the same functions, on a [`Ground`].

mod check;
mod diff;
mod document;
mod drift;
mod explain;
mod history;
mod reach;
mod read;
mod replay;
mod test;
mod versions;

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::out::Out;
use super::run::{Caller, Failure};
use super::tree::{From, Place, Policy as Question};
use crate::access::Services;
use crate::access::live::Standing;
use crate::domain::Language;
use crate::lockdown::Lockdowns;
use crate::policy::{self, Policy};

pub(crate) use check::prove;
pub(crate) use drift::{differs, drift};
pub(crate) use read::read;
pub(crate) use versions::{PolicyChange, enforce};

/// Where and when a question is asked.
#[derive(Debug, Clone)]
pub struct Setting {
    /// For dates without a time zone, and for showing times.
    pub zone: TimeZone,
    pub language: Language,
    pub now: Timestamp,
}

/// What a question is asked of: the state in force, or files that nobody has applied.
pub(super) struct Ground {
    pub standing: Arc<Standing>,
    pub setting: Setting,
}

/// Loads a directory; the error holds every fault.
fn load(dir: &Path, zone: &TimeZone) -> Result<Policy, Failure> {
    policy::load(&read(dir)?, zone).map_err(|faults| {
        let texts: Vec<_> = faults.iter().map(ToString::to_string).collect();
        Failure(texts.join("\n"))
    })
}

impl Ground {
    fn of_files(dir: &Path, setting: &Setting) -> Result<Self, Failure> {
        let standing = Standing {
            policy: Arc::new(load(dir, &setting.zone)?),
            policy_version: 0,
            lockdowns: Lockdowns::default(),
            disabled: std::collections::BTreeMap::new(),
            devices: Arc::default(),
            draining: false,
            killed: Default::default(),
            over: false,
        };
        Ok(Self { standing: Arc::new(standing), setting: setting.clone() })
    }

    /// The directory that is named, else the state in force.
    fn of(from: &From, services: Option<&Services>, setting: &Setting) -> Result<Self, Failure> {
        match (&from.policies, services) {
            (Some(dir), None) => Self::of_files(dir, setting),
            (None, Some(services)) => {
                Ok(Self { standing: services.live.standing(), setting: setting.clone() })
            }
            (Some(_), Some(_)) => Err(Failure("--policies: runs on the host only".into())),
            (None, None) => Err(Failure("no policy: name a directory with --policies".into())),
        }
    }
}

/// Runs what needs no gateway. `dir` is where policy files are when none is named.
pub async fn here(
    question: &Question,
    dir: Result<&Path, Failure>,
    setting: &Setting,
    out: &Out,
) -> Result<(), Failure> {
    match question {
        Question::Check { dir: named } => check::check(named.as_deref().map_or(dir, Ok)?, setting, out).await,
        Question::Test { dir: named } => test::test(named.as_deref().map_or(dir, Ok)?, setting, out).await,
        Question::Diff { places, .. } => match places.as_slice() {
            [Place::Dir(old), Place::Dir(new)] => {
                let (old, new) = (load(old, &setting.zone)?, load(new, &setting.zone)?);
                diff::show(old, new, setting, out).await
            }
            _ => Err(Failure("versions are known to the gateway only".into())),
        },
        _ => ask(question, None, setting, out).await,
    }
}

/// Runs what needs the gateway's state.
pub(super) async fn run(
    services: &Arc<Services>,
    caller: &Caller,
    question: &Question,
    out: &Out,
) -> Result<(), Failure> {
    match question {
        Question::Apply { dir, reason, dry_run } => {
            let reason = reason.as_deref().unwrap_or_default();
            versions::apply(services, caller, dir.as_deref(), reason, *dry_run, out).await
        }
        Question::History => history::history(services, out).await,
        Question::Show { version } => history::show(services, *version, out).await,
        Question::Rollback { version, reason } => {
            versions::rollback(services, caller, *version, reason, out).await
        }
        Question::Diff { places, replay } => diff::run(services, places, replay.as_deref(), out).await,
        _ => ask(question, Some(services), &setting(services), out).await,
    }
}

/// The gateway's own.
fn setting(services: &Services) -> Setting {
    Setting {
        zone: services.config.timezone.clone(),
        language: services.language(),
        now: services.clock.now(),
    }
}

/// Questions that can be put to either ground.
async fn ask(
    question: &Question,
    services: Option<&Services>,
    setting: &Setting,
    out: &Out,
) -> Result<(), Failure> {
    match question {
        Question::Explain(question) => {
            let ground = Ground::of(&question.asked.from, services, setting)?;
            explain::explain(&ground, question, out).await
        }
        Question::Who(question) => {
            let ground = Ground::of(&question.search.asked.from, services, setting)?;
            reach::who(&ground, question, out).await
        }
        Question::What(question) => {
            let ground = Ground::of(&question.search.asked.from, services, setting)?;
            reach::what(&ground, question, out).await
        }
        Question::PlanDocument { from, language } => {
            let ground = Ground::of(from, services, setting)?;
            document::write(&ground, language.as_deref(), out).await
        }
        _ => Err(Failure("this runs on the host only".into())),
    }
}

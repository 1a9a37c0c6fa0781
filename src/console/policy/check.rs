//! `policy check`: every error with its place, every test that fails, and every doubt.

use std::path::Path;
use std::sync::Arc;

use jiff::tz::TimeZone;
use rust_i18n::t;
use serde::Serialize;

use super::super::out::Out;
use super::super::run::Failure;
use super::{Setting, read};
use crate::domain::Language;
use crate::policy::{self, Diagnostic, Policy, SourceFile, TestFailure};

/// Why a set of files may not come into force.
pub(crate) enum Unfit {
    Faulty(Vec<Diagnostic>),
    Failing { failures: Vec<TestFailure>, tests: usize },
}

/// A policy that is right and whose tests hold.
pub(crate) fn prove(files: &[SourceFile], zone: &TimeZone) -> Result<Policy, Unfit> {
    let policy = policy::load(files, zone).map_err(Unfit::Faulty)?;
    let (failures, tests) = (policy.failing_tests(), policy.tests().len());
    if failures.is_empty() { Ok(policy) } else { Err(Unfit::Failing { failures, tests }) }
}

/// The same with the files of a running gateway: many rules and tests take long, and its threads carry sessions.
pub(super) async fn prove_apart(
    files: Vec<SourceFile>,
    zone: &TimeZone,
) -> Result<(Vec<SourceFile>, Result<Arc<Policy>, Unfit>), Failure> {
    let zone = zone.clone();
    let work = move || {
        let found = prove(&files, &zone).map(Arc::new);
        (files, found)
    };
    Ok(tokio::task::spawn_blocking(work).await?)
}

impl Unfit {
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Faulty(faults) => faults.len(),
            Self::Failing { failures, .. } => failures.len(),
        }
    }

    /// The first of them in one line.
    pub(super) fn first(&self) -> String {
        match self {
            Self::Faulty(faults) => faults.first().map(Diagnostic::summary),
            Self::Failing { failures, .. } => failures.first().map(|failure| failure.fault.summary()),
        }
        .unwrap_or_default()
    }

    /// All of them, each with its place.
    pub(crate) fn in_full(&self) -> String {
        let texts: Vec<_> = match self {
            Self::Faulty(faults) => faults.iter().map(ToString::to_string).collect(),
            Self::Failing { failures, .. } => failures.iter().map(ToString::to_string).collect(),
        };
        texts.join("\n")
    }

    /// Tells all of them.
    pub(super) async fn tell(&self, language: Language, out: &Out) -> Result<(), Failure> {
        match self {
            Self::Faulty(faults) => tell(faults, |fault| fault.told(language), out).await,
            Self::Failing { failures, .. } => tell(failures, ToString::to_string, out).await,
        }
    }
}

impl Unfit {
    /// How much is wrong, for a person.
    pub(super) fn told(&self, language: Language) -> String {
        match self {
            Self::Faulty(faults) => count(faults.len(), "errors", language),
            Self::Failing { failures, tests } => {
                let (tag, failed) = (language.tag(), failures.len().to_string());
                t!("policy.failing", locale = tag, failed = failed, count = tests.to_string()).into_owned()
            }
        }
    }
}

/// For a person on standard error, for a program as records.
async fn tell<T: Serialize>(wrong: &[T], told: impl Fn(&T) -> String, out: &Out) -> Result<(), Failure> {
    for one in wrong {
        if out.json {
            out.line(serde_json::to_string(one)?).await?;
        } else {
            out.error(told(one)).await?;
        }
    }
    Ok(())
}

/// The policy of a directory, and in how many files it stands; what is wrong with it is told.
pub(super) async fn proven(dir: &Path, setting: &Setting, out: &Out) -> Result<(Policy, usize), Failure> {
    let files = read(dir)?;
    match prove(&files, &setting.zone) {
        Ok(policy) => Ok((policy, files.len())),
        Err(unfit) => {
            unfit.tell(setting.language, out).await?;
            Err(Failure(format!("{}: {}", dir.display(), unfit.told(setting.language))))
        }
    }
}

/// Checks a directory; every error is told, with its place. Doubts are told too, and change nothing.
pub(super) async fn check(dir: &Path, setting: &Setting, out: &Out) -> Result<(), Failure> {
    let (policy, files) = proven(dir, setting, out).await?;
    let (operators, assets) = (policy.operators().count(), policy.assets().count());
    let (lints, tests) = (policy.lints(setting.now), policy.tests().len());
    let object = serde_json::json!({
        "ok": true, "files": files, "operators": operators, "assets": assets, "tests": tests,
        "digest": policy.digest(), "warnings": lints,
    });
    if !out.json {
        for lint in &lints {
            out.error(lint.to_string()).await?;
        }
    }
    let text = || {
        let (language, tag) = (setting.language, setting.language.tag());
        let more =
            [(tests, "tests"), (lints.len(), "warnings")].into_iter().filter(|(number, _)| *number > 0);
        let more = more.map(|(number, what)| {
            t!("policy.and", locale = tag, what = count(number, what, language)).into_owned()
        });
        let all = [(files, "files"), (operators, "operators"), (assets, "assets")];
        let all =
            all.map(|(number, what)| count(number, what, language)).join(&*t!("console.comma", locale = tag));
        t!("policy.checked", locale = tag, what = all, more = more.collect::<String>()).into_owned()
    };
    Ok(out.record(&object, text).await?)
}

/// `1 file`, `2 files`.
pub(super) fn count(number: usize, what: &str, language: Language) -> String {
    let form = if number == 1 { "one" } else { "many" };
    t!(format!("policy.{what}-{form}"), locale = language.tag(), count = number.to_string()).into_owned()
}

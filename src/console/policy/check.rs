//! `policy check`: every error with its place, every test that fails, and every doubt.

use std::path::Path;

use serde::Serialize;

use super::super::out::Out;
use super::super::run::Failure;
use super::{Setting, read};
use crate::policy::{self, Policy, SourceFile};

/// Checks a directory; every error is told, with its place. Doubts are told too, and change nothing.
pub(super) async fn check(dir: &Path, setting: &Setting, out: &Out) -> Result<(), Failure> {
    let files = read(dir)?;
    let policy = tested(&files, setting, out).await.map_err(|failure| in_dir(dir, &failure))?;
    let (operators, assets) = (policy.operators().count(), policy.assets().count());
    let (lints, tests) = (policy.lints(setting.now), policy.tests().len());
    let object = serde_json::json!({
        "ok": true, "files": files.len(), "operators": operators, "assets": assets, "tests": tests,
        "digest": policy.digest(), "warnings": lints,
    });
    if !out.json {
        for lint in &lints {
            out.error(lint.to_string()).await?;
        }
    }
    let passed = if tests == 0 { String::new() } else { format!(", {tests} tests passed") };
    let counted = if lints.is_empty() { String::new() } else { format!(", {} warnings", lints.len()) };
    let text = || {
        format!("{} files, {operators} operators, {assets} assets: no error{passed}{counted}", files.len())
    };
    Ok(out.record(&object, text).await?)
}

/// A policy that is right and whose tests hold. What is wrong is told, each with its place.
pub(super) async fn tested(files: &[SourceFile], setting: &Setting, out: &Out) -> Result<Policy, Failure> {
    let policy = sound(files, setting, out).await?;
    let failures = policy.failing_tests();
    if failures.is_empty() {
        return Ok(policy);
    }
    tell(&failures, out).await?;
    Err(Failure(count(failures.len(), policy.tests().len())))
}

/// A policy without an error. What is wrong is told, each with its place.
pub(super) async fn sound(files: &[SourceFile], setting: &Setting, out: &Out) -> Result<Policy, Failure> {
    match policy::load(files, &setting.zone) {
        Ok(policy) => Ok(policy),
        Err(faults) => {
            tell(&faults, out).await?;
            Err(Failure(match faults.len() {
                1 => "1 error".to_owned(),
                errors => format!("{errors} errors"),
            }))
        }
    }
}

pub(super) fn in_dir(dir: &Path, failure: &Failure) -> Failure {
    Failure(format!("{}: {}", dir.display(), failure.0))
}

pub(super) fn count(failed: usize, tests: usize) -> String {
    format!("{failed} of {tests} tests fail")
}

/// Tells what is wrong: for a person on standard error, for a program as records.
pub(super) async fn tell<T: Serialize + ToString>(wrong: &[T], out: &Out) -> Result<(), Failure> {
    for one in wrong {
        if out.json {
            out.line(serde_json::to_string(one)?).await?;
        } else {
            out.error(one.to_string()).await?;
        }
    }
    Ok(())
}

//! Whether a directory holds a policy: its errors, the tests that fail, its doubts.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::super::error::AdminError;
use super::files::read_policy;
use super::ground::Setting;
use super::prove::{UnfitPolicy, prove};
use crate::domain::Digest;
use crate::policy::Lint;

/// What a directory came to.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum CheckedPolicy {
    Right(RightPolicy),
    Unfit(UnfitDirectory),
}

/// A policy that may come into force.
#[derive(Debug, Clone, Serialize)]
pub struct RightPolicy {
    pub ok: bool,
    pub files: usize,
    pub operators: usize,
    pub assets: usize,
    pub tests: usize,
    pub digest: Digest,
    pub warnings: Vec<Lint>,
}

/// How many tests hold.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum TestedPolicy {
    Right { ok: bool, tests: usize },
    Unfit(UnfitDirectory),
}

/// A directory of files that may not come into force.
#[derive(Debug, Serialize)]
pub struct UnfitDirectory {
    #[serde(skip)]
    pub dir: PathBuf,
    #[serde(flatten)]
    pub unfit: UnfitPolicy,
}

/// Checks a directory. Doubts change nothing.
///
/// # Errors
/// When it cannot be read.
pub fn check(dir: &Path, setting: &Setting) -> Result<CheckedPolicy, AdminError> {
    let files = read_policy(dir, setting.language)?;
    Ok(match prove(&files, &setting.zone) {
        Ok(policy) => CheckedPolicy::Right(RightPolicy {
            ok: true,
            files: files.len(),
            operators: policy.operators().count(),
            assets: policy.assets().count(),
            tests: policy.tests().len(),
            digest: policy.digest(),
            warnings: policy.lints(setting.now),
        }),
        Err(unfit) => CheckedPolicy::Unfit(UnfitDirectory { dir: dir.to_owned(), unfit }),
    })
}

/// Runs the `[[test]]` tables that stand beside the policies.
///
/// # Errors
/// When the directory cannot be read.
pub fn test(dir: &Path, setting: &Setting) -> Result<TestedPolicy, AdminError> {
    Ok(match prove(&read_policy(dir, setting.language)?, &setting.zone) {
        Ok(policy) => TestedPolicy::Right { ok: true, tests: policy.tests().len() },
        Err(unfit) => TestedPolicy::Unfit(UnfitDirectory { dir: dir.to_owned(), unfit }),
    })
}

//! `policy test`: runs the `[[test]]` tables that stand beside the policies.

use std::path::Path;

use rust_i18n::t;

use super::super::out::Out;
use super::super::run::Failure;
use super::Setting;
use super::check::{count, proven};

/// Tells each test that fails, with its place and the rules at work.
pub(super) async fn test(dir: &Path, setting: &Setting, out: &Out) -> Result<(), Failure> {
    let tests = proven(dir, setting, out).await?.0.tests().len();
    let object = serde_json::json!({ "ok": true, "tests": tests });
    let text = || match tests {
        0 => t!("policy.no-test", locale = setting.language.tag()).into_owned(),
        tests => count(tests, "tests", setting.language),
    };
    Ok(out.record(&object, text).await?)
}

//! `policy test`: runs the `[[test]]` tables that stand beside the policies.

use std::path::Path;

use super::super::out::Out;
use super::super::run::Failure;
use super::check::{count, in_dir, sound, tell};
use super::{Setting, read};

/// Tells how each test came out; a failing one with its place and the rules at work.
pub(super) async fn test(dir: &Path, setting: &Setting, out: &Out) -> Result<(), Failure> {
    let policy = sound(&read(dir)?, setting, out).await.map_err(|failure| in_dir(dir, &failure))?;
    let failures = policy.failing_tests();
    tell(&failures, out).await?;
    let (tests, failed) = (policy.tests().len(), failures.len());
    let object = serde_json::json!({ "ok": failed == 0, "tests": tests, "failed": failed });
    if failed > 0 {
        if out.json {
            out.line(object.to_string()).await?;
        }
        return Err(in_dir(dir, &Failure(count(failed, tests))));
    }
    let text = || match tests {
        0 => "there is no test here: write [[test]] tables beside the rules".to_owned(),
        tests => format!("{tests} tests passed"),
    };
    Ok(out.record(&object, text).await?)
}

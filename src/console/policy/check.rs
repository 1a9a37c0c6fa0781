//! `policy check`: every error with its place, and every doubt.

use std::path::Path;

use super::super::out::Out;
use super::super::run::Failure;
use super::{Setting, read};
use crate::policy;

/// Checks a directory; every error is told, with its place. Doubts are told too, and change nothing.
pub(super) async fn check(dir: &Path, setting: &Setting, out: &Out) -> Result<(), Failure> {
    let files = read(dir)?;
    match policy::load(&files, &setting.zone) {
        Ok(policy) => {
            let (operators, assets) = (policy.operators().count(), policy.assets().count());
            let lints = policy.lints(setting.now);
            let object = serde_json::json!({
                "ok": true, "files": files.len(), "operators": operators, "assets": assets,
                "digest": policy.digest(), "warnings": lints,
            });
            if !out.json {
                for lint in &lints {
                    out.error(lint.to_string()).await?;
                }
            }
            let counted =
                if lints.is_empty() { String::new() } else { format!(", {} warnings", lints.len()) };
            let text = || {
                format!("{} files, {operators} operators, {assets} assets: no error{counted}", files.len())
            };
            Ok(out.record(&object, text).await?)
        }
        Err(faults) => {
            for fault in &faults {
                if out.json {
                    out.line(serde_json::to_string(fault)?).await?;
                } else {
                    out.error(fault.to_string()).await?;
                }
            }
            Err(Failure(format!("{}: {} errors", dir.display(), faults.len())))
        }
    }
}

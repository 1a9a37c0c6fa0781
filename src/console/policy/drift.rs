//! Whether policy files say something else than what is in force.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::run::Failure;
use super::read;
use crate::access::Services;

/// What to tell of files that differ from the version in force; `None` where they are the same.
pub(crate) async fn drift(services: &Services) -> Result<Option<String>, Failure> {
    let Some(in_force) = services.store.policies().in_force().await? else { return Ok(None) };
    Ok(differs(&services.config.policy_dir, in_force.version.version, &in_force.files))
}

/// The same of a version that is at hand. The folders do not count: only names and texts of files.
pub(crate) fn differs(dir: &Path, version: u64, in_force: &BTreeMap<String, String>) -> Option<String> {
    let files = match read(dir) {
        Ok(files) => files,
        Err(failure) => return Some(format!("{}; version {version} stays in force", failure.0)),
    };
    let here: BTreeMap<&str, &str> =
        files.iter().map(|file| (name(&file.path), file.text.as_str())).collect();
    let there: BTreeMap<&str, &str> =
        in_force.iter().map(|(path, text)| (name(path), text.as_str())).collect();
    (here != there).then(|| {
        format!(
            "the files in {} are not what is in force (version {version}): `juyong policy diff` shows what they \
             would change, `juyong policy apply --reason TEXT` puts them in force",
            dir.display()
        )
    })
}

fn name(path: &str) -> &str {
    Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or(path)
}

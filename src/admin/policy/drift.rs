//! Whether policy files say something else than what is in force.

use std::collections::BTreeMap;
use std::path::Path;

use rust_i18n::t;

use super::super::error::AdminError;
use super::files::read_policy;
use crate::access::Services;
use crate::config::Config;
use crate::policy::SourceFile;

/// What to tell of files that differ from the version in force; `None` where they are the same.
pub async fn drift(services: &Services) -> Result<Option<String>, AdminError> {
    let Some(in_force) = services.store.policies().in_force().await? else { return Ok(None) };
    Ok(differs(&services.config, in_force.version.version, &in_force.files))
}

/// The same of a version that is at hand. The folders do not count: only names and texts of files.
pub fn differs(config: &Config, version: u64, in_force: &BTreeMap<String, String>) -> Option<String> {
    let (dir, tag, number) = (&config.policy_dir, config.language.tag(), version.to_string());
    let files = match read_policy(dir, config.language) {
        Ok(files) => files,
        Err(error) => {
            return Some(
                t!("doctor.stays", locale = tag, why = error.told(config.language), version = number)
                    .into_owned(),
            );
        }
    };
    (!is_same(&files, in_force)).then(|| {
        let dir = dir.display().to_string();
        t!("doctor.differs", locale = tag, dir = dir, version = number).into_owned()
    })
}

/// Whether files that were read are those of a version.
pub(in crate::admin) fn is_same(files: &[SourceFile], in_force: &BTreeMap<String, String>) -> bool {
    let here: BTreeMap<&str, &str> =
        files.iter().map(|file| (name(&file.path), file.text.as_str())).collect();
    let there: BTreeMap<&str, &str> =
        in_force.iter().map(|(path, text)| (name(path), text.as_str())).collect();
    here == there
}

fn name(path: &str) -> &str {
    Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or(path)
}

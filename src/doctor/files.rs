//! Directories and files: there, and for the gateway's user alone.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::people::policy_of;
use super::told::{joined, told};
use crate::access::{attestation, terms};
use crate::admin;
use crate::config::Config;
use crate::domain::{AboutFile, Tell};
use crate::platform::key_file::{self, KeyFileFault};
use crate::{policy, recorder};

/// Files of the data directory that hold a secret; `serve` refuses those that others can read.
const KEYS: [&str; 5] = ["master.key", "host_key", "wireguard_key", "authority.key", "tls_server.key"];

/// Most files that are named.
const NAMED: usize = 5;

pub(super) fn data_dir(config: &Config) -> Result<(), String> {
    let dir = &config.data_dir;
    if !dir.exists() {
        return Err(told!(config, "doctor.no-dir", dir = shown(dir)));
    }
    private(config, dir)
}

/// The terms of work, where there are any.
pub(super) fn terms(config: &Config) -> Result<(), String> {
    let Some(file) = &config.login.terms else { return Ok(()) };
    let why = |error: std::io::Error| {
        told!(config, "doctor.no-terms", file = shown(file), why = error.told(config.language))
    };
    terms::check(file).map_err(why)
}

/// The certificates of those whose security keys are taken.
pub(super) fn makers(config: &Config) -> Result<(), String> {
    let read = |maker| attestation::read(maker).err().map(|error| error.to_string());
    let wrong: Vec<_> = config.auth.security_key_makers.iter().filter_map(read).collect();
    let why = joined(config, &wrong);
    if wrong.is_empty() { Ok(()) } else { Err(told!(config, "doctor.no-makers", why = why)) }
}

fn about(config: &Config, file: &Path, error: std::io::Error) -> String {
    AboutFile { file, error }.told(config.language)
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// The gateway makes the folder itself, below a directory that is there.
pub(super) fn recordings(config: &Config) -> Result<(), String> {
    let dir = &config.recordings;
    if dir.exists() {
        return private(config, dir).and_then(|()| room(config));
    }
    match dir.parent() {
        Some(parent) if parent.exists() || parent.starts_with(&config.data_dir) => Ok(()),
        _ => Err(told!(config, "doctor.no-folder", dir = shown(dir))),
    }
}

fn private(config: &Config, path: &Path) -> Result<(), String> {
    let about = std::fs::metadata(path).map_err(|error| about(config, path, error))?;
    if !about.is_dir() {
        return Err(told!(config, "doctor.not-dir", dir = shown(path)));
    }
    if about.permissions().mode() & 0o077 != 0 {
        return Err(told!(config, "doctor.open-dir", dir = shown(path)));
    }
    Ok(())
}

fn room(config: &Config) -> Result<(), String> {
    let free = recorder::free_bytes(&config.recordings).map_err(|error| error.told(config.language))?;
    let kept = config.limits.min_free.bytes();
    if free >= kept {
        return Ok(());
    }
    Err(told!(config, "doctor.no-room", free = free.to_string(), kept = kept.to_string()))
}

/// What `serve` would refuse of the files that hold secrets.
pub(super) fn keys(config: &Config) -> Result<(), String> {
    let wrong: Vec<_> =
        KEYS.iter().filter_map(|name| key(config, &config.data_dir.join(name)).err()).collect();
    if wrong.is_empty() { Ok(()) } else { Err(joined(config, &wrong)) }
}

fn key(config: &Config, file: &Path) -> Result<(), String> {
    match key_file::read(file) {
        Ok(_) | Err(KeyFileFault::Missing) => Ok(()),
        Err(KeyFileFault::Exposed { mode }) => {
            Err(told!(config, "doctor.open-file", file = shown(file), mode = format!("{mode:04o}")))
        }
        Err(KeyFileFault::Failed(error)) => Err(about(config, file, error)),
    }
}

/// Good files, that nobody else can write: whoever changes them decides at the next `policy apply`.
pub(super) fn policies(config: &Config) -> Result<(), String> {
    let dir = &config.policy_dir;
    let files = admin::read_policy(dir, config.language).map_err(|error| error.told(config.language))?;
    let paths = std::iter::once(dir.as_path()).chain(files.iter().map(|file| Path::new(&file.path)));
    let open: Vec<_> = paths.filter(|path| written_by_others(path)).collect();
    if !open.is_empty() {
        let named: Vec<_> = open.iter().take(NAMED).map(|path| path.display().to_string()).collect();
        let (count, files) = (open.len().to_string(), named.join(" "));
        return Err(told!(config, "doctor.written", count = count, files = files));
    }
    if policy_of(config).is_some() {
        return Ok(());
    }
    match policy::load(&files, &config.timezone) {
        Ok(_) => Ok(()),
        Err(faults) if faults.len() == 1 => Err(told!(config, "doctor.errors-one")),
        Err(faults) => Err(told!(config, "doctor.errors-many", count = faults.len().to_string())),
    }
}

fn written_by_others(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o022 != 0)
}

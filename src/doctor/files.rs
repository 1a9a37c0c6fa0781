//! Directories and files: there, and for the gateway's user alone.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::people::policy_of;
use crate::config::Config;
use crate::console;
use crate::platform::key_file::{self, Fault};
use crate::{policy, recorder};

/// Files of the data directory that hold a secret; `serve` refuses those that others can read.
const KEYS: [&str; 5] = ["master.key", "host_key", "wireguard_key", "authority.key", "tls_server.key"];

/// Most files that are named.
const NAMED: usize = 5;

pub(super) fn data_dir(config: &Config) -> Result<(), String> {
    let dir = &config.data_dir;
    if !dir.exists() {
        let dir = dir.display();
        return Err(format!(
            "{dir} does not exist: as the user that the gateway runs as, run `install -d -m 700 {dir}`"
        ));
    }
    private(dir)
}

/// The gateway makes the folder itself, below a directory that is there.
pub(super) fn recordings(config: &Config) -> Result<(), String> {
    let dir = &config.recordings;
    if dir.exists() {
        return private(dir).and_then(|()| room(config));
    }
    match dir.parent() {
        Some(parent) if parent.exists() || parent.starts_with(&config.data_dir) => Ok(()),
        _ => Err(format!("{dir} does not exist: run `install -d -m 700 {dir}`", dir = dir.display())),
    }
}

fn private(path: &Path) -> Result<(), String> {
    let about = std::fs::metadata(path).map_err(|error| format!("{}: {error}", path.display()))?;
    if !about.is_dir() {
        return Err(format!("{} is not a directory", path.display()));
    }
    if about.permissions().mode() & 0o077 != 0 {
        return Err(format!("{}: others can read it; run `chmod 700 {}`", path.display(), path.display()));
    }
    Ok(())
}

fn room(config: &Config) -> Result<(), String> {
    let free = recorder::free_bytes(&config.recordings).map_err(|error| error.to_string())?;
    let kept = config.limits.min_free.bytes();
    if free < kept { Err(format!("{free} bytes are free, {kept} are kept: make room")) } else { Ok(()) }
}

/// What `serve` would refuse of the files that hold secrets.
pub(super) fn keys(config: &Config) -> Result<(), String> {
    let wrong: Vec<_> = KEYS.iter().filter_map(|name| key(&config.data_dir.join(name)).err()).collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
}

fn key(file: &Path) -> Result<(), String> {
    match key_file::read(file) {
        Ok(_) | Err(Fault::Missing) => Ok(()),
        Err(Fault::Exposed { mode }) => {
            let file = file.display();
            Err(format!("{file}: others can read it (mode {mode:04o}); run `chmod 600 {file}`"))
        }
        Err(Fault::Failed(error)) => Err(format!("{}: {error}", file.display())),
    }
}

/// Good files, that nobody else can write: whoever changes them decides at the next `policy apply`.
pub(super) fn policies(config: &Config) -> Result<(), String> {
    let dir = &config.policy_dir;
    let files = console::read(dir).map_err(|failure| failure.0)?;
    let paths = std::iter::once(dir.as_path()).chain(files.iter().map(|file| Path::new(&file.path)));
    let open: Vec<_> = paths.filter(|path| written_by_others(path)).collect();
    if !open.is_empty() {
        let named: Vec<_> = open.iter().take(NAMED).map(|path| path.display().to_string()).collect();
        let named = named.join(" ");
        return Err(format!("others can write {} of its files; run `chmod go-w {named}`", open.len()));
    }
    if policy_of(config).is_some() {
        return Ok(());
    }
    match policy::load(&files, &config.timezone) {
        Ok(_) => Ok(()),
        Err(faults) if faults.len() == 1 => Err("1 error; run `juyong policy check`".into()),
        Err(faults) => Err(format!("{} errors; run `juyong policy check`", faults.len())),
    }
}

fn written_by_others(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o022 != 0)
}

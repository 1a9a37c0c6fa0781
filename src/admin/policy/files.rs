//! Reads a directory of policy files. What looks like one and cannot be read is told, never left out: a file
//! that is missed may hold the rule that denies.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::super::error::{AdminError, AdminErrorKind};
use crate::platform::regular;
use crate::policy::SourceFile;

/// Reads all `*.toml` of a directory, by name.
pub fn read_policy(dir: &Path) -> Result<Vec<SourceFile>, AdminError> {
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    for path in policy_paths(dir)? {
        match read_file(&path) {
            Ok(file) => files.push(file),
            Err(fault) => faults.push(format!("{}: {fault}", path.display())),
        }
    }
    if !faults.is_empty() {
        return Err(AdminError::invalid(faults.join("\n")));
    }
    if files.is_empty() {
        return Err(AdminError::new(
            AdminErrorKind::NotFound,
            format!(
                "{}: there is no policy file (*.toml) here: docs/administer/policy.md begins one",
                dir.display()
            ),
        ));
    }
    Ok(files)
}

fn policy_paths(dir: &Path) -> Result<Vec<PathBuf>, AdminError> {
    let fault = |error: std::io::Error| {
        AdminError::invalid(match error.kind() {
            ErrorKind::NotADirectory => {
                let beside =
                    dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
                format!(
                    "{} is a file: all *.toml of a directory are one policy, so name the directory: {}",
                    dir.display(),
                    beside.display()
                )
            }
            ErrorKind::NotFound => {
                format!(
                    "{dir}: there is no such directory: run `install -d -m 700 {dir}` and write the policy files there \
                     (docs/administer/policy.md)",
                    dir = dir.display()
                )
            }
            _ => format!("{}: {error}", dir.display()),
        })
    };
    let entries = std::fs::read_dir(dir).map_err(fault)?;
    let mut paths =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>().map_err(fault)?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml")));
    paths.sort();
    Ok(paths)
}

fn read_file(path: &Path) -> Result<SourceFile, String> {
    if path.extension() != Some(OsStr::new("toml")) {
        return Err("is this a policy file? Name it .toml in small letters, or something else".into());
    }
    if path.is_dir() {
        return Err("this is a directory: give it another name; files in it are not read".into());
    }
    let bytes = regular::read_linked(path).map_err(|error| error.to_string())?;
    Ok(SourceFile { path: path.display().to_string(), text: String::from_utf8_lossy(&bytes).into_owned() })
}

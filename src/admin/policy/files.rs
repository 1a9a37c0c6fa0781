//! Reads a directory of policy files. What looks like one and cannot be read is told, never left out: a file
//! that is missed may hold the rule that denies.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rust_i18n::t;

use super::super::error::{AdminError, AdminErrorKind};
use crate::domain::{Language, Tell, text};
use crate::platform::regular;
use crate::policy::SourceFile;

/// Reads all `*.toml` of a directory, by name; what is wrong is told in this language.
pub fn read_policy(dir: &Path, language: Language) -> Result<Vec<SourceFile>, AdminError> {
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    for path in policy_paths(dir, language)? {
        match read_file(&path, language) {
            Ok(file) => files.push(file),
            Err(fault) => {
                faults.push(text!(language, "console.about-file", file = path.display(), error = fault))
            }
        }
    }
    if !faults.is_empty() {
        return Err(AdminError::new(AdminErrorKind::Invalid, faults.join("\n")));
    }
    if files.is_empty() {
        let none = t!("policy.no-files", locale = language.tag());
        let text = text!(language, "console.about-file", file = dir.display(), error = none);
        return Err(AdminError::new(AdminErrorKind::NotFound, text));
    }
    Ok(files)
}

fn policy_paths(dir: &Path, language: Language) -> Result<Vec<PathBuf>, AdminError> {
    let tag = language.tag();
    let fault = |error: std::io::Error| {
        let what = match error.kind() {
            ErrorKind::NotADirectory => {
                let beside =
                    dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
                t!("policy.dir-is-file", locale = tag, beside = beside.display())
            }
            ErrorKind::NotFound => t!("policy.no-dir", locale = tag, dir = dir.display()),
            _ => error.told(language).into(),
        };
        AdminError::new(
            AdminErrorKind::Invalid,
            text!(language, "console.about-file", file = dir.display(), error = what),
        )
    };
    let entries = std::fs::read_dir(dir).map_err(fault)?;
    let mut paths =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>().map_err(fault)?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml")));
    paths.sort();
    Ok(paths)
}

fn read_file(path: &Path, language: Language) -> Result<SourceFile, String> {
    if path.extension() != Some(OsStr::new("toml")) {
        return Err(t!("policy.odd-name", locale = language.tag()).into_owned());
    }
    if path.is_dir() {
        return Err(t!("policy.dir-name", locale = language.tag()).into_owned());
    }
    let bytes = regular::read_linked(path).map_err(|error| error.told(language))?;
    Ok(SourceFile { path: path.display().to_string(), text: String::from_utf8_lossy(&bytes).into_owned() })
}

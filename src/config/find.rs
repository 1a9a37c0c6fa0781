//! Which file to read: the first that was named, else the first that exists.

use std::path::{Path, PathBuf};

use super::error::ConfigError;
use crate::domain::Language;
use crate::platform::regular;

const PLACES: [&str; 2] = ["juyong.toml", "/etc/juyong/juyong.toml"];

/// `option` is `--config`, `variable` is `$JUYONG_CONFIG` (empty counts as unset). A file that was named
/// is taken whether it exists or not: falling back to another one would surprise.
///
/// # Errors
/// When none was named and none exists: lists where it looked.
pub fn find(
    option: Option<&Path>,
    variable: Option<&Path>,
    exists: impl Fn(&Path) -> bool,
) -> Result<PathBuf, ConfigError> {
    let named = option.or(variable.filter(|path| !path.as_os_str().is_empty()));
    if let Some(path) = named {
        return Ok(path.to_owned());
    }
    let found = PLACES.iter().map(Path::new).find(|path| exists(path));
    found
        .map(Path::to_owned)
        .ok_or_else(|| ConfigError::Missing { looked_at: PLACES.map(PathBuf::from).into() })
}

/// The language that a file asks for, whatever is wrong with the rest of it: its faults are told in it.
pub fn language_of(path: &Path) -> Option<Language> {
    let bytes = regular::read_linked(path).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let top = text.lines().take_while(|line| !line.trim_start().starts_with('['));
    let mut values =
        top.filter_map(|line| line.trim_start().strip_prefix("language")?.trim_start().strip_prefix('='));
    let value = values.next()?.split('#').next().unwrap_or_default();
    Language::parse(value.trim().trim_matches(['"', '\'']))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_file_with_faults_says_its_language() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("juyong.toml");
        let asked = |text: &str| {
            std::fs::write(&path, text).unwrap();
            language_of(&path)
        };
        assert_eq!(asked("x = \nlanguage = \"zh-CN\" # ours\n[listen"), Some(Language::Chinese));
        assert_eq!(asked("language='en'"), Some(Language::English));
        assert_eq!(asked("[auth]\nlanguage = \"zh-CN\""), None);
        assert_eq!(asked("language = zhong"), None);
    }

    #[test]
    fn the_nearest_file_wins() {
        let [option, variable] = ["a.toml", "b.toml"].map(Path::new);
        let nearest = |option, variable, there: bool| {
            find(option, variable, |path| there || path.is_absolute()).ok().map(|p| p.display().to_string())
        };
        assert_eq!(nearest(Some(option), Some(variable), true).as_deref(), Some("a.toml"));
        assert_eq!(nearest(None, Some(variable), true).as_deref(), Some("b.toml"));
        assert_eq!(nearest(None, Some(Path::new("")), true).as_deref(), Some("juyong.toml"));
        assert_eq!(nearest(None, None, false).as_deref(), Some("/etc/juyong/juyong.toml"));
    }

    #[test]
    fn a_missing_file_says_where_it_should_be() {
        let error = find(None, None, |_| false).err().map(|error| error.to_string());
        assert_eq!(
            error.as_deref(),
            Some(
                "no configuration found (looked at juyong.toml, /etc/juyong/juyong.toml): \
                 write one or name it with --config"
            )
        );
    }
}

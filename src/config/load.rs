//! From a file, a text or a directory to a [`Config`].

use std::path::Path;

use super::error::ConfigError;
use super::raw::{Config, Raw};
use super::read::read;
use crate::diagnostic::SourceFile;
use crate::platform::regular;

impl Config {
    /// Reads and checks the file at `path`.
    ///
    /// # Errors
    /// When the file cannot be read, or says something that is wrong or not supported: file, line,
    /// column and the mend.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let bytes = regular::read_linked(path).map_err(|error| ConfigError::unreadable(path, &error))?;
        Self::parse(path, &String::from_utf8_lossy(&bytes))
    }

    /// Checks `text` as the content of the file at `path`, whose directory relative paths start from.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let file = SourceFile { path: path.display().to_string(), text: text.to_owned() };
        let raw = read(file).map_err(ConfigError::Invalid)?;
        let base = path.parent().unwrap_or(Path::new(""));
        Ok(raw.settle(base))
    }

    /// The defaults, with everything kept under `data_dir`: for a gateway that has no file.
    pub fn under(data_dir: &Path) -> Self {
        Raw::under(data_dir).settle(Path::new(""))
    }
}

//! What can be wrong with a configuration, told so that the reader knows where to put the cursor.

use std::path::{Path, PathBuf};

use rust_i18n::t;

use crate::diagnostic::Diagnostic;
use crate::domain::{Language, Tell, english, text};
use crate::platform::SystemError;

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    Missing {
        looked_at: Vec<PathBuf>,
    },
    Unreadable {
        file: PathBuf,
        reason: SystemError,
    },
    /// Everything that is wrong with it, each with its place, the line, a caret and the mend.
    Invalid(Vec<Diagnostic>),
}

impl ConfigError {
    pub(super) fn unreadable(file: &Path, error: &std::io::Error) -> Self {
        Self::Unreadable { file: file.to_owned(), reason: error.into() }
    }
}

english!(ConfigError);

impl Tell for ConfigError {
    fn told(&self, language: Language) -> String {
        match self {
            Self::Invalid(found) => in_full(found, language),
            Self::Missing { looked_at } => text!(language, "config.missing", places = list(looked_at)),
            Self::Unreadable { file, reason } => {
                text!(language, "config.unreadable", file = file.display(), reason = reason.told(language))
            }
        }
    }
}

/// Of several, how many first: they may not fit on a screen.
fn in_full(found: &[Diagnostic], language: Language) -> String {
    let texts: Vec<_> = found.iter().map(|fault| fault.told(language)).collect();
    match found {
        [first, _, ..] => {
            let many = t!("policy.errors-many", locale = language.tag(), count = found.len().to_string());
            format!("{}: {many}\n{}", first.path, texts.join("\n"))
        }
        _ => texts.concat(),
    }
}

fn list(paths: &[PathBuf]) -> String {
    let shown: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    shown.join(", ")
}

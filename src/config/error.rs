//! What can be wrong with a configuration, told so that the reader knows where to put the cursor.

use std::path::{Path, PathBuf};

use rust_i18n::t;

use crate::diagnostic::Diagnostic;
use crate::domain::Language;

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("no configuration found (looked at {}): write one or name it with --config", list(.looked_at))]
    Missing { looked_at: Vec<PathBuf> },
    #[error("{}: cannot be read ({reason}): check the path and its permissions", .file.display())]
    Unreadable { file: PathBuf, reason: String },
    /// Everything that is wrong with it, each with its place, the line, a caret and the mend.
    #[error("{}", in_full(.0, Language::English))]
    Invalid(Vec<Diagnostic>),
}

impl ConfigError {
    pub(super) fn unreadable(file: &Path, error: &std::io::Error) -> Self {
        Self::Unreadable { file: file.to_owned(), reason: error.to_string() }
    }

    /// For a person.
    pub fn told(&self, language: Language) -> String {
        match self {
            Self::Invalid(found) => in_full(found, language),
            Self::Missing { .. } | Self::Unreadable { .. } => self.to_string(),
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

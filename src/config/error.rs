//! What can be wrong with a configuration, told so that the reader knows where to put the cursor.

use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("no configuration found (looked at {}): write one or name it with --config", list(.looked_at))]
    Missing { looked_at: Vec<PathBuf> },
    #[error("{}: cannot be read ({reason}): check the path and its permissions", .file.display())]
    Unreadable { file: PathBuf, reason: String },
    /// Line and column count from 1, the column in characters.
    #[error("{}:{line}:{column}: {problem}", .file.display())]
    Invalid { file: PathBuf, line: usize, column: usize, problem: String },
    #[error("{key} = \"{value}\" is not yet supported in this version: {mend}")]
    Unsupported { key: &'static str, value: String, mend: &'static str },
}

impl ConfigError {
    pub(super) fn unreadable(file: &Path, error: &std::io::Error) -> Self {
        Self::Unreadable { file: file.to_owned(), reason: error.to_string() }
    }

    pub(super) fn invalid(file: &Path, text: &str, error: &toml::de::Error) -> Self {
        let (line, column) = position(text, error.span().map_or(0, |span| span.start));
        Self::Invalid { file: file.to_owned(), line, column, problem: with_mend(error.message()) }
    }
}

/// The parser's own messages say what is wrong but not what to do; ours say both.
fn with_mend(message: &str) -> String {
    let mend = match message {
        m if m.starts_with("unknown field") => "correct its spelling or remove it",
        m if m.starts_with("unknown variant") => "write one of those",
        m if m.starts_with("duplicate") => "keep one of them",
        m if m.starts_with("invalid type") => "write the kind of value that is expected",
        m if m.starts_with("invalid value") => "write a value that is expected",
        m if m.contains(": ") => return m.replace('\n', " "),
        _ => "correct the line (a text stands in double quotes)",
    };
    format!("{}: {mend}", message.replace('\n', " ").replace("unknown field", "unknown key"))
}

fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before.get(line_start..).map_or(0, |part| part.chars().count());
    (before.matches('\n').count() + 1, column + 1)
}

fn list(paths: &[PathBuf]) -> String {
    let shown: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    shown.join(", ")
}

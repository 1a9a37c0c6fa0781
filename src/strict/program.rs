//! Which program a command may name, and what it may do to the environment of others.

use super::own_words;
use super::pipeline::Command;
use super::refused::{RefusalReason, Refused};
use super::word::Word;
use crate::command::{is_wrapper, sets_variables};

/// What would steer a shell and has no program behind it. Nothing here can run as one: `render` starts programs
/// only. They are refused so that a person hears why.
const SHELL_WORDS: &[&str] = &[
    "if",
    "then",
    "elif",
    "else",
    "fi",
    "for",
    "in",
    "do",
    "done",
    "while",
    "until",
    "case",
    "esac",
    "select",
    "function",
    "coproc",
    "[[",
    "]]",
    "((",
    "{",
    "}",
    "!",
    ".",
    "source",
    "eval",
    "exec",
    "command",
    "builtin",
    "export",
    "readonly",
    "declare",
    "typeset",
    "local",
    "let",
    "set",
    "unset",
    "shopt",
    "enable",
    "alias",
    "unalias",
    "trap",
    "return",
    "break",
    "continue",
    "shift",
    "read",
    "readarray",
    "mapfile",
    "hash",
    "bind",
    "complete",
    "compgen",
    "compopt",
    "jobs",
    "fg",
    "bg",
    "disown",
    "wait",
    "umask",
    "ulimit",
    "times",
    "fc",
    "getopts",
    "caller",
    "dirs",
    "pushd",
    "popd",
    "suspend",
];

/// The directories that a program may be named in.
const PROGRAMS: &[&str] =
    &["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/opt/bin", "/opt/sbin"];

impl Command {
    /// The argument by which it changes the environment of what it runs: a variable makes many a program load
    /// or start another one, and the environment is what disarms the rest.
    pub(super) fn environment(&self) -> Option<usize> {
        let words: Vec<&str> = self.arguments.iter().map(|word| word.literal().unwrap_or("*")).collect();
        let itself = sets_variables(file_name(&self.program)).then_some((0, file_name(&self.program)));
        let inside = words.iter().enumerate().map(|(at, word)| (at + 1, file_name(word)));
        let mut inside =
            inside.filter(|(_, name)| is_wrapper(file_name(&self.program)) && sets_variables(name));
        let (from, name) = itself.or_else(|| inside.next())?;
        let mut before = "";
        for (at, word) in words.iter().enumerate().skip(from) {
            if is_assignment(word) || name == "env" && word.starts_with('-') {
                return Some(at);
            }
            // The first word that is neither an option nor its value is what runs.
            if !word.starts_with('-') && !before.starts_with('-') || name == "env" {
                return None;
            }
            before = word;
        }
        None
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn is_assignment(word: &str) -> bool {
    let name = word.split_once('=').map_or("", |(name, _)| name);
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A program is named in full, and cannot be read as anything else.
pub(super) fn program(at: usize, word: &Word) -> Result<String, Refused> {
    let refused = |reason| Refused::new(reason, at, word.to_string());
    let name = word.literal().ok_or_else(|| refused(RefusalReason::Program))?;
    match name {
        "" => Err(refused(RefusalReason::Missing)),
        _ if SHELL_WORDS.contains(&name) => Err(refused(RefusalReason::ShellWord)),
        _ if own_words::stands_alone(name) => Err(refused(RefusalReason::Alone)),
        _ if name.contains('=') => Err(refused(RefusalReason::Assignment)),
        _ if name.starts_with('-') => Err(refused(RefusalReason::Missing)),
        _ if !is_where_programs_are(name) => Err(refused(RefusalReason::Place)),
        _ => Ok(name.to_owned()),
    }
}

/// A program is judged by its name, so its file may only be where nobody but the asset's administrator puts one.
fn is_where_programs_are(name: &str) -> bool {
    name.rsplit_once('/').is_none_or(|(directory, file)| PROGRAMS.contains(&directory) && !file.is_empty())
}

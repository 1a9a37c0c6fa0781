//! Programs that are known to take the whole screen, and the lines that start them.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::command::{self, Place};

/// What a line may do to the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Takes {
    /// Nothing that is known.
    #[default]
    Nothing,
    Screen {
        /// Bracketed paste is the program's to switch.
        pastes: bool,
    },
    /// It shows other terminals on one screen.
    Panes,
}

/// Variables and functions that make prompts: their names anywhere in a line count.
const MAKE_PROMPTS: [&str; 6] = ["PS1", "PS0", "PROMPT", "prompt", "PS2", "precmd"];

/// A line that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Started {
    pub takes: Takes,
    /// Prompts may be other ones from now on.
    pub dresses: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    pastes: Vec<String>,
    plain: Vec<String>,
    panes: Vec<String>,
    quiet: Vec<String>,
}

/// A test holds the file to be right.
static KNOWN: LazyLock<Known> =
    LazyLock::new(|| toml::from_str(include_str!("full_screen.toml")).unwrap_or_default());

/// What a line starts. Behind a program that takes the screen only its like may stand: anything else could switch
/// the screen when that program is gone.
pub(super) fn started(line: &str) -> Started {
    let runs = command::runs(line, Place::Terminal);
    let makes_prompts = MAKE_PROMPTS.iter().any(|name| line.contains(name));
    let mut takes = Takes::Nothing;
    for words in &runs.commands {
        let name = words.first().and_then(Option::as_deref).unwrap_or_default();
        takes = match (takes, program(name)) {
            (Takes::Panes, _) | (_, Some(Takes::Panes)) => Takes::Panes,
            (Takes::Screen { pastes: before }, Some(Takes::Screen { pastes })) => {
                Takes::Screen { pastes: before || pastes }
            }
            (before, Some(Takes::Nothing)) => before, // it is quiet
            (_, Some(takes)) => takes,
            (_, None) => Takes::Nothing,
        };
    }
    let takes = if makes_prompts && takes != Takes::Panes { Takes::Nothing } else { takes };
    Started { takes, dresses: makes_prompts || runs.opaque }
}

fn program(name: &str) -> Option<Takes> {
    let name = name.rsplit('/').next().unwrap_or_default();
    let is = |names: &[String]| names.iter().any(|known| known == name);
    match &*KNOWN {
        known if is(&known.pastes) => Some(Takes::Screen { pastes: true }),
        known if is(&known.plain) => Some(Takes::Screen { pastes: false }),
        known if is(&known.panes) => Some(Takes::Panes),
        known if is(&known.quiet) => Some(Takes::Nothing),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_right() {
        let known: Result<Known, _> = toml::from_str(include_str!("full_screen.toml"));
        assert!(known.is_ok_and(|known| !known.plain.is_empty() && !known.panes.is_empty()));
    }

    #[test]
    fn a_line_earns_the_screen_by_what_it_runs_last() {
        let (pastes, plain) = (Takes::Screen { pastes: true }, Takes::Screen { pastes: false });
        for (line, takes) in [
            ("vim x", pastes),
            ("/usr/bin/less x", plain),
            ("sudo -u oracle vim x", pastes),
            ("env TERM=xterm nice less x", plain),
            ("cd /u01 && vim x", pastes),
            ("git log | less", pastes),
            ("cat x | less", plain),
            ("find . -exec vim {} +", pastes),
            ("man ls; true", plain),
            ("tmux attach", Takes::Panes),
            ("sudo tmux; ls", Takes::Panes),
            ("ls", Takes::Nothing),
            ("tput smcup", Takes::Nothing),
            ("vim x; tput smcup", Takes::Nothing),
            ("vim x; printf '\\e[?1049h'", Takes::Nothing),
            ("less x; cat y", Takes::Nothing),
            ("PS1='x '; vim x", Takes::Nothing),
            ("ssh db", Takes::Nothing),
            ("echo vim", Takes::Nothing),
        ] {
            assert_eq!(started(line).takes, takes, "{line}");
        }
    }

    #[test]
    fn what_may_change_prompts_is_known() {
        for (line, dresses) in [("ls", false), ("PS1='x '", true), ("eval \"$x\"", true), ("vim x", false)] {
            assert_eq!(started(line).dresses, dresses, "{line}");
        }
    }
}

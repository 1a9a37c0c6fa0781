//! What the prompt itself answers, since no shell stays on the asset to keep it.

use super::plan::{Plan, plan};
use super::refused::{RefusalReason, Refused};
use super::word::Word;

/// A line that no program runs for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Own {
    /// To a directory; `None`: where the session began.
    Cd(Option<String>),
    /// To the directory before.
    CdBack,
    Pwd,
    Help,
    History,
    Exit,
}

/// What a line is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    Own(Own),
    Run(Plan),
}

/// Reads a line of the prompt.
///
/// # Errors
/// The first thing in it that strict mode has no room for, and where.
pub fn read(line: &str) -> Result<Reading, Refused> {
    match Own::read(line) {
        Some(own) => own.map(Reading::Own),
        None => plan(line).map(Reading::Run),
    }
}

impl Own {
    /// `None`: it is for the asset.
    ///
    /// # Errors
    /// Where the line begins with a word of the prompt and goes on as nothing that it understands.
    fn read(line: &str) -> Option<Result<Self, Refused>> {
        let line = line.trim_matches([' ', '\t']);
        let (word, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        let alone = match word {
            "cd" => return Some(cd(rest)),
            "pwd" if rest.is_empty() => Self::Pwd,
            "help" => Self::Help,
            "history" => Self::History,
            "exit" | "logout" => Self::Exit,
            _ => return None,
        };
        if rest.trim_matches([' ', '\t']).is_empty() {
            return Some(Ok(alone));
        }
        Some(Err(Refused::new(RefusalReason::Alone, 1, word)))
    }
}

/// The grammar of all lines reads where to go, so a path is quoted here as everywhere.
fn cd(rest: &str) -> Result<Own, Refused> {
    if rest.trim_matches([' ', '\t']).is_empty() {
        return Ok(Own::Cd(None));
    }
    // Behind a program's name, of the same length as `cd`: places stay right.
    let read = plan(&format!("ls {rest}"))?;
    let words = read.only().and_then(|command| command.arguments.iter().map(Word::literal).collect());
    let words: Vec<&str> = words.unwrap_or_default();
    match words.as_slice() {
        ["-"] => Ok(Own::CdBack),
        ["--", path] if !path.is_empty() => Ok(Own::Cd(Some((*path).to_owned()))),
        [path] if !path.is_empty() && !path.starts_with('-') => Ok(Own::Cd(Some((*path).to_owned()))),
        _ => Err(Refused::new(RefusalReason::Alone, 1, "cd")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_prompt_are_told_from_programs() {
        let to = |path: &str| Some(Ok(Own::Cd(Some(path.into()))));
        assert_eq!(Own::read("cd"), Some(Ok(Own::Cd(None))));
        assert_eq!(Own::read("  cd /var/log "), to("/var/log"));
        assert_eq!(Own::read("cd -- -x"), to("-x"));
        assert_eq!(Own::read("cd 'a b'"), to("a b"));
        assert_eq!(Own::read("cd -"), Some(Ok(Own::CdBack)));
        assert_eq!(Own::read("pwd"), Some(Ok(Own::Pwd)));
        assert_eq!(Own::read("pwd -P"), None);
        assert_eq!(Own::read("logout"), Some(Ok(Own::Exit)));
        assert_eq!(Own::read("cdrecord x"), None);
        assert_eq!(Own::read("ls cd"), None);
    }

    #[test]
    fn a_word_of_the_prompt_takes_no_company() {
        let reason = |line: &str| Own::read(line).map(|read| read.map_err(|refused| refused.reason));
        for line in ["cd /tmp; ls", "cd a b", "cd -P /", "cd ''", "cd *", "cd a | b", "exit 3", "help me"] {
            assert_eq!(reason(line), Some(Err(RefusalReason::Alone)), "{line}");
        }
        assert_eq!(reason("cd $HOME"), Some(Err(RefusalReason::Expansion)));
        assert_eq!(reason("cd ~"), Some(Err(RefusalReason::Expansion)));
        assert_eq!(reason("cd /tmp &"), Some(Err(RefusalReason::Background)));
    }
}

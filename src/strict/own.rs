//! What the prompt itself answers, since no shell stays on the asset to keep it.

use super::plan::plan;
use super::refused::{Reason, Refused};

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

/// The words that make one, for completion.
pub(super) const WORDS: &[&str] = &["cd", "pwd", "help", "history", "exit", "logout"];

/// Whether this word means nothing but at the beginning of a line of its own. `pwd` is a program, too.
pub(super) fn stands_alone(word: &str) -> bool {
    word != "pwd" && WORDS.contains(&word)
}

impl Own {
    /// `None`: it is for the asset.
    ///
    /// # Errors
    /// Where the line begins with a word of the prompt and goes on as nothing that it understands.
    pub fn read(line: &str) -> Option<Result<Self, Refused>> {
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
        Some(Err(Refused::new(Reason::Alone, 1, word)))
    }
}

/// The grammar of all lines reads where to go, so a path is quoted here as everywhere.
fn cd(rest: &str) -> Result<Own, Refused> {
    let alone = || Refused::new(Reason::Alone, 1, "cd");
    if rest.trim_matches([' ', '\t']).is_empty() {
        return Ok(Own::Cd(None));
    }
    // Behind a program's name, of the same length as `cd`: places stay right.
    let read = plan(&format!("ls {rest}"))?;
    let words: Option<Vec<&str>> =
        read.first.first.arguments.iter().map(super::word::Word::literal).collect();
    let single = read.then.is_empty() && read.first.then.is_empty();
    match words.as_deref() {
        Some(["-"]) if single => Ok(Own::CdBack),
        Some(["--", path]) if single && !path.is_empty() => Ok(Own::Cd(Some((*path).to_owned()))),
        Some([path]) if single && !path.is_empty() && !path.starts_with('-') => {
            Ok(Own::Cd(Some((*path).to_owned())))
        }
        _ => Err(alone()),
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
            assert_eq!(reason(line), Some(Err(Reason::Alone)), "{line}");
        }
        assert_eq!(reason("cd $HOME"), Some(Err(Reason::Expansion)));
        assert_eq!(reason("cd ~"), Some(Err(Reason::Expansion)));
        assert_eq!(reason("cd /tmp &"), Some(Err(Reason::Background)));
    }
}

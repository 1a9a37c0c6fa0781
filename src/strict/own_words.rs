//! The words that the prompt answers itself.

use crate::terminal::editor::Words;

/// The words that make one, for completion.
const WORDS: &[&str] = &["cd", "pwd", "help", "history", "exit", "logout"];

/// What Tab completes: the programs that may be run here, and the prompt's own words.
pub fn completions(programs: impl IntoIterator<Item = String>) -> Words {
    Words::new(programs.into_iter().chain(WORDS.iter().map(|word| (*word).to_owned())))
}

/// Whether this word means nothing but at the beginning of a line of its own. `pwd` is a program, too.
pub(super) fn stands_alone(word: &str) -> bool {
    word != "pwd" && WORDS.contains(&word)
}

//! The words that the prompt answers itself.

/// The words that make one, for completion.
pub(super) const WORDS: &[&str] = &["cd", "pwd", "help", "history", "exit", "logout"];

/// Whether this word means nothing but at the beginning of a line of its own. `pwd` is a program, too.
pub(super) fn stands_alone(word: &str) -> bool {
    word != "pwd" && WORDS.contains(&word)
}

//! What a person is about to run, as it was read.

use crate::command::Confidence;

/// A line, and how sure it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    /// Another reading; the stricter of the two counts.
    pub or: Option<String>,
    pub confidence: Confidence,
    /// What stands left of where it began: the last row of the prompt, if it was seen.
    pub prompt: String,
    /// A shell asks for it on the alternate screen.
    pub alternate: bool,
    /// Nobody knows whose it is: a full-screen program's, or a shell's.
    pub stranger: bool,
    /// A full-screen program did not answer what was typed: if it ends, a shell reads it.
    pub unanswered: bool,
    /// Only a program without a line editor marks what is for a shell.
    pub(super) editing: bool,
}

impl Line {
    pub(super) fn partial(text: String) -> Self {
        Self {
            text,
            or: None,
            confidence: Confidence::Partial,
            prompt: String::new(),
            alternate: false,
            stranger: false,
            unanswered: false,
            editing: true,
        }
    }

    /// What a shell gets to see of one of its readings: programs that hand a line on mark it.
    pub fn for_shell<'t>(&self, text: &'t str) -> &'t str {
        let rest = text.strip_prefix("\\!").or_else(|| text.strip_prefix('!').filter(|_| !self.editing));
        rest.unwrap_or(text)
    }
}

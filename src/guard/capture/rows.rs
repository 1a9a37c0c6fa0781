//! The rows of a command that the shell goes on asking for: judged as a whole when it is whole.

use super::super::prompt::Prompt;
use super::super::unfinished::is_unfinished;

#[derive(Default)]
pub(super) struct Rows(Option<Open>);

struct Open {
    text: String,
    /// The prompt of the first row.
    first: Option<Prompt>,
    /// Where the shell asks for the next one.
    next: isize,
}

/// More than this is no command that somebody types.
const MAX: usize = 256 * 1024;

impl Rows {
    pub(super) fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// The prompt at which the rows so far began.
    pub(super) fn first(&self) -> Option<&Prompt> {
        self.0.as_ref()?.first.as_ref()
    }

    pub(super) fn clear(&mut self) {
        self.0 = None;
    }

    /// The rows so far, and one more.
    pub(super) fn with(&self, row: &str) -> String {
        match &self.0 {
            Some(open) => format!("{}\n{row}", open.text),
            None => row.to_owned(),
        }
    }

    /// Whether the shell will ask for more. A backslash at the end is one only if nothing stands behind it,
    /// which is not seen where the cursor may have moved.
    pub(super) fn goes_on(&self, whole: &str, moved: bool) -> bool {
        whole.len() < MAX && !(moved && whole.ends_with('\\')) && is_unfinished(whole)
    }

    /// The row goes to the shell, which will ask for the next one below it.
    pub(super) fn keep(&mut self, text: String, prompt: Option<Prompt>, next: isize) {
        let first = self.0.take().map_or(prompt, |open| open.first);
        self.0 = Some(Open { text, first, next });
    }

    /// A line begins. Unless the shell asks for the next row, it has taken those so far for a command, which
    /// is returned.
    pub(super) fn begin(&mut self, prompt: Option<&Prompt>) -> Option<String> {
        let open = self.0.as_ref()?;
        let asks = prompt.is_some_and(|prompt| {
            prompt.row() <= open.next && !open.first.as_ref().is_some_and(|first| first.is_same_text(prompt))
        });
        if asks { None } else { self.0.take().map(|open| open.text) }
    }
}

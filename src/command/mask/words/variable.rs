//! Secrets in variables and in options that are called after them.

use super::super::super::opaque::Why;
use super::super::super::simple::{Program, Simple};
use super::super::super::word::Word;
use super::super::hide::Hide;
use super::super::places::{ASSIGNING, CONTAINING, PASSING_ON, Part};
use super::Finder;
use super::names::{is_secret, is_secret_name};

impl Finder<'_> {
    /// `PGPASSWORD=x`.
    pub(super) fn assigned(&self, command: &Simple) -> impl Iterator<Item = Hide> {
        command.assignments.iter().filter_map(|assignment| {
            let shown = !is_secret(&assignment.name) || self.may_run(&assignment.name);
            Hide::inside(self.line, &assignment.value, "", "").filter(|_| !shown)
        })
    }

    /// What a variable holds may be run: it is a secret only where nothing that is not read runs, or the line does
    /// not use it.
    pub(super) fn may_run(&self, name: &str) -> bool {
        let used = || self.line.contains(&format!("${name}")) || self.line.contains(&format!("${{{name}"));
        self.runs_unread(true) && used()
    }

    /// Whether a word of the line could run that is not read as a command: `$_`, `eval`, what a variable holds.
    pub(super) fn runs_unread(&self, code: bool) -> bool {
        self.reading.commands.iter().any(|command| command.program == Program::Unknown)
            || self.reading.opaque.iter().any(|why| match why {
                Why::Program | Why::Text | Why::Eval | Why::ExpandedTwice | Why::History => true,
                Why::Code => code,
                _ => false,
            })
    }

    /// `--password=x`, `--password x`.
    pub(super) fn option(&self, word: &Word, next: Option<&Word>, program: &str) -> Option<Hide> {
        let head = word.head();
        let name = head.split('=').next().unwrap_or_default();
        let secret = match (name.strip_prefix("--"), name.strip_prefix('-')) {
            (Some(long), _) => is_secret(long),
            // `-psecret` is `-p`.
            (None, Some(short)) => is_secret_name(short),
            (None, None) => head.len() > name.len() && is_secret(name) && !self.may_run(name),
        };
        match head.get(..=name.len()) {
            _ if !secret => None,
            Some(before) if name.starts_with('-') || assigns(program) => {
                Hide::inside(self.line, word, before, "")
            }
            Some(before) => {
                Hide::inside(self.line, word, before, behind_value(word.after(before)?.literal()?))
            }
            None => self.whole(next?, Part::All),
        }
    }

    /// `docker run -e NAME=x`, `--env=NAME=x`: a variable for what a container runs, its value to the end of the word.
    pub(super) fn passed_on(&self, program: &str, before: Option<&Word>, word: &Word) -> Option<Hide> {
        let text = word.literal().filter(|_| CONTAINING.contains(&program))?;
        let attached = PASSING_ON.iter().find_map(|option| match option.strip_prefix("--") {
            Some(_) => text.strip_prefix(option)?.strip_prefix('='),
            None => text.strip_prefix(option).filter(|rest| !rest.is_empty()),
        });
        let behind = before.and_then(Word::literal).is_some_and(|before| PASSING_ON.contains(&before));
        let (name, value) = attached.or(behind.then_some(text))?.split_once('=')?;
        let is_name = name.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_');
        // What stands behind `-e` may be a statement, too, for a program in the container.
        let is_value = !value.contains([';', '|', '&', '<', '>', '(', ')', '{', '}', '$', '`', '\n']);
        if !is_name || !is_value || !is_secret(name) || self.may_run(name) {
            return None;
        }
        let front = text.strip_suffix(value)?;
        Hide::inside(self.line, word, front, "")
    }
}

/// What stands behind the value in a list, a form or a connection's settings.
fn behind_value(text: &str) -> &str {
    let ends = |sign: char| sign.is_whitespace() || matches!(sign, ',' | ';' | '&');
    text.find(ends).and_then(|at| text.get(at..)).unwrap_or_default()
}

fn assigns(program: &str) -> bool {
    ASSIGNING.contains(&program) || super::super::super::wrap::sets_variables(program)
}

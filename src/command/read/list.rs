//! Lists and pipelines.

use super::broken::Broken;
use super::found::{DEEPEST, Found};
use super::reader::Reader;
use super::simple::Opened;
use crate::command::opaque::Why;
use crate::command::simple::{Input, Program, Simple};
use crate::command::word::Word;

/// Words that are not commands where a command may begin.
const CLOSING: &[&str] = &["then", "else", "elif", "fi", "do", "done", "esac", "}"];

impl Found {
    /// A command that the grammar itself runs, such as `time`.
    pub(super) fn keyword(&mut self, name: &str, source: &str) {
        let simple = Simple {
            program: Program::Named { name: name.to_owned(), trusted: true },
            args: Vec::new(),
            own: 0,
            assignments: Vec::new(),
            writes: Vec::new(),
            expands: false,
            input: Input::Inherited,
            dir: None,
            mixed: false,
            bomb: false,
            source: source.to_owned(),
            place: None,
        };
        self.reading.commands.push(simple);
    }
}

impl Reader<'_, '_> {
    /// Everything, to the end of the text.
    pub(super) fn whole(&mut self) -> Result<(), Broken> {
        self.list()?;
        match self.peek() {
            None => self.no_body_missing(),
            Some(_) => Err(Broken::syntax("something is closed that was not opened")),
        }
    }

    /// Commands, until something that closes a construct, or the end.
    pub(super) fn list(&mut self) -> Result<(), Broken> {
        loop {
            self.skip_lines()?;
            if self.at_close() {
                return Ok(());
            }
            self.pipeline()?;
            self.skip_blanks();
            let separated = ["&&", "||"].iter().any(|sign| self.take(sign));
            if separated {
                self.skip_lines()?;
                if self.at_close() {
                    return Err(Broken::syntax("a command is missing after && or ||"));
                }
                continue;
            }
            if self.starts(";;") || self.starts(";&") {
                return Ok(());
            }
            if !(self.take(";") || self.take("&") || self.starts("\n") || self.at_comment()) {
                return if self.at_close() {
                    Ok(())
                } else {
                    Err(Broken::syntax("two commands stand side by side"))
                };
            }
        }
    }

    fn at_close(&self) -> bool {
        match self.peek() {
            None | Some(')') => true,
            Some(';') => self.starts(";;") || self.starts(";&"),
            Some(_) => CLOSING.iter().any(|word| self.at_keyword(word)),
        }
    }

    fn pipeline(&mut self) -> Result<(), Broken> {
        let start = self.at;
        loop {
            let before = self.at;
            if self.take_keyword("time") {
                self.skip_blanks();
                while self.take_keyword("-p") || self.take_keyword("--") {
                    self.skip_blanks();
                }
                if self.starts("-") {
                    // bash knows no other option; where `time` is a program, it has some.
                    self.at = before;
                    break;
                }
                self.found.keyword("time", "time");
            } else if !self.take_keyword("!") {
                break;
            }
            self.skip_blanks();
        }
        // `time` and `!` alone are whole commands.
        if start != self.at && (self.at_close() || self.starts(";") || self.starts("\n")) {
            return Ok(());
        }
        self.command(&Input::Inherited)?;
        loop {
            self.skip_blanks();
            if self.starts("||") || !(self.take("|&") || self.take("|")) {
                return Ok(());
            }
            self.skip_lines()?;
            self.command(&Input::Elsewhere)?;
        }
    }

    /// One command, with what its standard input is where it says nothing else.
    fn command(&mut self, input: &Input) -> Result<(), Broken> {
        let before = self.found.reading.commands.len();
        let compound = self.nested(Self::compound)?;
        if !compound {
            return self.simple(input);
        }
        self.redirections(before, input)?;
        self.found.inherit(before, input);
        Ok(())
    }

    pub(super) fn nested<T>(
        &mut self,
        what: impl FnOnce(&mut Self) -> Result<T, Broken>,
    ) -> Result<T, Broken> {
        if self.found.depth >= DEEPEST {
            return Err(Broken(Why::TooDeep));
        }
        self.found.depth += 1;
        let done = what(self);
        self.found.depth -= 1;
        done
    }

    /// Whether this word stands here, whole and without quotes.
    pub(super) fn at_keyword(&self, keyword: &str) -> bool {
        let rest = self.rest();
        rest.strip_prefix(keyword).is_some_and(|rest| {
            // A word goes on behind a backslash and a line end.
            let after = rest.trim_start_matches("\\\n").chars().next();
            after.is_none_or(|next| " \t\n;&|()<>".contains(next))
        })
    }

    pub(super) fn take_keyword(&mut self, keyword: &str) -> bool {
        let taken = self.at_keyword(keyword);
        if taken {
            self.at += keyword.len();
        }
        taken
    }

    /// Redirections behind a compound command, which began with the command `before`.
    pub(super) fn redirections(&mut self, before: usize, input: &Input) -> Result<(), Broken> {
        let mut opened = Opened::default();
        loop {
            self.skip_blanks();
            if !self.redirection(&mut opened)? {
                break;
            }
        }
        if opened.has_two(*input == Input::Elsewhere) {
            self.found.reading.commands.iter_mut().skip(before).for_each(|command| command.mixed = true);
        }
        if !opened.is_empty() {
            // Each command in it may read what the whole is given.
            opened.input().into_iter().for_each(|input| self.found.inherit(before, input));
            self.push(opened.alone(self.found.dir.clone()), before);
        }
        Ok(())
    }

    /// Whether no word goes on here.
    pub(super) fn at_word_end(&self) -> bool {
        self.peek().is_none_or(|next| "\n;&|()<>".contains(next))
    }

    pub(super) fn note_dir(&mut self, words: &[Word]) {
        self.found.dir = match words {
            [one] if one.literal().is_some_and(|to| to.starts_with('/')) => one.literal().map(str::to_owned),
            [one] => one.literal().and_then(|to| {
                let from = self.found.dir.as_deref()?;
                (to != "-").then(|| format!("{from}/{to}"))
            }),
            _ => None,
        };
    }
}

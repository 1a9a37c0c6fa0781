//! A line as it was understood: pipelines of commands, and what joins them.

use std::fmt;

use super::lexer::{Token, tokens};
use super::pipeline::{Command, Pipeline};
use super::program::program;
use super::quote;
use super::refused::{RefusalReason, Refused};
use super::word::Word;
use crate::terminal::editor::MAX_LINE;

/// What a line does. Only [`plan`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    first: Pipeline,
    then: Vec<(Join, Pipeline)>,
}

/// Whether the next pipeline runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Join {
    /// `;`
    Always,
    /// `&&`
    And,
    /// `||`
    Or,
}

/// Reads a line.
///
/// # Errors
/// The first thing in it that strict mode has no room for, and where.
pub fn plan(line: &str) -> Result<Plan, Refused> {
    if line.len() > MAX_LINE {
        return Err(Refused::new(RefusalReason::Long, MAX_LINE, MAX_LINE.to_string()));
    }
    let end = line.chars().count() + 1;
    let mut reader = Reader { tokens: tokens(line)?.into_iter().peekable(), end };
    let first = reader.pipeline()?;
    let mut then = Vec::new();
    while let Some((_, token)) = reader.tokens.next() {
        let join = match token {
            Token::And => Join::And,
            Token::Or => Join::Or,
            _ if reader.tokens.peek().is_none() => break, // a line may end with `;`
            _ => Join::Always,
        };
        then.push((join, reader.pipeline()?));
    }
    Ok(Plan { first, then })
}

struct Reader<I: Iterator<Item = (usize, Token)>> {
    tokens: std::iter::Peekable<I>,
    end: usize,
}

impl<I: Iterator<Item = (usize, Token)>> Reader<I> {
    fn pipeline(&mut self) -> Result<Pipeline, Refused> {
        let first = self.command()?;
        let mut then = Vec::new();
        while self.tokens.next_if(|(_, token)| *token == Token::Pipe).is_some() {
            then.push(self.command()?);
        }
        Ok(Pipeline { first, then })
    }

    fn command(&mut self) -> Result<Command, Refused> {
        let (at, word) = self.word().ok_or_else(|| self.missing())?;
        let program = program(at, &word)?;
        let mut arguments = Vec::new();
        while let Some((at, word)) = self.word() {
            if word.is_wild_option() {
                return Err(Refused::new(RefusalReason::Option, at, word.to_string()));
            }
            arguments.push((at, word));
        }
        let command =
            Command { program, arguments: arguments.iter().map(|(_, word)| word.clone()).collect() };
        match command.environment().and_then(|changed| arguments.get(changed)) {
            Some((at, word)) => Err(Refused::new(RefusalReason::Assignment, *at, word.to_string())),
            None => Ok(command),
        }
    }

    fn word(&mut self) -> Option<(usize, Word)> {
        match self.tokens.next_if(|(_, token)| matches!(token, Token::Word(_)))? {
            (at, Token::Word(word)) => Some((at, word)),
            _ => None,
        }
    }

    fn missing(&mut self) -> Refused {
        let at = self.tokens.peek().map_or(self.end, |(at, _)| *at);
        Refused::new(RefusalReason::Missing, at, "")
    }
}

impl Plan {
    /// Its one command, if it has no more.
    pub(super) fn only(&self) -> Option<&Command> {
        (self.then.is_empty() && self.first.then.is_empty()).then_some(&self.first.first)
    }

    /// The whole plan, each of its commands written by `written`.
    pub(super) fn write(&self, written: impl Fn(&Command) -> String) -> String {
        self.then.iter().fold(self.first.write(&written), |text, (join, pipeline)| {
            let join = match join {
                Join::Always => "; ",
                Join::And => " && ",
                Join::Or => " || ",
            };
            text + join + &pipeline.write(&written)
        })
    }
}

impl Pipeline {
    fn write(&self, written: impl Fn(&Command) -> String) -> String {
        self.then.iter().fold(written(&self.first), |text, then| text + " | " + &written(then))
    }
}

/// What is judged: each word as it is after its quotes are gone, in quotes only where it needs them, and one blank
/// between two.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.write(Command::to_string))
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quote::where_needed(&self.program))?;
        self.arguments.iter().try_for_each(|word| write!(f, " {word}"))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;

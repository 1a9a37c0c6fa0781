//! One simple command: assignments, words and redirections, in any order the shell takes them in.

use super::broken::Broken;
use super::found::MOST;
use super::reader::{Awaited, Reader};
use crate::command::opaque::Why;
use crate::command::simple::{Assignment, Input, Program, Simple};
use crate::command::word::{Piece, Word};

/// What a command's redirections open.
#[derive(Debug, Default)]
pub(super) struct Opened {
    writes: Vec<Word>,
    expands: bool,
    input: Option<Input>,
    /// The standard input is opened more than once.
    again: bool,
    here: Vec<Awaited>,
}

impl Opened {
    pub(super) fn input(&self) -> Option<&Input> {
        self.input.as_ref()
    }

    fn read_from(&mut self, input: Input) {
        self.again |= self.input.replace(input).is_some();
    }

    /// Whether the command has two inputs, with what it has from the pipe in front of it: bash takes the last, zsh
    /// all, one after the other.
    pub(super) fn has_two(&self, piped: bool) -> bool {
        self.again || piped && self.input.is_some()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.writes.is_empty() && self.input.is_none() && self.here.is_empty()
    }

    /// The redirections of a compound command, as a command that does nothing else.
    pub(super) fn alone(self, dir: Option<String>) -> (Simple, Vec<Awaited>) {
        let simple = Simple {
            program: Program::Nothing,
            args: Vec::new(),
            own: 0,
            assignments: Vec::new(),
            writes: self.writes,
            expands: self.expands,
            input: self.input.unwrap_or_default(),
            mixed: false,
            dir,
            bomb: false,
            source: String::new(),
            place: None,
        };
        (simple, self.here)
    }
}

impl Reader<'_, '_> {
    pub(super) fn simple(&mut self, input: &Input) -> Result<(), Broken> {
        let (start, before) = (self.at, self.found.reading.commands.len());
        let (mut words, mut assignments, mut opened) = (Vec::new(), Vec::new(), Opened::default());
        loop {
            self.skip_blanks();
            if self.at_comment() || self.redirection(&mut opened)? {
                if self.at_comment() {
                    break;
                }
                continue;
            }
            if self.at_word_end() && !self.at_process() {
                break;
            }
            match self.assignment(words.is_empty())? {
                Some(assignment) => assignments.push(assignment),
                None => words.append(&mut self.word()?),
            }
        }
        if self.starts("(") {
            return self.function(&words, assignments.is_empty() && opened.is_empty());
        }
        if words.is_empty() && assignments.is_empty() && opened.is_empty() {
            return Err(Broken::syntax("a command is missing"));
        }
        let mixed = opened.has_two(*input == Input::Elsewhere);
        let expands = words.iter().chain(assignments.iter().map(|one| &one.value)).any(Word::expands);
        let (program, args) = match words.split_first() {
            Some((program, args)) => (Program::of(program), args.to_vec()),
            None => (Program::Nothing, Vec::new()),
        };
        let simple = Simple {
            program,
            own: args.len(),
            args,
            assignments,
            writes: opened.writes,
            expands: expands || opened.expands,
            input: opened.input.unwrap_or_else(|| input.clone()),
            mixed,
            dir: self.found.dir.clone(),
            bomb: false,
            source: self.since(start).trim().to_owned(),
            place: self.place(start),
        };
        // What is substituted in its words reads from where it would itself.
        self.found.inherit(before, input);
        self.push((simple, opened.here), self.found.reading.commands.len());
        Ok(())
    }

    /// `name ()` and its body, which is judged as if it ran.
    fn function(&mut self, words: &[Word], alone: bool) -> Result<(), Broken> {
        let named = matches!(words, [name] if name.literal().is_some());
        if !(named && alone && self.take("(")) {
            return Err(Broken::syntax("a parenthesis stands where none can"));
        }
        self.skip_blanks();
        self.close(")")?;
        let first = self.found.reading.commands.len();
        self.function_body()?;
        let name = words.first().and_then(Word::literal);
        let calls =
            |command: &&mut Simple| command.program.name().is_some() && command.program.name() == name;
        let mut again = self.found.reading.commands.iter_mut().skip(first).filter(calls);
        if let (Some(one), Some(_)) = (again.next(), again.next()) {
            one.bomb = true;
        }
        Ok(())
    }

    /// Keeps a command, and finds what it runs in its turn. Its here-documents are read by the commands from
    /// `first` on.
    pub(super) fn push(&mut self, (simple, here): (Simple, Vec<Awaited>), first: usize) {
        if self.found.reading.commands.len() >= MOST {
            return self.found.opaque(Why::TooMany);
        }
        if matches!(simple.program.name(), Some("cd" | "pushd" | "popd")) {
            self.note_dir(&simple.args);
        }
        self.found.run(simple);
        let commands = first..self.found.reading.commands.len();
        self.pending.extend(here.into_iter().map(|here| here.read_by(commands.clone())));
    }

    /// `NAME=value`, where `allowed`: an assignment stands before the program.
    fn assignment(&mut self, allowed: bool) -> Result<Option<Assignment>, Broken> {
        let rest = self.rest();
        let in_zsh = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(in_zsh).unwrap_or_default();
        if allowed && !name.is_ascii() && after.trim_start_matches('+').starts_with(['=', '[']) {
            self.found.opaque(Why::Syntax("a name with other letters is a variable's to some shells"));
        }
        let name = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(name).unwrap_or_default();
        let after_name = after;
        let index = if after.starts_with('[') { after.find(']').map_or(0, |end| end + 1) } else { 0 };
        let plain = after
            .get(..index)
            .unwrap_or_default()
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "[]_@*".contains(c));
        let after = after.get(index..).unwrap_or_default();
        let sign = if after.starts_with("+=") { 2 } else { usize::from(after.starts_with('=')) };
        if allowed && !name.is_empty() && after_name.starts_with('[') && (index == 0 || !plain) {
            // What is substituted in an index runs; and bash takes blanks into it.
            self.found.opaque(Why::ExpandedTwice);
        }
        if !allowed || name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) || sign == 0 {
            return Ok(None);
        }
        self.at += name.len() + index + sign;
        let value = if self.take("(") {
            self.array()?
        } else if self.peek().is_none_or(char::is_whitespace) || self.at_word_end() {
            Word::text("")
        } else {
            self.value()?
        };
        Ok(Some(Assignment { name: name.to_owned(), value }))
    }

    fn array(&mut self) -> Result<Word, Broken> {
        loop {
            self.skip_lines()?;
            if self.take(")") {
                if !(self.at_word_end() || self.peek().is_some_and(char::is_whitespace)) {
                    // bash goes on with the same word, zsh begins another.
                    return Err(Broken::syntax("something stands right behind an array"));
                }
                return Ok(Word::unknown());
            }
            if self.at_word_end() {
                return Err(Broken::syntax("an array is not closed"));
            }
            self.word()?;
        }
    }

    /// One redirection, if one stands here.
    pub(super) fn redirection(&mut self, opened: &mut Opened) -> Result<bool, Broken> {
        let start = self.at;
        let standard = self.descriptor();
        let signs = ["<<<", "<<-", "<<", "<&", "<>", "&>>", "&>", ">>", ">&", ">|", "<", ">"];
        let Some(sign) = signs.into_iter().find(|sign| self.starts(sign)) else {
            self.at = start;
            return Ok(false);
        };
        if self.at_process() {
            self.at = start;
            return Ok(false);
        }
        self.at += sign.len();
        self.skip_blanks();
        if sign == "<<" || sign == "<<-" {
            opened.here.push(self.here_document(sign == "<<-")?);
            if standard {
                opened.read_from(Input::Awaited);
            }
            return Ok(true);
        }
        if self.at_word_end() && !self.at_process() {
            return Err(Broken::syntax("a redirection has no file"));
        }
        let word = self.plain_word()?.whole();
        opened.expands |= word.expands();
        let descriptor = word
            .literal()
            .is_some_and(|to| to.trim_end_matches('-').chars().all(|character| character.is_ascii_digit()));
        match sign {
            "<<<" | "<" | "<&" if !standard => {}
            "<<<" => opened.read_from(Input::Here(word)),
            "<" | "<&" => opened.read_from(Input::Elsewhere),
            ">&" if descriptor => {}
            _ => opened.writes.push(word),
        }
        Ok(true)
    }

    /// `2` or `{name}` in front of a redirection. Whether one that reads is about the standard input.
    fn descriptor(&mut self) -> bool {
        let rest = self.rest();
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let named = rest.strip_prefix('{').and_then(|name| name.split_once('}')).filter(|(name, _)| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        });
        let after = named.map_or(digits, |(_, after)| after);
        if after.starts_with(['<', '>']) {
            if named.is_some() {
                self.found.opaque(Why::Syntax("{name} in front of a redirection is a word to some shells"));
            }
            self.at += rest.len() - after.len();
        }
        named.is_some() || matches!(rest.strip_suffix(after), Some("" | "0" | "00"))
    }

    /// `<(…)` or `>(…)`.
    pub(super) fn at_process(&self) -> bool {
        self.starts("<(") || self.starts(">(")
    }

    /// A word that is one, whatever braces stand in it.
    pub(super) fn plain_word(&mut self) -> Result<Word, Broken> {
        let mut words = self.word()?;
        match words.len() {
            1 => Ok(words.remove(0)),
            _ => {
                let mut word = Word::default();
                word.push(Piece::Unknown);
                Ok(word)
            }
        }
    }
}

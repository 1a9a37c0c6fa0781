//! Reads a line as a POSIX shell or bash would, and finds every simple command in it.
//!
//! One pass from left to right, in time linear in the line and with bounded recursion, whatever the line
//! is: it comes from whoever is to be judged. Structure counts only as far as it tells where a command
//! begins and ends and what is quoted; where this grammar and a shell may disagree, the line is opaque.
//!
//! Our own, since the well-kept parsers of shell grammar are made for scripts that one trusts: they recurse
//! without bound, backtrack exponentially in nested parentheses, panic on a long number in braces, or keep
//! what they read in a cache of the process.
//!
//! | file | reads |
//! |---|---|
//! | [`list`] | pipelines, lists and compound commands |
//! | [`simple`] | one simple command: assignments, words, redirections |
//! | [`word`] | a word: quotes, expansions, substitutions |
//! | [`history`] | `!!`, which an interactive shell replaces first |
//! | [`brace`] | `{a,b}` and `{1..3}` |
//! | [`ansi`] | `$'…'` |

mod ansi;
mod brace;
mod expand;
mod glob;
mod here;
mod history;
mod list;
mod simple;
#[cfg(test)]
mod tests;
mod word;

use std::collections::VecDeque;
use std::ops::Range;

use super::Place;
use super::opaque::Why;
use super::simple::{Input, Simple};
use super::wrap;

/// What a line runs, as far as reading tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// In the order of the line; what a command runs comes after it.
    pub commands: Vec<Simple>,
    /// What a shell runs that knows no comments, as zsh does where a person types: judged, and not listed.
    pub uncommented: Vec<Simple>,
    pub opaque: Vec<Why>,
}

/// Bytes of a line that are read. More than a terminal's line buffer (4,096) takes.
pub(super) const LONGEST: usize = 64 * 1024;
/// Constructs inside each other.
const DEEPEST: usize = 48;
/// Commands in one line, with all that they run.
pub(super) const MOST: usize = 4096;

/// Parentheses of a line that are taken for arithmetic, and are none: each doubles the work.
const MOST_TRIES: usize = 64;

/// The line does not parse, or is not read further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken(pub Why);

impl Broken {
    fn syntax(what: &'static str) -> Self {
        Self(Why::Syntax(what))
    }
}

/// What is found while reading; nested texts share it.
#[derive(Debug)]
pub(super) struct Found {
    pub reading: Reading,
    pub place: Place,
    /// Where relative names begin from here on.
    pub dir: Option<String>,
    /// Constructs that are open.
    depth: usize,
    /// Texts of code inside each other: `sh -c "sh -c …"`.
    pub codes: usize,
    /// Whether `#` begins a comment, and whether one was there.
    comments: bool,
    commented: bool,
    /// Parentheses that were taken for arithmetic, and are none.
    tries: usize,
    /// Commands that run what they read from their input, which a construct around them may still give them.
    fed: VecDeque<usize>,
    /// Where the next text of code stands in the line, to the letter.
    origin: Option<usize>,
}

/// Texts of code that stand in a line's input for its commands.
const MOST_FED: usize = 64;

/// Reads one line; `dir` is where relative names begin, as far as it is known.
pub(super) fn read(line: &str, place: Place, dir: Option<&str>) -> Reading {
    let mut found = Found::new(place, dir, true);
    found.line(line);
    if found.commented && place == Place::Terminal {
        let mut plain = Found::new(place, dir, false);
        plain.line(line);
        plain.reading.opaque.into_iter().for_each(|why| found.opaque(why));
        found.reading.uncommented = plain.reading.commands;
    }
    found.reading
}

impl Found {
    fn new(place: Place, dir: Option<&str>, comments: bool) -> Self {
        Self {
            reading: Reading::default(),
            place,
            dir: dir.map(str::to_owned),
            depth: 0,
            codes: 0,
            comments,
            commented: false,
            tries: 0,
            fed: VecDeque::new(),
            origin: None,
        }
    }

    fn line(&mut self, line: &str) {
        if line.len() > LONGEST {
            return self.opaque(Why::TooLong);
        }
        if line.chars().any(|sign| sign.is_control() && sign != '\n' && sign != '\t') {
            self.opaque(Why::Control);
        }
        if self.place == Place::Terminal && history::repeats(line) {
            self.opaque(Why::History);
        }
        self.origin = Some(0);
        self.read(line);
        self.settle();
    }

    pub(super) fn opaque(&mut self, why: Why) {
        if !self.reading.opaque.contains(&why) {
            self.reading.opaque.push(why);
        }
    }

    /// A command runs what it reads: now, if that is known, or when the line is read.
    pub(super) fn feeds(&mut self, at: usize) {
        match self.reading.commands.get(at) {
            Some(Simple { input: Input::Here(_), .. }) => self.feed(at),
            _ => self.fed.push_back(at),
        }
    }

    /// Whether a command waits to be fed; it does not any more.
    fn is_fed(&mut self, at: usize) -> bool {
        let waiting = self.fed.iter().position(|fed| *fed == at);
        waiting.and_then(|waiting| self.fed.remove(waiting)).is_some()
    }

    fn feed(&mut self, at: usize) {
        let Some(command) = self.reading.commands.get(at).cloned() else { return };
        let dir = std::mem::replace(&mut self.dir, command.dir.clone());
        wrap::feed(&command, self);
        self.dir = dir;
    }

    /// What is still fed, now that all that could feed it was read.
    fn settle(&mut self) {
        for _ in 0..MOST_FED {
            let Some(at) = self.fed.pop_front() else { return };
            self.feed(at);
        }
        if !self.fed.is_empty() {
            self.opaque(Why::TooMany);
        }
    }

    /// The commands from there on have this input, where they say nothing else.
    pub(super) fn inherit(&mut self, from: usize, input: &Input) {
        let inside = self.reading.commands.iter_mut().skip(from);
        inside.filter(|command| command.input == Input::Inherited).for_each(|command| {
            command.input = input.clone();
        });
    }

    /// Does something one level deeper.
    fn deeper<T>(&mut self, what: impl FnOnce(&mut Self) -> Result<T, Broken>) -> Result<T, Broken> {
        if self.depth >= DEEPEST {
            return Err(Broken(Why::TooDeep));
        }
        self.depth += 1;
        let done = what(self);
        self.depth -= 1;
        done
    }

    /// The next text that is read stands here in the line, to the letter.
    pub(super) fn stands_at(&mut self, origin: Option<usize>) {
        self.origin = origin;
    }

    /// Reads a text of code to its end; what does not parse is opaque.
    pub(super) fn read(&mut self, text: &str) {
        let origin = self.origin.take();
        let read = self.deeper(|found| Reader { origin, ..Reader::new(text, found) }.whole());
        if let Err(Broken(why)) = read {
            self.opaque(why);
        }
    }
}

/// A place in a text that is being read.
struct Reader<'t, 'f> {
    text: &'t str,
    at: usize,
    /// Where the text stands in the line, if it does to the letter.
    origin: Option<usize>,
    /// Here-documents whose bodies come after the line's end.
    pending: Vec<here::Awaited>,
    /// Where the last of them ended.
    body_end: usize,
    found: &'f mut Found,
}

impl<'t, 'f> Reader<'t, 'f> {
    fn new(text: &'t str, found: &'f mut Found) -> Self {
        Self { text, at: 0, origin: None, pending: Vec::new(), body_end: 0, found }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn starts(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    /// The next character, taken.
    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Takes a text where it stands here.
    fn take(&mut self, text: &str) -> bool {
        let taken = self.starts(text);
        if taken {
            self.at += text.len();
        }
        taken
    }

    /// Takes this sign, and says how deep in parentheses it leads.
    fn between_parentheses(&mut self, sign: char, depth: usize) -> usize {
        self.at += sign.len_utf8();
        match sign {
            '(' => depth + 1,
            ')' => depth.saturating_sub(1),
            _ => depth,
        }
    }

    /// What was read since.
    fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Where in the line it was read, if it stands there to the letter.
    fn place(&self, start: usize) -> Option<Range<usize>> {
        self.origin.map(|origin| origin + start..origin + self.at)
    }

    /// Whether a comment begins where a word could. Code for another shell is not what a person types.
    fn at_comment(&mut self) -> bool {
        let comment = self.starts("#") && (self.found.comments || self.found.codes > 0);
        self.found.commented |= comment && self.found.codes == 0;
        comment
    }

    /// Blanks, and lines that go on.
    fn skip_blanks(&mut self) {
        while self.take(" ") || self.take("\t") || self.take("\\\n") {}
    }

    /// Blanks, line ends and comments.
    fn skip_lines(&mut self) -> Result<(), Broken> {
        loop {
            self.skip_blanks();
            if self.at_comment() {
                let comment = self.rest();
                self.at += comment.find('\n').unwrap_or(comment.len());
            }
            if !self.take("\n") {
                return Ok(());
            }
            self.bodies()?;
        }
    }
}

//! Lists, pipelines and compound commands.

use super::super::simple::{Input, Program, Simple};
use super::super::word::Word;
use super::super::wrap;
use super::{Broken, Found, Reader, Why};

/// Words that are not commands where a command may begin.
const CLOSING: &[&str] = &["then", "else", "elif", "fi", "do", "done", "esac", "}"];

impl Found {
    /// A command that the grammar itself runs, such as `time`.
    fn keyword(&mut self, name: &str, source: &str) {
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
        if self.found.depth >= super::DEEPEST {
            return Err(Broken(super::Why::TooDeep));
        }
        self.found.depth += 1;
        let done = what(self);
        self.found.depth -= 1;
        done
    }

    /// A compound command, if one begins here.
    fn compound(&mut self) -> Result<bool, Broken> {
        if self.starts("((") && self.arithmetic_command()? {
        } else if self.take("(") {
            self.subshell()?;
        } else if self.take_keyword("{") {
            self.list()?;
            self.expect("}")?;
        } else if self.take_keyword("if") {
            self.conditional()?;
        } else if self.take_keyword("while") || self.take_keyword("until") {
            self.list()?;
            self.body()?;
        } else if self.take_keyword("for") || self.take_keyword("select") {
            self.each()?;
        } else if self.take_keyword("case") {
            self.case()?;
        } else if self.take_keyword("[[") {
            self.test()?;
        } else if self.take_keyword("function") {
            self.skip_blanks();
            self.word()?;
            self.skip_blanks();
            if self.take("(") {
                self.skip_blanks();
                self.close(")")?;
            }
            self.function_body()?;
        } else if self.take_keyword("coproc") {
            self.skip_blanks();
            self.found.keyword("coproc", "coproc");
            // Its name may be a word of the command; in a substitution bash itself takes it for one.
            self.found.opaque(Why::Syntax("coproc is not read alike everywhere"));
            return self.compound().and_then(|compound| {
                if compound { Ok(true) } else { self.simple(&Input::Elsewhere).map(|()| true) }
            });
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// Behind `(`, up to its `)`. What it does with its directory ends with it.
    pub(super) fn subshell(&mut self) -> Result<(), Broken> {
        let dir = self.found.dir.clone();
        self.list()?;
        self.found.dir = dir;
        self.close(")")
    }

    pub(super) fn function_body(&mut self) -> Result<(), Broken> {
        self.skip_lines()?;
        let before = self.found.reading.commands.len();
        if !self.nested(Self::compound)? {
            return Err(Broken::syntax("a function has no body"));
        }
        self.redirections(before, &Input::Inherited)?;
        // Whoever calls it may give it any input.
        self.found.inherit(before, &Input::Elsewhere);
        Ok(())
    }

    fn conditional(&mut self) -> Result<(), Broken> {
        self.list()?;
        self.expect("then")?;
        self.list()?;
        while self.take_keyword("elif") {
            self.list()?;
            self.expect("then")?;
            self.list()?;
        }
        if self.take_keyword("else") {
            self.list()?;
        }
        self.expect("fi")
    }

    fn body(&mut self) -> Result<(), Broken> {
        self.skip_lines()?;
        if self.take_keyword("{") {
            self.list()?;
            return self.expect("}");
        }
        self.expect("do")?;
        self.list()?;
        self.expect("done")
    }

    fn each(&mut self) -> Result<(), Broken> {
        self.skip_blanks();
        if self.starts("((") {
            if !self.arithmetic_command()? {
                return Err(Broken::syntax("for (( … )) is not closed"));
            }
        } else {
            let name = self.plain_word()?;
            self.skip_lines()?;
            if self.take_keyword("in") {
                self.skip_blanks();
                while !self.at_word_end() {
                    let words = self.word()?;
                    wrap::each_of(&name, &words, self.found);
                    self.skip_blanks();
                }
            } else {
                // To what the shell or the function was started with.
                wrap::each_of(&name, &[Word::unknown()], self.found);
            }
        }
        self.skip_blanks();
        let _ = self.take(";");
        self.body()
    }

    fn case(&mut self) -> Result<(), Broken> {
        self.skip_blanks();
        self.word()?;
        self.skip_lines()?;
        self.expect("in")?;
        loop {
            self.skip_lines()?;
            if self.take_keyword("esac") {
                return Ok(());
            }
            let _ = self.take("(");
            self.patterns()?;
            self.list()?;
            let closed = [";;&", ";;", ";&"].iter().any(|sign| self.take(sign));
            self.skip_lines()?;
            if !closed {
                return self.expect("esac");
            }
        }
    }

    fn patterns(&mut self) -> Result<(), Broken> {
        loop {
            self.skip_blanks();
            self.word()?;
            self.skip_blanks();
            if !self.take("|") {
                return self.close(")");
            }
        }
    }

    /// Behind `[[`: only what is substituted in it runs.
    fn test(&mut self) -> Result<(), Broken> {
        loop {
            self.skip_lines()?;
            if self.take_keyword("]]") {
                return Ok(());
            }
            let sign = |character: &char| "()<>|&;".contains(*character);
            if self.peek().filter(sign).is_some() {
                self.at += 1;
                continue;
            }
            if self.peek().is_none() {
                return Err(Broken::syntax("[[ is not closed"));
            }
            let words = self.word()?;
            wrap::named("[[", &words, self.found);
        }
    }

    /// `((…))`. Whether it was one: two parentheses that do not close side by side are two subshells.
    fn arithmetic_command(&mut self) -> Result<bool, Broken> {
        let (start, commands) = (self.at, self.found.reading.commands.len());
        if self.found.tries >= super::MOST_TRIES {
            return Err(Broken(super::Why::TooDeep));
        }
        self.at += 2;
        let read = self.arithmetic();
        if read.is_ok() && self.take("))") {
            let inside = self.since(start).trim_matches(['(', ')']).trim();
            // A shell without this construct runs it, in two subshells.
            if !inside.is_empty() && inside.chars().all(|c| c.is_ascii_alphabetic() || c == ' ') {
                self.found.keyword(inside.split(' ').next().unwrap_or_default(), inside);
            }
            return Ok(true);
        }
        self.at = start;
        self.found.tries += 1;
        self.found.reading.commands.truncate(commands);
        Ok(false)
    }

    fn expect(&mut self, keyword: &'static str) -> Result<(), Broken> {
        self.skip_lines()?;
        if self.take_keyword(keyword) { Ok(()) } else { Err(Broken::syntax("a construct is not closed")) }
    }

    pub(super) fn close(&mut self, sign: &'static str) -> Result<(), Broken> {
        if self.take(sign) { Ok(()) } else { Err(Broken::syntax("a parenthesis is not closed")) }
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
    fn redirections(&mut self, before: usize, input: &Input) -> Result<(), Broken> {
        let mut opened = super::simple::Opened::default();
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

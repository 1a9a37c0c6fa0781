//! Compound commands: `if`, `for`, `case`, functions and their like.

use super::broken::Broken;
use super::reader::Reader;
use crate::command::opaque::Why;
use crate::command::simple::Input;
use crate::command::word::Word;
use crate::command::wrap;

/// Parentheses of a line that are taken for arithmetic, and are none: each doubles the work.
const MOST_TRIES: usize = 64;

impl Reader<'_, '_> {
    /// A compound command, if one begins here.
    pub(super) fn compound(&mut self) -> Result<bool, Broken> {
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
        if self.found.tries >= MOST_TRIES {
            return Err(Broken(Why::TooDeep));
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
}

//! Secrets that a command is given, by the judge's reading of its words.

use std::ops::Range;

use super::super::opaque::Why;
use super::super::read::Reading;
use super::super::simple::{Input, Program, Simple};
use super::super::word::Word;
use super::hide::Hide;
use super::places::{
    ABOVE, ASKING, ASSIGNING, HANDING_ON, NAMES, PASSING, Part, READERS, REGISTRIES, ROWS, Row, SHORT_NAMES,
    Way,
};

/// All that are found in the words of a line.
pub(super) fn of(line: &str, reading: &Reading) -> Vec<Hide> {
    let finder = Finder { line, reading };
    // What a command runs stands behind it, and knows best what its own words are.
    let commands = reading.commands.iter().enumerate().rev();
    commands.flat_map(|(at, command)| finder.of_command(at, command)).collect()
}

/// Places whose values stay, since they may be run.
pub(super) fn kept(line: &str, reading: &Reading) -> Vec<Range<usize>> {
    let finder = Finder { line, reading };
    let assignments = reading.commands.iter().flat_map(|command| &command.assignments);
    let assigned = assignments.filter(|one| finder.may_run(&one.name)).filter_map(|one| one.value.place());
    let words = reading.commands.iter().flat_map(|command| &command.args);
    let told = words.filter(|word| word.head().split_once('=').is_some_and(|(name, _)| finder.may_run(name)));
    assigned.chain(told.filter_map(Word::place)).collect()
}

struct Finder<'l> {
    line: &'l str,
    reading: &'l Reading,
}

impl Finder<'_> {
    fn of_command(&self, at: usize, command: &Simple) -> Vec<Hide> {
        let mut found: Vec<Hide> = self.assigned(command).collect();
        let args = command.own_args();
        let name = command.program.name().unwrap_or_default();
        for (index, word) in args.iter().enumerate() {
            found.extend(self.option(word, args.get(index + 1), name));
            found.extend(self.statement(word));
        }
        for row in ROWS.iter().filter(|row| row.programs.iter().any(|program| is_called(name, program))) {
            found.extend(row.ways.iter().flat_map(|way| self.told(*way, row, args)));
        }
        found.extend(self.read_from_input(at, command));
        found
    }

    /// `PGPASSWORD=x`.
    fn assigned(&self, command: &Simple) -> impl Iterator<Item = Hide> {
        command.assignments.iter().filter_map(|assignment| {
            let shown = !is_secret(&assignment.name) || self.may_run(&assignment.name);
            Hide::inside(self.line, &assignment.value, "", "").filter(|_| !shown)
        })
    }

    /// What a variable holds may be run: it is a secret only where nothing that is not read runs, or the line does
    /// not use it.
    fn may_run(&self, name: &str) -> bool {
        let used = || self.line.contains(&format!("${name}")) || self.line.contains(&format!("${{{name}"));
        self.runs_unread(true) && used()
    }

    /// Whether a word of the line could run that is not read as a command: `$_`, `eval`, what a variable holds.
    fn runs_unread(&self, code: bool) -> bool {
        self.reading.commands.iter().any(|command| command.program == Program::Unknown)
            || self.reading.opaque.iter().any(|why| match why {
                Why::Program | Why::Text | Why::Eval | Why::ExpandedTwice | Why::History => true,
                Why::Code => code,
                _ => false,
            })
    }

    /// `--password=x`, `--password x`.
    fn option(&self, word: &Word, next: Option<&Word>, program: &str) -> Option<Hide> {
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

    /// SQL for a client, in one word.
    fn statement(&self, word: &Word) -> Vec<Hide> {
        let Some(place) = word.place().filter(|_| word.literal().is_some()) else { return Vec::new() };
        let source = self.line.get(place.clone()).unwrap_or_default();
        match source.contains(' ') {
            true => super::text::of_statement(source, place.start).collect(),
            false => Vec::new(),
        }
    }

    /// A word that is nothing but the secret, or holds it in this part.
    fn whole(&self, word: &Word, part: Part) -> Option<Hide> {
        let literal = word.literal()?;
        if literal.starts_with('-') || part == Part::All && self.runs_unread(false) {
            return None;
        }
        self.inside(word, "", part)
    }

    fn inside(&self, word: &Word, front: &str, part: Part) -> Option<Hide> {
        let value = word.literal()?.strip_prefix(front)?;
        let upto = |sign| value.find(sign).map(|at| at + char::len_utf8(sign));
        let (before, after) = match part {
            Part::All => (0, value.len()),
            Part::Behind(sign) => (upto(sign)?, value.len()),
            Part::Between(open, close) => {
                let before = upto(open).filter(|before| *before > 1)?;
                // `@a/b` is a script, and `parfile=a/b` a file.
                let user = value.get(..before)?;
                if user.contains('@') || user.contains('=') && !user.starts_with("userid=") {
                    return None;
                }
                let given = value.get(..value.find(char::is_whitespace).unwrap_or(value.len()))?;
                let end = given.rfind(close).filter(|end| *end >= before);
                (before, end.unwrap_or(given.len()))
            }
        };
        let (before, after) = (format!("{front}{}", value.get(..before)?), value.get(after..)?);
        Hide::inside(self.line, word, &before, after)
    }

    fn told(&self, way: Way, row: &Row, args: &[Word]) -> Vec<Hide> {
        let words = || args.iter().enumerate();
        let operands = || args.iter().filter(|word| !word.head().starts_with('-'));
        match way {
            Way::Attached(front) => {
                words().filter_map(|(_, word)| self.inside(word, front, row.part)).collect()
            }
            Way::Option(name) => {
                words().filter_map(|(at, word)| self.given(name, word, args.get(at + 1), row.part)).collect()
            }
            // `net user NAME PASSWORD`: the second behind that word.
            Way::With(word, "") => {
                let behind = operands().skip_while(|operand| operand.literal() != Some(word)).nth(2);
                behind
                    .filter(|word| !word.head().starts_with('/'))
                    .and_then(|word| self.whole(word, row.part))
                    .into_iter()
                    .collect()
            }
            Way::With(word, name) if is_under(args, word) => {
                words().filter_map(|(at, word)| self.given(name, word, args.get(at + 1), row.part)).collect()
            }
            Way::With(..) => Vec::new(),
            Way::Behind(word) => {
                let behind = words().filter(|(_, one)| one.literal() == Some(word));
                behind.filter_map(|(at, _)| self.whole(args.get(at + 1)?, row.part)).collect()
            }
            Way::First(word) => {
                let is = args.first().and_then(Word::literal) == Some(word);
                args.get(1).filter(|_| is).and_then(|next| self.whole(next, row.part)).into_iter().collect()
            }
            Way::Operand(number) => {
                operands().nth(number).and_then(|word| self.whole(word, row.part)).into_iter().collect()
            }
            Way::LastWith(letter) => {
                let letters = |word: &Word| word.head().starts_with('-') && word.head().contains(letter);
                let last =
                    operands().next_back().filter(|_| args.iter().any(letters) && operands().count() > 1);
                last.and_then(|word| self.whole(word, row.part)).into_iter().collect()
            }
        }
    }

    /// The value of an option: the next word, or what is attached to it.
    fn given(&self, name: &str, word: &Word, next: Option<&Word>, part: Part) -> Option<Hide> {
        if word.literal() == Some(name) {
            return self.whole(next?, part);
        }
        match name.starts_with("--") {
            true => self.inside(word, &format!("{name}="), part),
            // `-oProxy` is no `-o`, unless the option is one letter.
            false if name.len() == 2 => self.inside(word, name, part),
            false => None,
        }
    }

    /// `echo x | sudo -S …`, `chpasswd <<< u:x`. Whoever may run what it reads has its input shown.
    fn read_from_input(&self, at: usize, command: &Simple) -> Vec<Hide> {
        let hands_on = hands_on(command);
        let reads = hands_on || reads_secret(command);
        if !reads || self.runs_unread(true) || !self.comes_through(at, command) {
            return Vec::new();
        }
        let named = command.program.name() == Some("chpasswd");
        let words = match &command.input {
            Input::Here(word) => vec![word],
            _ => self.piped(at, command),
        };
        let many = words.len() > 1;
        let hides = words.into_iter().filter(|word| !hands_on || !many && is_plain(word));
        let hides = hides.filter_map(|word| {
            let hide = self.fed(word, named)?;
            // Of several names none is seen.
            let is_seen = !hands_on && !(named && (many || has_lines(word)));
            Some(if is_seen { hide } else { hide.handed_on() })
        });
        hides.collect()
    }

    /// Whether what runs this command leaves its input alone: `xargs` makes words of it.
    fn comes_through(&self, at: usize, command: &Simple) -> bool {
        let around = self.reading.commands.iter().take(at).rev();
        let mut around = around.take_while(|one| one.place.is_some() && one.place == command.place);
        around.all(|one| one.program.name().is_some_and(|name| PASSING.contains(&name)))
    }

    /// The words of an `echo` or `printf` that stands in front of its pipe.
    fn piped(&self, at: usize, command: &Simple) -> Vec<&Word> {
        let Some(start) = command.place.as_ref().map(|place| place.start) else { return Vec::new() };
        let before = self.reading.commands.iter().take(at).rev().find(|one| one.place != command.place);
        let Some(before) = before.filter(|one| matches!(one.program.name(), Some("echo" | "printf"))) else {
            return Vec::new();
        };
        let between =
            before.place.as_ref().and_then(|place| self.line.get(place.end..start)).unwrap_or_default();
        if !matches!(between.trim(), "|" | "|&") {
            return Vec::new();
        }
        let format = before.program.name() == Some("printf") && before.args.len() > 1;
        let told = before.args.iter().skip(usize::from(format));
        told.filter(|word| !word.head().starts_with('-')).collect()
    }

    /// A text that goes into a program; `named`: each line says first whose secret it is.
    fn fed(&self, word: &Word, named: bool) -> Option<Hide> {
        let text = word.literal()?.trim_end_matches('\n');
        let end = word.literal()?.get(text.len()..)?;
        let name = text.find(':').filter(|_| named && !text.contains(['\n', '\\']));
        let before = name.and_then(|at| text.get(..=at)).unwrap_or_default();
        Hide::inside(self.line, word, before, end)
    }
}

fn is_called(name: &str, program: &str) -> bool {
    match program.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == program,
    }
}

/// Whether a variable or an option of this name holds a secret.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let parts = || name.split(['-', '_', '.']);
    if parts().any(|part| ASKING.contains(&part)) {
        return false;
    }
    NAMES.iter().any(|end| name.ends_with(end))
        || parts().next_back().is_some_and(|last| SHORT_NAMES.contains(&last))
}

/// The same for one that may be several letters with a value behind them.
fn is_secret_name(name: &str) -> bool {
    let last = name.rsplit(['-', '_', '.']).next().unwrap_or_default().to_ascii_lowercase();
    is_secret(name) && (NAMES.contains(&last.as_str()) || SHORT_NAMES.contains(&last.as_str()))
}

/// What stands behind the value in a list, a form or a connection's settings.
fn behind_value(text: &str) -> &str {
    let ends = |sign: char| sign.is_whitespace() || matches!(sign, ',' | ';' | '&');
    text.find(ends).and_then(|at| text.get(at..)).unwrap_or_default()
}

fn assigns(program: &str) -> bool {
    ASSIGNING.contains(&program) || super::super::wrap::sets_variables(program)
}

/// Whether the words begin with this subcommand, or have it behind the one above it.
fn is_under(args: &[Word], subcommand: &str) -> bool {
    let is = |word: &Word| word.literal() == Some(subcommand);
    args.first().is_some_and(is)
        || args.windows(2).any(|two| match two {
            [above, word] => is(word) && above.literal().is_some_and(|above| ABOVE.contains(&above)),
            _ => false,
        })
}

/// One word that is nothing but itself to any program: no path, no blank, nothing of a shell's.
fn is_plain(word: &Word) -> bool {
    let plain = |sign: char| sign.is_alphanumeric() || "-_.@%+".contains(sign);
    word.literal().is_some_and(|text| text.trim_end_matches('\n').chars().all(plain))
}

fn has_lines(word: &Word) -> bool {
    word.literal().is_none_or(|text| text.trim_end_matches('\n').contains(['\n', '\\']))
}

fn has(command: &Simple, wanted: &str) -> bool {
    command.own_args().iter().filter_map(Word::literal).any(|word| {
        let letters = wanted.len() == 2 && !word.starts_with("--") && word.starts_with('-');
        word == wanted || letters && wanted.get(1..).is_some_and(|letter| word.contains(letter))
    })
}

fn is_among(command: &Simple, table: &[(&str, &[&str])]) -> bool {
    let name = command.program.name().unwrap_or_default();
    let asked = |words: &[&str]| words.is_empty() || words.iter().any(|word| has(command, word));
    table.iter().any(|(program, words)| name == *program && asked(words))
}

fn reads_secret(command: &Simple) -> bool {
    let registry = || command.program.name().is_some_and(|name| REGISTRIES.contains(&name));
    let login = || is_under(command.own_args(), "login") && has(command, "--password-stdin");
    is_among(command, READERS) || registry() && login()
}

/// Whether another program may read what this one is fed.
fn hands_on(command: &Simple) -> bool {
    !reads_secret(command) && (is_among(command, HANDING_ON) || has(command, "--password-stdin"))
}

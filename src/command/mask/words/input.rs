//! Secrets that a program reads from its input.

use super::super::super::simple::{Input, Simple};
use super::super::super::word::Word;
use super::super::hide::Hide;
use super::super::places::{HANDING_ON, PASSING, READERS, REGISTRIES};
use super::Finder;
use super::names::sure_name;
use super::place::is_under;

impl Finder<'_> {
    /// `echo x | sudo -S …`, `chpasswd <<< u:x`. Whoever may run what it reads has its input shown.
    pub(super) fn read_from_input(&self, at: usize, command: &Simple) -> Vec<Hide> {
        let hands_on = hands_on(command);
        let reads = sure_name(command).is_some() && (hands_on || reads_secret(command));
        if !reads || self.runs_unread(true) || !self.comes_through(at, command) {
            return Vec::new();
        }
        let named = sure_name(command) == Some("chpasswd");
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
        around.all(|one| sure_name(one).is_some_and(|name| PASSING.contains(&name)))
    }

    /// The words of an `echo` or `printf` that stands in front of its pipe.
    fn piped(&self, at: usize, command: &Simple) -> Vec<&Word> {
        let Some(start) = command.place.as_ref().map(|place| place.start) else { return Vec::new() };
        let before = self.reading.commands.iter().take(at).rev().find(|one| one.place != command.place);
        let Some(before) = before.filter(|one| matches!(sure_name(one), Some("echo" | "printf"))) else {
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
    let name = sure_name(command).unwrap_or_default();
    let asked = |words: &[&str]| words.is_empty() || words.iter().any(|word| has(command, word));
    table.iter().any(|(program, words)| name == *program && asked(words))
}

fn reads_secret(command: &Simple) -> bool {
    let registry = || sure_name(command).is_some_and(|name| REGISTRIES.contains(&name));
    let login = || is_under(command.own_args(), "login") && has(command, "--password-stdin");
    is_among(command, READERS) || registry() && login()
}

/// Whether another program may read what this one is fed.
fn hands_on(command: &Simple) -> bool {
    !reads_secret(command) && (is_among(command, HANDING_ON) || has(command, "--password-stdin"))
}

//! One entry of the catalog, and whether it means a command.

use serde::Deserialize;

use super::super::fit::{self, Fit};
use super::super::pattern;
use super::super::simple::{Input, Simple};
use super::super::word::{Piece, Word};
use crate::domain::Danger;
use crate::policy::Flag;

/// One kind of harm. All conditions that are given must hold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub level: Danger,
    pub reason: String,
    /// ATT&CK, for people who sort by it.
    #[allow(dead_code, reason = "for the reader of the file")]
    technique: String,
    /// The program is one of these; a name may end with `*`. None: any program.
    #[serde(default)]
    pub programs: Vec<String>,
    /// Each of these options is given.
    #[serde(default, deserialize_with = "flags")]
    flags: Vec<Flag>,
    /// None of these is.
    #[serde(default, deserialize_with = "flags")]
    unless_flags: Vec<Flag>,
    /// The first argument that is no option is one of these patterns.
    #[serde(default)]
    first: Vec<String>,
    /// Some argument is one of these patterns.
    #[serde(default)]
    args: Vec<String>,
    /// And another one of these.
    #[serde(default)]
    and: Vec<String>,
    /// The last argument is.
    #[serde(default)]
    last: Vec<String>,
    /// No argument is one of these.
    #[serde(default)]
    unless: Vec<String>,
    /// Some argument is one of these directories, or all that is in it.
    #[serde(default)]
    dirs: Vec<String>,
    /// Some argument, or its here-document, contains one of these texts, in capitals or not.
    #[serde(default)]
    contains: Vec<String>,
    /// None contains one of these.
    #[serde(default)]
    lacks: Vec<String>,
    /// It has so many arguments that are no options.
    at_least: Option<usize>,
    at_most: Option<usize>,
    /// It writes to one of these patterns, by a redirection or as the programs in `writers.toml` do.
    #[serde(default)]
    pub writes: Vec<String>,
    /// One of these variables is set.
    #[serde(default)]
    sets: Vec<String>,
}

impl Entry {
    /// All lists of words.
    pub(super) fn lists(&mut self) -> [&mut Vec<String>; 9] {
        let Self { programs, first, args, and, last, unless, dirs, contains, writes, .. } = self;
        [programs, first, args, and, last, unless, dirs, contains, writes]
    }

    /// `targets` is what the command writes to.
    pub(super) fn fits(&self, simple: &Simple, targets: &[Word]) -> Fit {
        let dir = simple.dir.as_deref();
        let operands = || simple.args.iter().filter(|word| word.is_option() != Some(true));
        // Options in front of it that may split may bring it along.
        let split = || {
            simple.args.iter().take_while(|word| word.is_option() == Some(true)).filter(|word| word.splits())
        };
        let first = || operands().take(1).chain(split());
        let some = |compare, patterns: &[String], words: &mut dyn Iterator<Item = &Word>| match patterns {
            [] => Fit::Yes,
            patterns => pattern::some(compare, patterns, words, dir),
        };
        let args = |patterns: &[String], words: &mut dyn Iterator<Item = &Word>| {
            some(fit::fits_climbing, patterns, words)
        };
        // The cheap ones first: most entries do not mean most commands.
        let conditions: [&dyn Fn() -> Fit; 12] = [
            &|| pattern::program(&self.programs, simple),
            &|| self.counts(operands().count(), simple),
            &|| Fit::from(self.sets.is_empty() || self.is_set(simple)),
            &|| pattern::flags(&self.flags, simple),
            &|| args(&self.first, &mut first()),
            &|| args(&self.args, &mut simple.args.iter()),
            &|| args(&self.and, &mut simple.args.iter()),
            &|| args(&self.last, &mut simple.args.iter().rev().take(1)),
            // Nearly every script writes to a name with a variable in it: that one climbs is not thought of.
            &|| some(fit::fits, &self.writes, &mut targets.iter()),
            &|| if self.dirs.is_empty() { Fit::Yes } else { self.takes_dir(simple) },
            &|| if self.contains.is_empty() { Fit::Yes } else { contained(&self.contains, simple) },
            &|| self.is_exempt(simple),
        ];
        let mut worst = Fit::Yes;
        for condition in conditions {
            worst = worst.min(condition());
            if worst == Fit::No {
                break;
            }
        }
        worst
    }

    /// Words that split may be more than they are, or fewer.
    fn counts(&self, operands: usize, simple: &Simple) -> Fit {
        let as_written = self.at_least.is_none_or(|least| operands >= least)
            && self.at_most.is_none_or(|most| operands <= most);
        match simple.args.iter().any(Word::splits) {
            _ if as_written => Fit::Yes,
            true => Fit::Maybe,
            false => Fit::No,
        }
    }

    fn is_set(&self, simple: &Simple) -> bool {
        simple.assignments.iter().any(|set| self.sets.contains(&set.name))
    }

    /// What makes it harmless has to be there for certain.
    fn is_exempt(&self, simple: &Simple) -> Fit {
        let dir = simple.dir.as_deref();
        let flag = |flag: &Flag| pattern::flags(std::slice::from_ref(flag), simple) == Fit::Yes;
        let spared = self.unless_flags.iter().any(flag)
            || !self.unless.is_empty()
                && pattern::some(
                    fit::fits,
                    &self.unless,
                    &mut simple.args.iter().filter(|word| !word.splits()),
                    dir,
                ) == Fit::Yes;
        let lacking = || match self.lacks.as_slice() {
            [] => Fit::Yes,
            lacks => match contained(lacks, simple) {
                Fit::Yes => Fit::No,
                Fit::Maybe => Fit::Maybe,
                Fit::No => Fit::Yes,
            },
        };
        if spared { Fit::No } else { lacking() }
    }

    fn takes_dir(&self, simple: &Simple) -> Fit {
        let dir = simple.dir.as_deref();
        let of = |word: &Word| {
            let whole = all_in(word, dir)
                .map(|inside| pattern::some(fit::fits_climbing, &self.dirs, &mut [&inside].into_iter(), dir));
            match (whole, word.pieces()) {
                // Names of files that are there: neither `/` nor a home.
                (None, [Piece::Glob(_), ..]) if dir.is_none() => Fit::No,
                (whole, _) => self
                    .dirs
                    .iter()
                    .map(|pattern| fit::fits_climbing(pattern, word, dir))
                    .max()
                    .max(whole)
                    .unwrap_or(Fit::No),
            }
        };
        simple.args.iter().map(of).max().unwrap_or(Fit::No)
    }

    #[cfg(test)]
    pub(super) fn check(&self) {
        assert!(!self.reason.is_empty() && self.technique.starts_with('T'), "{self:?}");
        let says = !(self.programs.is_empty() && self.writes.is_empty() && self.sets.is_empty());
        assert!(says, "an entry about everything: {self:?}");
        let lists = [&self.programs, &self.first, &self.args, &self.dirs, &self.writes, &self.unless];
        let open =
            |word: &String| word.strip_prefix('@').is_some_and(|name| name.chars().all(char::is_alphabetic));
        assert!(!lists.into_iter().flatten().any(open), "a list that is none: {self:?}");
        let texts = || self.contains.iter().chain(&self.lacks);
        assert!(texts().all(|text| *text == text.to_lowercase()), "{self:?}");
    }
}

/// The directory of which a word means everything: `DIR/*`.
fn all_in(word: &Word, dir: Option<&str>) -> Option<Word> {
    let (Piece::Glob(glob), before) = word.pieces().split_last()? else { return None };
    if !glob.starts_with('*') {
        return None;
    }
    let mut inside = Word::default();
    before.iter().for_each(|piece| inside.push(piece.clone()));
    match (inside.literal(), inside.written()) {
        (Some("" | "."), _) => dir.map(Word::text),
        (_, Some(text)) => text.strip_suffix("/.").or(text.strip_suffix('/')).map(|dir| match dir {
            "" => Word::text("/"),
            dir => Word::text(dir),
        }),
        (_, None) => None,
    }
}

/// Whether an argument or the here-document contains one of these.
fn contained(parts: &[String], simple: &Simple) -> Fit {
    let here = match &simple.input {
        Input::Here(body) => Some(body),
        _ => None,
    };
    let of = |word: &Word| {
        let text = plain(word);
        if parts.iter().any(|part| text.contains(part.as_str())) {
            Fit::Yes
        } else if word.written().is_none() {
            Fit::Maybe
        } else {
            Fit::No
        }
    };
    simple.args.iter().chain(here).map(of).max().unwrap_or(Fit::No)
}

/// Small letters, one blank between words, no `/* comments */`; a zero stands for what is not known.
fn plain(word: &Word) -> String {
    let text: String = word
        .pieces()
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) | Piece::Glob(text) | Piece::Tilde(text) => text.as_str(),
            Piece::Unknown | Piece::Split => "\0",
        })
        .collect();
    let mut code = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, comment)) = rest.split_once("/*") {
        let Some((_, after)) = comment.split_once("*/") else { break };
        code.push_str(before);
        code.push(' ');
        rest = after;
    }
    code.push_str(rest);
    code.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn flags<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<Flag>, D::Error> {
    let names = Vec::<String>::deserialize(from)?;
    names.iter().map(|name| Flag::named(name).ok_or_else(|| serde::de::Error::custom("no flag"))).collect()
}

//! The built-in catalog, read once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::super::fit::Fit;
use super::super::pattern;
use super::super::simple::Simple;
use super::super::word::Word;
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
    programs: Vec<String>,
    /// Each of these options is given.
    #[serde(default, deserialize_with = "flags")]
    flags: Vec<Flag>,
    /// Some argument is one of these patterns.
    #[serde(default)]
    args: Vec<String>,
    /// And another one of these.
    #[serde(default)]
    and: Vec<String>,
    /// Some argument contains one of these texts, in capitals or not.
    #[serde(default)]
    contains: Vec<String>,
    /// It has at most so many arguments that are no options.
    at_most: Option<usize>,
    /// A redirection writes to one of these patterns.
    #[serde(default)]
    writes: Vec<String>,
    /// One of these variables is set.
    #[serde(default)]
    sets: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalog {
    #[serde(rename = "danger")]
    entries: Vec<Entry>,
}

/// The entries by what has to be looked at.
#[derive(Debug, Default)]
struct Index {
    by_program: BTreeMap<&'static str, Vec<&'static Entry>>,
    /// Their programs are patterns, or any.
    others: Vec<&'static Entry>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let catalog: &'static Catalog = Box::leak(Box::new(read().unwrap_or_default()));
    let mut index = Index::default();
    for entry in &catalog.entries {
        let named = entry.programs.iter().all(|name| !name.contains('*')) && !entry.programs.is_empty();
        if !named {
            index.others.push(entry);
            continue;
        }
        for name in &entry.programs {
            index.by_program.entry(name).or_default().push(entry);
        }
    }
    index
});

/// A test holds the file to be right.
fn read() -> Result<Catalog, toml::de::Error> {
    toml::from_str(include_str!("catalog.toml"))
}

/// The entries that a command may be meant by.
pub(super) fn about(simple: &Simple) -> impl Iterator<Item = &'static Entry> {
    let named = simple.program.name().and_then(|name| INDEX.by_program.get(name));
    named.into_iter().flatten().chain(&INDEX.others).copied()
}

impl Entry {
    pub(super) fn fits(&self, simple: &Simple) -> Fit {
        let programs = pattern::program(&self.programs, simple);
        if programs == Fit::No {
            return Fit::No;
        }
        let dir = simple.dir.as_deref();
        let some = |patterns: &[String], words: &mut dyn Iterator<Item = &Word>| {
            if patterns.is_empty() { Fit::Yes } else { pattern::some(patterns, words, dir) }
        };
        let contains = self.contains.is_empty() || simple.args.iter().any(|word| self.is_contained(word));
        let operands = simple.args.iter().filter(|word| word.is_option() != Some(true)).count();
        let sets = self.sets.is_empty() || simple.assignments.iter().any(|set| self.sets.contains(&set.name));
        programs
            .min(pattern::flags(&self.flags, simple))
            .min(some(&self.args, &mut simple.args.iter()))
            .min(some(&self.and, &mut simple.args.iter()))
            .min(some(&self.writes, &mut simple.writes.iter()))
            .min(Fit::from(contains))
            .min(Fit::from(sets))
            .min(Fit::from(self.at_most.is_none_or(|most| operands <= most)))
    }

    fn is_contained(&self, word: &Word) -> bool {
        let text = word.written().unwrap_or_default().to_lowercase();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.contains.iter().any(|part| text.contains(part.as_str()))
    }
}

fn flags<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<Flag>, D::Error> {
    let names = Vec::<String>::deserialize(from)?;
    names.iter().map(|name| Flag::named(name).ok_or_else(|| serde::de::Error::custom("no flag"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalog_is_right() {
        let catalog = read().unwrap_or_else(|error| panic!("{error}"));
        for entry in &catalog.entries {
            assert!(!entry.reason.is_empty() && entry.technique.starts_with('T'), "{entry:?}");
            let says = !(entry.programs.is_empty() && entry.writes.is_empty() && entry.sets.is_empty());
            assert!(says, "an entry about everything: {entry:?}");
            assert!(entry.contains.iter().all(|text| *text == text.to_lowercase()), "{entry:?}");
        }
    }
}

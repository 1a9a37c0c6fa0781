//! The built-in catalog, read once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::super::simple::Simple;
use super::entry::Entry;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalog {
    /// What `@name` stands for in a list.
    lists: BTreeMap<String, Vec<String>>,
    #[serde(rename = "danger")]
    entries: Vec<Entry>,
}

/// The entries by what has to be looked at.
#[derive(Debug, Default)]
struct Index {
    by_program: BTreeMap<&'static str, Vec<&'static Entry>>,
    /// Some of their programs are patterns.
    by_pattern: Vec<&'static Entry>,
    /// They are about files that any program writes.
    by_target: Vec<&'static Entry>,
    /// They are about variables that any command sets.
    by_variable: Vec<&'static Entry>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let catalog: &'static Catalog = Box::leak(Box::new(read().unwrap_or_default()));
    let mut index = Index::default();
    for entry in &catalog.entries {
        if entry.programs.iter().any(|name| name.contains('*')) {
            index.by_pattern.push(entry);
        } else if !entry.programs.is_empty() {
            for name in &entry.programs {
                index.by_program.entry(name).or_default().push(entry);
            }
        } else if entry.writes.is_empty() {
            index.by_variable.push(entry);
        } else {
            index.by_target.push(entry);
        }
    }
    index
});

/// A gateway does not start where the file is wrong.
pub(super) fn check() -> Result<(), toml::de::Error> {
    read().map(drop)
}

fn read() -> Result<Catalog, toml::de::Error> {
    let mut catalog: Catalog = toml::from_str(include_str!("catalog.toml"))?;
    for entry in &mut catalog.entries {
        entry.lists().into_iter().for_each(|list| spell_out(list, &catalog.lists));
    }
    Ok(catalog)
}

fn spell_out(words: &mut Vec<String>, lists: &BTreeMap<String, Vec<String>>) {
    let meant = |word: &String| word.strip_prefix('@').and_then(|name| lists.get(name));
    *words =
        words.iter().flat_map(|word| meant(word).cloned().unwrap_or_else(|| vec![word.clone()])).collect();
}

/// The entries that a command may be meant by; `writing`: it writes to files.
pub(super) fn about(simple: &Simple, writing: bool) -> impl Iterator<Item = &'static Entry> {
    let named = simple.program.name().and_then(|name| INDEX.by_program.get(name));
    let targets = writing.then_some(&INDEX.by_target);
    let variables = (!simple.assignments.is_empty()).then_some(&INDEX.by_variable);
    let more = targets.into_iter().chain(variables).flatten();
    named.into_iter().flatten().chain(&INDEX.by_pattern).chain(more).copied()
}

/// Every reason that it gives.
#[cfg(test)]
pub(in crate::command) fn reasons() -> std::collections::BTreeSet<&'static str> {
    let catalog: &'static Catalog = Box::leak(Box::new(read().unwrap_or_default()));
    catalog.entries.iter().map(|entry| entry.reason.as_str()).collect()
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn the_catalog_is_right() {
        let catalog = read().unwrap_or_else(|error| panic!("{error}"));
        for entry in &catalog.entries {
            entry.check();
        }
        assert!(catalog.entries.len() > 150, "{} entries", catalog.entries.len());
    }
}

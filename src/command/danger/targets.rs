//! The files that a command writes to: by a redirection, or because its program writes what it is told to.
//!
//! Which programs these are is a table, `writers.toml`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::super::fit::Fit;
use super::super::pattern;
use super::super::simple::Simple;
use super::super::word::{Piece, Word};
use crate::policy::Flag;

/// Where a program's words name what it writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Names {
    /// Each word that is no option.
    All,
    /// The last one, or in it what the others are called.
    Last,
    /// Nothing but what its options say.
    #[default]
    Nothing,
}

/// Programs that write alike.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Writer {
    names: Vec<String>,
    #[serde(default)]
    writes: Names,
    /// It only writes with this option.
    #[serde(default)]
    with: Option<String>,
    /// Options, as they are written, whose value is a file that it writes: `-o`, `--output`, `of=`.
    #[serde(default)]
    options: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(rename = "writer")]
    writers: Vec<Writer>,
}

static TABLE: LazyLock<BTreeMap<&'static str, &'static Writer>> = LazyLock::new(|| {
    let table: &'static Table = Box::leak(Box::new(read().unwrap_or_default()));
    let named = |writer: &'static Writer| writer.names.iter().map(move |name| (name.as_str(), writer));
    table.writers.iter().flat_map(named).collect()
});

/// A gateway does not start where the file is wrong.
pub(super) fn check() -> Result<(), toml::de::Error> {
    read().map(drop)
}

fn read() -> Result<Table, toml::de::Error> {
    toml::from_str(include_str!("writers.toml"))
}

/// All that a command writes to, as far as its words tell.
pub(super) fn of(simple: &Simple) -> Cow<'_, [Word]> {
    let Some(writer) = simple.program.name().and_then(|name| TABLE.get(name)) else {
        return Cow::Borrowed(&simple.writes);
    };
    let mut targets = simple.writes.clone();
    let with = writer.with.as_deref().and_then(Flag::named);
    if with.is_some_and(|flag| pattern::flags(&[flag], simple) == Fit::No) {
        return Cow::Owned(targets);
    }
    for option in &writer.options {
        valued(option, &simple.args, &mut targets);
    }
    let operands: Vec<&Word> = simple.args.iter().filter(|word| word.is_option() != Some(true)).collect();
    match (writer.writes, operands.split_last()) {
        (Names::All, _) => targets.extend(operands.into_iter().cloned()),
        (Names::Last, Some((last, sources))) if !sources.is_empty() => {
            targets.push((*last).clone());
            targets.extend(sources.iter().filter_map(|source| inside(last, source)));
        }
        _ => {}
    }
    Cow::Owned(targets)
}

/// The values of an option.
fn valued(option: &str, args: &[Word], targets: &mut Vec<Word>) {
    for (at, word) in args.iter().enumerate() {
        let value = match word.after(option) {
            Some(value) if value.literal() == Some("") => args.get(at + 1).cloned(),
            Some(value) if option.starts_with("--") => value.after("="),
            Some(value) => Some(value),
            None => None,
        };
        targets.extend(value);
    }
}

/// What a source is called in a directory.
fn inside(dir: &Word, source: &Word) -> Option<Word> {
    let name = source.literal()?.trim_end_matches('/').rsplit('/').next()?;
    let mut word = dir.clone();
    word.push(Piece::Text(format!("/{name}")));
    Some(word)
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_right_and_names_each_program_once() {
        let table = read().unwrap_or_else(|error| panic!("{error}"));
        let mut names: Vec<_> = table.writers.iter().flat_map(|writer| &writer.names).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert!(names.len() == count, "{count} names, {} different", names.len());
        assert!(table.writers.iter().all(|one| one.writes != Names::Nothing || !one.options.is_empty()));
    }
}

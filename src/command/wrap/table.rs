//! The table of programs that run other programs.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::command::simple::Simple;
use crate::command::word::Word;

/// How a program finds what it runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Runs {
    /// Nothing but what its options say.
    #[default]
    Nothing,
    /// The words behind its options and operands.
    Words,
    /// The same, joined and read by a shell.
    Text,
    /// The words between one of the options in `code` and `;` or `+`.
    Each,
    /// The words behind a subcommand and its options and operands.
    Behind,
    /// The words behind one of the options in `code`, to the end.
    After,
    /// It is a shell.
    Shell,
    /// Code in a language of its own, from a file, an argument or its input.
    Interpreter,
    /// Its words, joined and read by the shell it stands in, or a file.
    Eval,
    /// An earlier line.
    Earlier,
    /// Its first word is code.
    First,
    /// Each of its words is code, by itself.
    Lines,
    /// Its words are `name=code`.
    Aliases,
    /// Its input is code.
    Fed,
    /// Its words are `NAME=value`.
    Variables,
    /// It takes statements; those from a pipe or a file are not read.
    Client,
    /// A script of sed.
    Sed,
}

/// A program, or several alike. Options are named without dashes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Wrapper {
    pub names: Vec<String>,
    pub runs: Runs,
    /// Options that take the next word.
    pub values: Vec<String>,
    /// Options of one letter that take what is attached to them, and never the next word.
    pub attached: Vec<String>,
    /// Options that take none. One that is in no list leaves it open what the words behind it are, and whether it
    /// hands on a program: opaque.
    pub plain: Vec<String>,
    /// The same of a long one with a single dash: `-nogui`.
    pub dashed: Vec<String>,
    /// It has more options than can be listed, and those that hand on a program are: one that is in no list is
    /// plain, unless its name speaks of a program.
    pub open: bool,
    /// Options whose value is code for a shell; with `each` and `after`: behind which a command stands.
    pub code: Vec<String>,
    /// Options whose value is a program that it runs, with arguments of its own.
    pub program: Vec<String>,
    /// An argument, or what an option has attached, that begins with `|` or `!` is code for a shell.
    pub pipes: bool,
    /// Options whose value is a setting: `NAME=value`, `NAME value`. One that is not in `inert` may run something.
    pub settings: Vec<String>,
    /// Settings that run nothing, as patterns of their names in small letters.
    pub inert: Vec<String>,
    /// Options with which it runs code that is not read.
    pub unread: Vec<String>,
    /// Arguments with which it does, as patterns; but for options, great letters and small ones are alike.
    pub opaque: Vec<String>,
    /// Options with which it runs nothing.
    pub harmless: Vec<String>,
    /// Options with which the words are code for a shell; none: a shell.
    pub shell: Vec<String>,
    /// Options whose value stands for what is put in.
    pub mark: Vec<String>,
    pub subcommands: Vec<String>,
    /// Its first operand is one of `subcommands`; another may be an alias for anything.
    pub subcommanded: bool,
    /// Options with which the words are a command after all.
    pub words_with: Vec<String>,
    /// Words before the command.
    pub operands: usize,
    /// Where an option comes first, it is read as this program is.
    pub optioned: Option<String>,
    /// Behind `--server`, it is read as this program is.
    pub served: Option<String>,
    /// The value of `code` is split into words by rules of its own, and may begin with options.
    pub split_alone: bool,
    /// Options may stand behind an operand, too.
    pub again: bool,
    /// Options may stand anywhere.
    pub permuted: bool,
    /// Letters of options may stand in the first word without a dash.
    pub bundles: bool,
    /// `NAME=value` may stand before the command.
    pub assigns: bool,
    /// More arguments are added, known when it runs.
    pub appends: bool,
    /// Without a command it runs a shell.
    pub bare_shell: bool,
    /// Without a command, its own shell reads on from where its input is redirected to.
    pub reads_on: bool,
    /// More operands than this are for the shell that it runs.
    pub most: Option<usize>,
    /// The words behind the options are added to the code in `code`.
    pub gathers: bool,
    /// What it runs does not read what is typed.
    pub feeds_nothing: bool,
}

impl Wrapper {
    /// Whether it runs others by its options alone.
    pub(super) fn hands_on(&self) -> bool {
        let Self { code, program, unread, settings, opaque, .. } = self;
        let by_options =
            matches!(self.runs, Runs::Nothing | Runs::Client | Runs::Sed | Runs::Fed | Runs::Lines);
        by_options && [code, program, unread, settings, opaque].iter().any(|options| !options.is_empty())
    }

    /// Whether this word is an option with which it runs nothing, and no other.
    pub(super) fn is_harmless(&self, word: &str) -> bool {
        let is = |name: &String| match name.len() {
            1 => word.strip_prefix('-') == Some(name),
            _ => word.strip_prefix("--") == Some(name),
        };
        self.harmless.iter().any(is)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(rename = "wrapper")]
    wrappers: Vec<Wrapper>,
}

static TABLE: LazyLock<BTreeMap<String, &'static Wrapper>> = LazyLock::new(|| {
    let table: &'static Table = Box::leak(Box::new(read().unwrap_or_default()));
    let named = |wrapper: &'static Wrapper| wrapper.names.iter().map(move |name| (name.clone(), wrapper));
    table.wrappers.iter().flat_map(named).collect()
});

/// A gateway does not start where the file is wrong.
pub(in crate::command) fn check() -> Result<(), toml::de::Error> {
    read().map(drop)
}

fn read() -> Result<Table, toml::de::Error> {
    let mut table: Table = toml::from_str(include_str!("wrappers.toml"))?;
    let patterns = table.wrappers.iter_mut().flat_map(|wrapper| &mut wrapper.opaque);
    let patterns = patterns.filter(|pattern| !pattern.starts_with('-'));
    patterns.for_each(|pattern| *pattern = pattern.to_lowercase());
    Ok(table)
}

/// The program's place in the table, with the number of its version or without.
pub(super) fn wrapper(name: &str) -> Option<&'static Wrapper> {
    let plain = name.trim_end_matches(|sign: char| sign.is_ascii_digit() || sign == '.' || sign == '-');
    TABLE.get(name).or_else(|| TABLE.get(plain).filter(|_| plain.len() > 1)).copied()
}

/// The table's row for a command.
pub(super) fn wrapper_of(simple: &Simple) -> Option<&'static Wrapper> {
    let row = wrapper(simple.program.name()?)?;
    let first = simple.args.first();
    let led = first.is_some_and(|first| first.is_option() == Some(true));
    let serves = row.served.is_some() && first.and_then(Word::literal) == Some("--server");
    match (&row.optioned, &row.served) {
        (Some(other), _) if led => wrapper(other),
        (_, Some(other)) if serves => wrapper(other),
        _ => Some(row),
    }
}

/// Whether this program runs others.
pub fn is_wrapper(program: &str) -> bool {
    wrapper(program).is_some()
}

/// Whether this program runs others in an environment that its words change.
pub fn sets_variables(program: &str) -> bool {
    wrapper(program).is_some_and(|wrapper| wrapper.assigns)
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_right_and_names_each_program_once() {
        let table = read().unwrap_or_else(|error| panic!("{error}"));
        let mut names: Vec<_> = table.wrappers.iter().flat_map(|wrapper| &wrapper.names).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert!(count > 80 && names.len() == count, "{count} names, {} different", names.len());
        let optioned = table.wrappers.iter().filter_map(|wrapper| wrapper.optioned.as_deref());
        assert!(optioned.into_iter().all(|name| wrapper(name).is_some()));
    }
}

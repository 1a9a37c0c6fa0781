//! Command sets and additions to the danger catalog, checked; judging by them is another module's work.

use crate::domain::{CommandSetName, Danger};

use super::fields::Fields;
use super::items::Item;
use super::program::{not_empty, program};
use super::repl::Repl;
use super::word::{Mode, Verdict};
use crate::diagnostic::{Diagnostics, Fault};

/// A checked `[commands.NAME]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandSet {
    pub name: CommandSetName,
    pub mode: Mode,
    /// For a command that no entry matches.
    pub default: Verdict,
    /// For what reading cannot settle.
    pub opaque: Verdict,
    pub entries: Vec<CommandEntry>,
    pub repls: Vec<Repl>,
}

/// A checked `[[commands.NAME.entry]]`: all its conditions must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandEntry {
    pub effect: Verdict,
    /// At least this danger.
    pub danger: Option<Danger>,
    pub pattern: CommandPattern,
    pub reason: Option<String>,
}

/// A checked `[[danger]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DangerEntry {
    pub level: Danger,
    pub pattern: CommandPattern,
}

/// Which commands; an empty list matches every command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandPattern {
    /// The program is one of these.
    pub programs: Vec<String>,
    /// Every one of these is given, by one of its names.
    pub flags: Vec<Flag>,
    /// Some argument matches one of these.
    pub args: Vec<String>,
}

/// An option by its names: `r|recursive` is `-r` or `--recursive`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flag {
    pub short: Vec<char>,
    pub long: Vec<String>,
}

impl Flag {
    /// Reads `r|recursive`; `None` where that is no flag.
    pub fn named(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let mut flag = Self::default();
        for name in text.split('|') {
            let mut letters = name.chars();
            match (letters.next(), letters.next()) {
                (None | Some('-'), _) => {
                    let fault = Fault::new(format_args!("{text:?} is not a flag"));
                    return Err(fault.hint("flags look like \"r|recursive\", without dashes"));
                }
                (Some(letter), None) => flag.short.push(letter),
                (Some(_), Some(_)) => flag.long.push(name.to_owned()),
            }
        }
        Ok(flag)
    }
}

impl CommandSet {
    /// The programs that some entry names and does not deny. What is done with each is for the judge to say.
    pub fn offered(&self) -> impl Iterator<Item = &str> {
        let entries = self.entries.iter().filter(|entry| entry.effect < Verdict::Deny);
        entries.flat_map(|entry| &entry.pattern.programs).map(String::as_str)
    }

    pub(super) fn read<'a>(item: &Item<'a>, faults: &mut Diagnostics<'a>) -> Option<Self> {
        let known = ["mode", "default", "opaque", "entry", "repl"];
        let mut fields = Fields::new(item.table, item.place.clone(), &known, faults);
        fields.require(&["mode", "default", "opaque"]);
        let (mode, default, opaque) = (fields.word("mode"), fields.word("default"), fields.word("opaque"));
        let name = fields.name(item.name, CommandSetName::parse);
        let tables = fields.tables("entry").into_iter();
        let entries = tables.filter_map(|(table, place)| {
            CommandEntry::read(&Item { name: "", table, place }, fields.faults())
        });
        let entries = entries.collect();
        let tables = fields.tables("repl").into_iter();
        let repls = tables
            .filter_map(|(table, place)| Repl::read(&Item { name: "", table, place }, fields.faults()))
            .collect();
        Some(Self { name: name?, mode: mode?, default: default?, opaque: opaque?, entries, repls })
    }
}

impl CommandEntry {
    fn read<'a>(item: &Item<'a>, faults: &mut Diagnostics<'a>) -> Option<Self> {
        let known = ["effect", "danger", "reason", "programs", "flags", "args"];
        let mut fields = Fields::new(item.table, item.place.clone(), &known, faults);
        fields.require(&["effect"]);
        if !["danger", "programs", "flags", "args"].iter().any(|key| fields.has(key)) {
            let fault = Fault::new("this entry matches every command").hint("that is what `default` is for");
            fields.fault("entry", fault);
        }
        Some(Self {
            danger: fields.word("danger"),
            pattern: CommandPattern::read(&mut fields),
            reason: fields.text("reason").map(|reason| reason.text.to_owned()),
            effect: fields.word("effect")?,
        })
    }
}

impl DangerEntry {
    pub(super) fn read<'a>(item: &Item<'a>, faults: &mut Diagnostics<'a>) -> Option<Self> {
        let known = ["level", "programs", "flags", "args"];
        let mut fields = Fields::new(item.table, item.place.clone(), &known, faults);
        fields.require(&["level", "programs"]);
        let pattern = CommandPattern::read(&mut fields);
        Some(Self { level: fields.word("level")?, pattern })
    }
}

impl CommandPattern {
    fn read(fields: &mut Fields<'_, '_>) -> Self {
        Self {
            programs: fields.list("programs", program).unwrap_or_default(),
            flags: fields.list("flags", Flag::parse).unwrap_or_default(),
            args: fields.list("args", not_empty).unwrap_or_default(),
        }
    }
}

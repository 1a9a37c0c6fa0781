//! Sets of commands that are short lists of what may be run, and let a program through that runs all else.
//!
//! Only lists are looked at: a set that allows by default says itself that it holds nobody back.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::warning::{Lint, LintKind};
use crate::policy::{CommandEntry, CommandSet, Mode, Policy, Verdict};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalog {
    #[serde(rename = "program")]
    programs: Vec<Escape>,
}

/// Programs and what can be done from inside them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Escape {
    names: Vec<String>,
    gives: Vec<Gift>,
    how: String,
    /// Not in the environment of strict mode.
    #[serde(default)]
    disarmed: bool,
    /// It runs what its words say, which is judged: told only where a set is to be a boundary.
    #[serde(default)]
    wrapper: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Gift {
    Shell,
    Write,
    Read,
}

/// What runs a program in another environment than it was given itself.
const REARMS: &[&str] = &["env", "sudo", "doas", "su", "runuser", "setpriv", "systemd-run", "chroot", "ssh"];

pub(super) fn handed_out(policy: &Policy, lints: &mut Vec<Lint>) {
    // A test holds the file to be right; a gateway goes on without its warnings.
    let catalog: Catalog = toml::from_str(include_str!("shells.toml")).unwrap_or_default();
    let known = catalog
        .programs
        .iter()
        .flat_map(|escape| escape.names.iter().map(move |name| (name.as_str(), escape)));
    let known: BTreeMap<&str, &Escape> = known.collect();
    for set in policy.command_sets.values().filter(|set| is_list(set)) {
        let disarms = set.mode == Mode::Strict && !let_through(set).any(|name| REARMS.contains(&name));
        for name in let_through(set) {
            let Some(escape) = known.get(name).or_else(|| known.get(unnumbered(name))) else { continue };
            let told = !escape.wrapper || set.mode == Mode::Strict;
            if escape.gives.contains(&Gift::Shell) && told && !(escape.disarmed && disarms) {
                lints.push(tell(set, name, escape));
            }
        }
    }
}

/// A program's name without the number of its version: python3.11, vim.9.
fn unnumbered(name: &str) -> &str {
    name.trim_end_matches(|sign: char| sign.is_ascii_digit() || ".-_".contains(sign))
}

/// Whether it denies by default, and not only to the log.
fn is_list(set: &CommandSet) -> bool {
    set.mode != Mode::Audit && set.default >= Verdict::Approve
}

/// The programs that some entry lets through, each once, unless another one never does.
fn let_through(set: &CommandSet) -> impl Iterator<Item = &str> {
    let allowed = set.entries.iter().filter(|entry| entry.effect < Verdict::Approve);
    let mut names: Vec<&str> =
        allowed.flat_map(|entry| &entry.pattern.programs).map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().filter(|name| !set.entries.iter().any(|entry| always_stops(entry, name)))
}

fn always_stops(entry: &CommandEntry, program: &str) -> bool {
    let CommandEntry { effect, danger, pattern, .. } = entry;
    *effect >= Verdict::Approve
        && danger.is_none()
        && pattern.flags.is_empty()
        && pattern.args.is_empty()
        && pattern.programs.iter().any(|name| name == program)
}

fn tell(set: &CommandSet, name: &str, escape: &Escape) -> Lint {
    let files = match (escape.gives.contains(&Gift::Read), escape.gives.contains(&Gift::Write)) {
        (true, true) => ", and reads and writes files",
        (true, false) => ", and reads files",
        (false, true) => ", and writes files",
        (false, false) => "",
    };
    let message = format!("it lets {name} through, which hands out a shell{files}: {}", escape.how);
    let mend = "take it out, or have it approved: `effect = \"approve\"`";
    Lint::new(LintKind::ShellHandedOut, format!("commands {}", set.name), message, mend)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_a_shell_is_told_in_chinese() {
        let catalog: Catalog = toml::from_str(include_str!("shells.toml")).unwrap();
        for Escape { how, .. } in &catalog.programs {
            let told = crate::diagnostic::in_language(how, crate::domain::Language::Chinese);
            assert_ne!(told, how.as_str(), "put this into texts.zh.toml");
        }
    }

    #[test]
    fn the_catalog_is_read_and_names_each_program_once() {
        let catalog: Catalog = toml::from_str(include_str!("shells.toml")).unwrap();
        let mut names: Vec<_> = catalog.programs.iter().flat_map(|escape| &escape.names).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert!(count > 1000 && names.len() == count, "{count} names, {} of them different", names.len());
        assert!(catalog.programs.iter().all(|escape| !escape.how.is_empty() && !escape.gives.is_empty()));
    }
}

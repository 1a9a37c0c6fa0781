//! Holds what a line runs against the sets.

use std::collections::BTreeMap;

use super::danger::{self, Assessment};
use super::fit::Fit;
use super::judgement::Judgement;
use super::opaque::Why;
use super::pattern;
use super::read::Reading;
use super::reason::{Opaque, VerdictReason};
use super::simple::{Program, Simple};
use super::word::Word;
use crate::domain::CommandSetName;
use crate::policy::{CommandEntry, CommandSet, Policy, Verdict};

/// One answer with its reason, for one command or the whole line.
#[derive(Debug, Clone)]
struct Finding {
    verdict: Verdict,
    reason: VerdictReason,
    culprit: String,
}

/// Judges what was read.
pub(super) fn of_reading(
    policy: &Policy,
    sets: &[CommandSetName],
    line: &str,
    reading: &Reading,
) -> Judgement {
    let commands: Vec<_> = reading
        .commands
        .iter()
        .chain(&reading.uncommented)
        .map(|command| (command, danger::assess(command, policy.dangers())))
        .collect();
    let mut opaque = reading.opaque.first().copied();
    let mut worst: Option<Finding> = None;
    let mut verdicts = BTreeMap::new();
    for name in sets {
        let Some(set) = policy.command_set(name.as_str()) else {
            let reason = VerdictReason::NoSet(name.clone());
            verdicts.insert(name.clone(), Verdict::Deny);
            take_worse(&mut worst, Finding { verdict: Verdict::Deny, reason, culprit: line.to_owned() });
            continue;
        };
        let (finding, unsettled) = of_set(set, &commands, line, reading);
        opaque = opaque.or(unsettled);
        verdicts.insert(name.clone(), finding.verdict);
        take_worse(&mut worst, finding);
    }
    let worst = worst.filter(|worst| worst.verdict > Verdict::Allow);
    Judgement {
        verdict: worst.as_ref().map_or(Verdict::Allow, |worst| worst.verdict),
        sets: verdicts,
        programs: reading
            .commands
            .iter()
            .filter_map(|command| command.program.name())
            .map(str::to_owned)
            .collect(),
        danger: commands.iter().filter_map(|(_, danger)| danger.sure.map(|(level, _)| level)).max(),
        opaque: opaque.is_some(),
        reason: worst.as_ref().map(|worst| worst.reason.clone()).unwrap_or_default(),
        culprit: worst.map(|worst| worst.culprit).unwrap_or_default(),
    }
}

fn take_worse(worst: &mut Option<Finding>, finding: Finding) {
    if worst.as_ref().is_none_or(|worst| finding.verdict > worst.verdict) {
        *worst = Some(finding);
    }
}

/// The worst of all commands under one set, and what could not be settled.
fn of_set(
    set: &CommandSet,
    commands: &[(&Simple, Assessment)],
    line: &str,
    reading: &Reading,
) -> (Finding, Option<Why>) {
    let mut worst =
        Finding { verdict: Verdict::Allow, reason: VerdictReason::Allowed, culprit: String::new() };
    let mut opaque = reading.opaque.first().copied();
    for (command, danger) in commands {
        let (finding, unsettled) = of_command(set, command, *danger);
        opaque = opaque.or(unsettled.then_some(Why::Argument));
        if finding.verdict > worst.verdict {
            worst = finding;
        }
    }
    if let Some(why) = opaque.filter(|_| set.opaque > worst.verdict) {
        worst = Finding {
            verdict: set.opaque,
            reason: VerdictReason::Opaque(Opaque(why)),
            culprit: line.trim().to_owned(),
        };
    }
    (worst, opaque)
}

/// What a set says of one command, and whether an entry that could say worse depends on an expansion.
fn of_command(set: &CommandSet, command: &Simple, danger: Assessment) -> (Finding, bool) {
    let found = |verdict, reason| Finding { verdict, reason, culprit: command.source.clone() };
    let fits: Vec<_> = set.entries.iter().map(|entry| (entry, fit(entry, command, danger))).collect();
    // Of entries that say the same the first one's reason is told.
    let said = fits.iter().rev().filter(|(_, fit)| *fit == Fit::Yes).max_by_key(|(entry, _)| entry.effect);
    let mut finding = match said {
        Some((entry, _)) => found(entry.effect, reason(set, entry, command, danger)),
        None => found(set.default, VerdictReason::Unnamed(set.name.clone())),
    };
    if set.default == Verdict::Deny && finding.verdict < Verdict::Deny {
        if command.expands {
            finding = found(Verdict::Deny, VerdictReason::Expands);
        } else if command.writes.iter().any(writes_file) {
            finding = found(Verdict::Deny, VerdictReason::Writes);
        }
    }
    let unsettled = fits.iter().any(|(entry, fit)| *fit == Fit::Maybe && entry.effect > finding.verdict);
    (finding, unsettled)
}

fn fit(entry: &CommandEntry, command: &Simple, danger: Assessment) -> Fit {
    let level = entry.danger.map_or(Fit::Yes, |level| danger.reaches(level));
    let fit = level.min(pattern::fits(&entry.pattern, command));
    // What lets through lets through what it names, and nothing that only looks like it.
    match (&command.program, entry.effect) {
        (Program::Named { trusted: false, .. }, Verdict::Allow) => Fit::No,
        (_, Verdict::Allow) if fit == Fit::Maybe => Fit::No,
        _ => fit,
    }
}

fn reason(set: &CommandSet, entry: &CommandEntry, command: &Simple, danger: Assessment) -> VerdictReason {
    match (&entry.reason, danger.sure) {
        (Some(reason), _) => VerdictReason::Told(reason.clone()),
        (None, Some((_, reason))) if entry.danger.is_some() => VerdictReason::Danger(reason),
        (None, _) => {
            let program = command.program.name().unwrap_or_default().to_owned();
            VerdictReason::Said { set: set.name.clone(), effect: entry.effect, program }
        }
    }
}

/// Anything but the ends of the line and what throws everything away.
fn writes_file(word: &Word) -> bool {
    !matches!(word.literal(), Some("/dev/null" | "/dev/stdout" | "/dev/stderr" | "/dev/tty"))
}

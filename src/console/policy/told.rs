//! Outcomes about policy, for people.

use super::super::readers::{Readers, Told};
use super::super::say::say;
use super::{changes, explain, reach, unfit};
use crate::admin::{
    CheckedPolicy, PolicyAnswer, PolicyApplied, PolicyEntry, PolicyInForce, PolicyOutcome, PolicyReplayed,
    PolicyShown, TestedPolicy, UnappliedPolicy, UnfitDirectory,
};
use crate::domain::{plain, plain_lines};

pub(in super::super) fn told(outcome: &PolicyOutcome, readers: Readers) -> Vec<Told> {
    match outcome {
        PolicyOutcome::Answered(answer) => vec![answered(answer, readers)],
        PolicyOutcome::Diff(comparison) => {
            vec![Told::Lines(changes::told(comparison, true, readers))]
        }
        PolicyOutcome::Replayed(replayed) => replay(replayed, readers),
        PolicyOutcome::Applied(done) => applied(done, readers),
        PolicyOutcome::History(page) => page.rows.iter().map(|row| entry(row, readers)).collect(),
        PolicyOutcome::Shown(shown) => vec![Told::Lines(version(shown, readers))],
        PolicyOutcome::Checked(CheckedPolicy::Right(policy)) => unfit::right(policy, readers),
        PolicyOutcome::Tested(TestedPolicy::Right { tests, .. }) => vec![Told::Line(match tests {
            0 => say!(readers, "policy.no-test"),
            tests => unfit::count(*tests, "tests", readers),
        })],
        PolicyOutcome::Checked(CheckedPolicy::Unfit(found))
        | PolicyOutcome::Tested(TestedPolicy::Unfit(found)) => unfit::told(&found.unfit, readers),
    }
}

/// Why something did not come into force, or may not.
pub(in super::super) fn failed(outcome: &PolicyOutcome, readers: Readers) -> Option<String> {
    match outcome {
        PolicyOutcome::Applied(applied) => unapplied(applied, readers),
        PolicyOutcome::Checked(CheckedPolicy::Unfit(found))
        | PolicyOutcome::Tested(TestedPolicy::Unfit(found)) => {
            let UnfitDirectory { dir, unfit } = found;
            Some(format!("{}: {}", dir.display(), unfit::sum(unfit, readers)))
        }
        _ => None,
    }
}

/// Why files did not come into force, or would not.
pub(in super::super) fn unapplied(applied: &PolicyApplied, readers: Readers) -> Option<String> {
    let PolicyApplied::Unfit(UnappliedPolicy { unfit, dry_run }) = applied else { return None };
    let key = if *dry_run { "policy.not-applied" } else { "policy.stays" };
    Some(say!(readers, key, unfit = unfit::sum(unfit, readers)))
}

fn answered(answer: &PolicyAnswer, readers: Readers) -> Told {
    match answer {
        PolicyAnswer::Explained(it) => {
            Told::Lines(explain::lines(&it.request, &it.explanation, &it.zone, readers).join("\n"))
        }
        PolicyAnswer::Accesses(it) => {
            Told::Lines(reach::lines(&it.inquiry, &it.found, &it.zone, readers).join("\n"))
        }
        PolicyAnswer::Document(document) => Told::Raw(plain_lines(&document.markdown)),
    }
}

fn replay(replayed: &PolicyReplayed, readers: Readers) -> Vec<Told> {
    let since = say!(readers, "time.since", since = replayed.sum.since.told());
    let cases = replayed.cases.iter().map(|case| Told::Lines(changes::case(case, readers)));
    std::iter::once(Told::Error(since))
        .chain(cases)
        .chain([Told::Line(changes::sum(&replayed.sum, readers))])
        .collect()
}

/// What came of files that were applied.
pub(in super::super) fn applied(applied: &PolicyApplied, readers: Readers) -> Vec<Told> {
    match applied {
        PolicyApplied::InForce(done) => in_force(done, readers),
        PolicyApplied::Same { version, .. } => {
            vec![Told::Line(say!(readers, "policy.same", version = version.to_string()))]
        }
        PolicyApplied::DryRun { changes, .. } => {
            let changes = changes::told(changes, true, readers);
            vec![Told::Lines(format!("{changes}\n{}", say!(readers, "policy.dry-run")))]
        }
        PolicyApplied::Unfit(UnappliedPolicy { unfit, .. }) => unfit::told(unfit, readers),
    }
}

fn in_force(done: &PolicyInForce, readers: Readers) -> Vec<Told> {
    let (version, digest) = (done.version.to_string(), done.digest.to_string());
    let mut told = vec![
        Told::Lines(changes::told(&done.changes, false, readers)),
        Told::Line(say!(readers, "policy.in-force", version = version, digest = digest)),
    ];
    if let Some(dir) = &done.files_stay {
        told.push(Told::Error(say!(readers, "policy.files-stay", dir = dir.display().to_string())));
    }
    told
}

fn entry(entry: &PolicyEntry, readers: Readers) -> Told {
    let PolicyEntry { version, at, by, reason, state, .. } = entry;
    let note = if *state == "past" {
        String::new()
    } else {
        say!(readers, "policy.noted", state = state_of(state, readers))
    };
    Told::Line(format!("{version:>5}  {}  {by}  {reason}{note}", at.told()))
}

/// What became of a version, for people.
fn state_of(state: &str, readers: Readers) -> String {
    say!(readers, format!("policy.state-{}", state.replace(' ', "-")))
}

fn version(shown: &PolicyShown, readers: Readers) -> String {
    let PolicyShown { entry, before, changes, files } = shown;
    let (by, reason) = (plain(&entry.by), plain(&entry.reason));
    let (number, digest) = (entry.version.to_string(), entry.digest.to_string());
    let (state, at) = (state_of(entry.state, readers), entry.at.told());
    let applied = say!(readers, "policy.applied", version = number, state = state, at = at, by = by);
    let why = say!(readers, "policy.applied-why", reason = reason, digest = digest);
    let mut parts = vec![format!("{applied}\n{why}")];
    if let (Some(before), Some(changes)) = (before, changes) {
        let since = say!(readers, "diff.since", version = before.to_string());
        parts.push(format!("{since}\n{}", changes::told(changes, false, readers)));
    }
    parts.extend(files.iter().map(|(path, text)| format!("==> {path} <==\n{}", text.trim_end())));
    parts.join("\n\n")
}

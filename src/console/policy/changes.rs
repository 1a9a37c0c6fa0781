//! What a change of policy changes in effect, for people.

use std::collections::{BTreeMap, BTreeSet};

use crate::admin::{PolicyComparison, ReplayedCase, ReplayedSum};
use crate::policy::diff::{Change, ChangeKind};

/// How many changes are told where something else is the matter.
const BRIEFLY: usize = 40;
/// How many sessions are named.
const NAMED: usize = 8;

/// All of it, or the beginning of it.
pub(super) fn told(comparison: &PolicyComparison, whole: bool) -> String {
    let PolicyComparison { diff, crowds, zone } = comparison;
    let changes = diff.changes.iter().map(|change| change.told(crowds, zone));
    let notes = diff.notes.iter().map(|note| note.told(zone));
    let mut lines: Vec<_> = changes.chain(notes).collect();
    if !whole && lines.len() > BRIEFLY {
        let more = lines.len() - BRIEFLY;
        lines.truncate(BRIEFLY);
        lines.push(format!("and {more} more: policy diff tells all of them"));
    }
    lines.push(summary(comparison));
    lines.join("\n")
}

fn summary(PolicyComparison { diff, .. }: &PolicyComparison) -> String {
    if diff.is_empty() {
        return "nothing changes in effect".to_owned();
    }
    let mut kinds: BTreeMap<ChangeKind, Vec<&Change>> = BTreeMap::new();
    diff.changes.iter().for_each(|change| kinds.entry(change.kind).or_default().push(change));
    let counted = kinds.iter().map(|(kind, changes)| {
        let operators: BTreeSet<_> = changes.iter().flat_map(|change| &change.operators).collect();
        let assets: BTreeSet<_> = changes.iter().flat_map(|change| &change.assets).collect();
        format!("{} for {} operators on {} assets", kind.as_str(), operators.len(), assets.len())
    });
    let notes = (!diff.notes.is_empty()).then(|| format!("{} notes", diff.notes.len()));
    format!("in all: {}", counted.chain(notes).collect::<Vec<_>>().join("; "))
}

/// Decisions that would come out otherwise.
pub(super) fn case(case: &ReplayedCase) -> String {
    let ReplayedCase { operator, asset, login, protocol, decisions, sessions, .. } = case;
    let reason = case.reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
    let mut named: Vec<_> = sessions.iter().take(NAMED).map(ToString::to_string).collect();
    let more = sessions.len().saturating_sub(NAMED);
    named.extend((more > 0).then(|| format!("and {more} more")));
    let (change, count) = (case.change.as_str(), sessions.len());
    let first = format!("{change:<9} {operator} on {asset} as {login}: {protocol}{reason}");
    format!("{first}\n          {decisions} decisions in {count} sessions: {}", named.join(", "))
}

pub(super) fn sum(sum: &ReplayedSum) -> String {
    let ReplayedSum { decisions, otherwise, sessions, beside, .. } = sum;
    format!(
        "{decisions} decisions: {otherwise} would come out otherwise, in {sessions} sessions; {beside} were made by a lockdown or by hand"
    )
}

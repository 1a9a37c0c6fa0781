//! What a change of policy changes in effect, for people.

use std::collections::{BTreeMap, BTreeSet};

use unicode_width::UnicodeWidthStr as _;

use super::super::readers::Readers;
use super::super::say::say;
use crate::admin::{PolicyComparison, ReplayedCase, ReplayedSum};
use crate::policy::diff::{Change, ChangeKind, Teller};

/// How many changes are told where something else is the matter.
const BRIEFLY: usize = 40;
/// How many sessions are named.
const NAMED: usize = 8;
/// Where all but the kind of change begins.
const INDENT: usize = 10;

/// All of it, or the beginning of it.
pub(super) fn told(comparison: &PolicyComparison, whole: bool, readers: Readers) -> String {
    let PolicyComparison { diff, crowds, zone } = comparison;
    let teller = Teller { language: readers.language(), zone };
    let changes = diff.changes.iter().map(|change| change.told(crowds, &teller));
    let notes = diff.notes.iter().map(|note| note.told(&teller));
    let mut lines: Vec<_> = changes.chain(notes).collect();
    if !whole && lines.len() > BRIEFLY {
        let more = lines.len() - BRIEFLY;
        lines.truncate(BRIEFLY);
        lines.push(say!(readers, "diff.brief", more = more.to_string()));
    }
    lines.push(summary(comparison, readers));
    lines.join("\n")
}

fn summary(PolicyComparison { diff, .. }: &PolicyComparison, readers: Readers) -> String {
    if diff.is_empty() {
        return say!(readers, "diff.nothing");
    }
    let mut kinds: BTreeMap<ChangeKind, Vec<&Change>> = BTreeMap::new();
    diff.changes.iter().for_each(|change| kinds.entry(change.kind).or_default().push(change));
    let kinds = kinds.iter().map(|(kind, changes)| {
        let operators: BTreeSet<_> = changes.iter().flat_map(|change| &change.operators).collect();
        let assets: BTreeSet<_> = changes.iter().flat_map(|change| &change.assets).collect();
        let (operators, assets) =
            (counted("operators", operators.len(), readers), counted("assets", assets.len(), readers));
        say!(readers, "diff.kind-count", kind = word(*kind, readers), operators = operators, assets = assets)
    });
    let notes = Some(diff.notes.len()).filter(|count| *count > 0);
    let notes = notes.map(|count| counted("notes", count, readers));
    let counts = kinds.chain(notes).collect::<Vec<_>>().join(&say!(readers, "diff.semicolon"));
    say!(readers, "diff.in-all", counts = counts)
}

fn word(kind: ChangeKind, readers: Readers) -> String {
    say!(readers, format!("diff.{}", kind.as_str()))
}

/// `1 operator`, `2 operators`.
fn counted(what: &str, number: usize, readers: Readers) -> String {
    let form = if number == 1 { "one" } else { "many" };
    say!(readers, format!("diff.{what}-{form}"), count = number.to_string())
}

/// Decisions that would come out otherwise.
pub(super) fn case(case: &ReplayedCase, readers: Readers) -> String {
    let ReplayedCase { operator, asset, login, protocol, decisions, sessions, .. } = case;
    let reason = case.reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
    let mut named: Vec<_> = sessions.iter().take(NAMED).map(ToString::to_string).collect();
    let more = sessions.len().saturating_sub(NAMED);
    named.extend((more > 0).then(|| say!(readers, "diff.and-more", more = more.to_string())));
    let change = word(case.change, readers);
    let blanks = " ".repeat(INDENT.saturating_sub(change.width()));
    let whose = say!(
        readers,
        "diff.case",
        operator = operator,
        asset = asset,
        login = login,
        protocol = protocol.as_str()
    );
    let decisions = counted("decisions", usize::try_from(*decisions).unwrap_or(usize::MAX), readers);
    let sessions = counted("sessions", sessions.len(), readers);
    let found =
        say!(readers, "diff.cases", decisions = decisions, sessions = sessions, named = named.join(", "));
    format!("{change}{blanks}{whose}{reason}\n{}{found}", " ".repeat(INDENT))
}

pub(super) fn sum(sum: &ReplayedSum, readers: Readers) -> String {
    let ReplayedSum { decisions, otherwise, sessions, beside, .. } = sum;
    let decisions = counted("decisions", usize::try_from(*decisions).unwrap_or(usize::MAX), readers);
    let (otherwise, beside) = (otherwise.to_string(), beside.to_string());
    let sessions = counted("sessions", *sessions, readers);
    say!(
        readers,
        "diff.replayed",
        decisions = decisions,
        otherwise = otherwise,
        sessions = sessions,
        beside = beside
    )
}

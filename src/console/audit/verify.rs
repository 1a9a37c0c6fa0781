//! Whether the evidence is what was written, for people.

use super::super::readers::{Readers, Told};
use super::super::say::say;
use crate::admin::{ProvenLog, VerifiedEvidence, VerifiedLog};
use crate::domain::plain;
use crate::journal::{self, Fault};

pub(super) fn told(verified: &VerifiedEvidence, readers: Readers) -> Vec<Told> {
    let VerifiedEvidence { ok, rows, sessions, recordings, missing, altered, notes, log } = verified;
    let key = if *ok { "verify.holds" } else { "verify.read" };
    let mut lines = vec![say!(readers, key, rows = rows, sessions = sessions, recordings = recordings)];
    lines.extend(proven(log, readers));
    let sorts = [("missing", missing), ("altered", altered), ("notes", notes)];
    for (sort, faults) in sorts.into_iter().filter(|(_, faults)| faults.count > 0) {
        lines.push(say!(readers, format!("verify.{sort}"), count = faults.count));
        lines.extend(faults.first.iter().map(|fault| format!("  {}", text(fault, readers))));
        let named = faults.first.len();
        if named as u64 != faults.count && named >= journal::NAMED {
            lines.push(format!("  {}", say!(readers, "verify.rest", named = named)));
        }
    }
    lines.into_iter().map(Told::Line).collect()
}

/// What is proven, by whom, and what is not.
fn proven(log: &VerifiedLog, readers: Readers) -> Vec<String> {
    let unproven = log.unproven;
    let mut lines = vec![match &log.proven {
        Some(ProvenLog { rows, checkpoint, at, .. }) => {
            let at = at.told();
            say!(readers, "verify.proven", rows = rows, number = checkpoint, at = at, unproven = unproven)
        }
        None => say!(readers, "verify.unproven", rows = log.rows),
    }];
    lines.extend(log.first_key.as_ref().map(|key| say!(readers, "verify.first-key", key = key)));
    lines
}

fn text(fault: &Fault, readers: Readers) -> String {
    let (which, detail) = (plain(&fault.which), plain(&fault.detail));
    say!(readers, format!("verify.{}", fault.what), which = which, detail = detail)
}

/// What is wrong in one line.
pub(super) fn verdict(verified: &VerifiedEvidence, readers: Readers) -> String {
    let (missing, altered) = (&verified.missing, &verified.altered);
    match missing.first.iter().chain(&altered.first).next() {
        Some(first) => {
            let (missing, altered, first) = (missing.count, altered.count, text(first, readers));
            say!(readers, "verify.fails", missing = missing, altered = altered, first = first)
        }
        None => say!(readers, "verify.fails-elsewhere"),
    }
}

//! Ids as people type them: in full, or as much as tells one from the others.

use std::collections::BTreeSet;

use super::super::run::Failure;
use super::super::say::fail;
use crate::domain::plain;
use crate::session::Services;

/// So many are named where it could be any of them.
const NAMED: usize = 5;

/// The id that `text` is, or the only one that it begins; `None` where there is none.
pub(super) fn whole<'i>(
    services: &Services,
    text: &str,
    ids: impl Iterator<Item = &'i str>,
) -> Result<Option<&'i str>, Failure> {
    let begun: BTreeSet<&str> = ids.filter(|id| !text.is_empty() && id.starts_with(text)).collect();
    if begun.len() > 1 && !begun.contains(text) {
        let some: Vec<_> = begun.iter().take(NAMED).copied().collect();
        return Err(fail!(services, "lockdown.several", id = plain(text), ids = some.join(", ")));
    }
    Ok(begun.first().copied()) // the shortest, and so the one that is all of the text, comes first
}

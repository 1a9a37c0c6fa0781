//! How much harm a command can do, by a catalog of what is known to do some: built in (`catalog.toml`), and
//! added to by a policy's `[[danger]]`.
//!
//! What the catalog does not name does no harm that it knows of.

mod catalog;
mod entry;
mod targets;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(super) use catalog::reasons;

use super::fit::Fit;
use super::pattern;
use super::simple::Simple;
use crate::domain::Danger;
use crate::policy::DangerEntry;

/// What the catalog says of a command.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Assessment {
    /// The worst that it does, and why that is so bad.
    pub sure: Option<(Danger, &'static str)>,
    /// The worst that it does, depending on what an expansion gives.
    pub maybe: Option<Danger>,
}

impl Assessment {
    /// Whether the command is at least that dangerous.
    pub(super) fn reaches(&self, level: Danger) -> Fit {
        if self.sure.is_some_and(|(danger, _)| danger >= level) {
            Fit::Yes
        } else if self.maybe.is_some_and(|danger| danger >= level) {
            Fit::Maybe
        } else {
            Fit::No
        }
    }

    fn note(&mut self, fit: Fit, level: Danger, reason: &'static str) {
        match fit {
            Fit::Yes if self.sure.is_none_or(|(danger, _)| danger < level) => {
                self.sure = Some((level, reason))
            }
            Fit::Maybe => self.maybe = self.maybe.max(Some(level)),
            _ => {}
        }
    }
}

/// Whether the tables can be read.
pub(super) fn check() -> Result<(), toml::de::Error> {
    catalog::check().and_then(|()| targets::check())
}

/// Looks a command up.
pub(super) fn assess(simple: &Simple, added: &[DangerEntry]) -> Assessment {
    let mut assessment = Assessment::default();
    if simple.bomb {
        assessment.note(Fit::Yes, Danger::Critical, "starts copies of itself without end"); // T1499.001
    }
    let targets = targets::of(simple);
    for entry in catalog::about(simple, !targets.is_empty()) {
        assessment.note(entry.fits(simple, &targets), entry.level, &entry.reason);
    }
    for entry in added {
        assessment.note(pattern::fits(&entry.pattern, simple), entry.level, "the policy calls it dangerous");
    }
    assessment
}

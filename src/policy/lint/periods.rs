//! Planned lockdowns that do nothing.

use jiff::Timestamp;

use super::{Lint, LintKind};
use crate::policy::Policy;

/// A period whose end has passed: most likely a year that nobody has changed.
pub(super) fn over(policy: &Policy, now: Timestamp, lints: &mut Vec<Lint>) {
    for period in policy.periods().iter().filter(|period| period.until <= now) {
        let mend = "set `from` and `until` to the next time, or remove it";
        let subject = format!("lockdown {}", period.name);
        lints.push(Lint::new(
            LintKind::PeriodOver,
            subject,
            "its `until` has passed: it does not begin again",
            mend,
        ));
    }
}

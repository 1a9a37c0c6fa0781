//! Every warning about a policy.

use jiff::Timestamp;

use super::reach::Reach;
use super::times::{self, Meetings};
use super::warning::Lint;
use super::{people, rules, shells};
use crate::policy::Policy;

impl Policy {
    /// Every doubt, as of `now`: those about rules first.
    pub fn lints(&self, now: Timestamp) -> Vec<Lint> {
        let reaches: Vec<Reach<'_>> = self.rules().map(|rule| Reach::of(self, rule, now)).collect();
        let mut meetings = Meetings::from(now);
        let mut lints = Vec::new();
        for reach in &reaches {
            match reach.fault() {
                Some(lint) => lints.push(lint),
                None => meetings.check(reach, &mut lints),
            }
        }
        rules::denied(&reaches, &mut lints);
        rules::duplicates(self, &mut lints);
        people::operators(self, &reaches, now, &mut lints);
        people::assets(self, &reaches, &mut lints);
        people::weak(self, &mut lints);
        times::over(self, now, &mut lints);
        shells::handed_out(self, &mut lints);
        for lint in &mut lints {
            lint.place = self.places.get(&lint.subject).cloned();
        }
        lints
    }
}

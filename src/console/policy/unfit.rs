//! Why files may not come into force, for people.

use super::super::readers::{Readers, Told};
use super::super::say::say;
use crate::admin::{FailingPolicy, FaultyPolicy, RightPolicy, UnfitPolicy};
use crate::domain::Tell;

/// All that is wrong, each with its place.
pub(super) fn told(unfit: &UnfitPolicy, readers: Readers) -> Vec<Told> {
    let language = readers.language();
    match unfit {
        UnfitPolicy::Faulty(FaultyPolicy { faults }) => {
            faults.iter().map(|fault| Told::Error(fault.told(language))).collect()
        }
        UnfitPolicy::Failing(FailingPolicy { failures, .. }) => {
            failures.iter().map(|failure| Told::Error(failure.told(language))).collect()
        }
    }
}

/// How much is wrong.
pub(super) fn sum(unfit: &UnfitPolicy, readers: Readers) -> String {
    match unfit {
        UnfitPolicy::Faulty(FaultyPolicy { faults }) => count(faults.len(), "errors", readers),
        UnfitPolicy::Failing(FailingPolicy { failures, tests }) => {
            let failed = failures.len().to_string();
            say!(readers, "policy.failing", failed = failed, count = tests.to_string())
        }
    }
}

/// A policy that may come into force, with its doubts.
pub(super) fn right(policy: &RightPolicy, readers: Readers) -> Vec<Told> {
    let RightPolicy { files, operators, assets, tests, warnings, .. } = policy;
    let more =
        [(*tests, "tests"), (warnings.len(), "warnings")].into_iter().filter(|(number, _)| *number > 0);
    let more = more.map(|(number, what)| say!(readers, "policy.and", what = count(number, what, readers)));
    let all = [(*files, "files"), (*operators, "operators"), (*assets, "assets")];
    let all = all.map(|(number, what)| count(number, what, readers)).join(&say!(readers, "console.comma"));
    let line = say!(readers, "policy.checked", what = all, more = more.collect::<String>());
    let doubts = warnings.iter().map(|lint| Told::Error(lint.told(readers.language())));
    doubts.chain([Told::Line(line)]).collect()
}

/// `1 file`, `2 files`.
pub(super) fn count(number: usize, what: &str, readers: Readers) -> String {
    let form = if number == 1 { "one" } else { "many" };
    say!(readers, format!("policy.{what}-{form}"), count = number.to_string())
}

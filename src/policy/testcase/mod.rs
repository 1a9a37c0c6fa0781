//! `[[test]]` tables: a request, and what a right policy says of it. They stand beside the rules and are
//! run before a policy comes into force.

mod expect;
mod read;
mod request;
mod run;
mod work;

use super::Request;
use super::diagnostic::Diagnostic;

use expect::Expected;

pub(super) use expect::duration;

pub use run::TestFailure;
pub use work::RuleAtWork;

/// A checked `[[test]]`.
#[derive(Debug, Clone)]
pub struct TestCase {
    /// What it is called; where it has no `name`, what it asks.
    pub name: String,
    pub request: Request,
    /// Never empty: `expect` is the first.
    expectations: Vec<Expectation>,
}

/// One thing that is expected, and the place that says so.
#[derive(Debug, Clone)]
struct Expectation {
    expected: Expected,
    place: Diagnostic,
}

#[cfg(test)]
mod tests;

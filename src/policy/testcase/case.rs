//! One test.

use super::expect::Expected;
use crate::diagnostic::Diagnostic;
use crate::policy::answer::Request;

/// A checked `[[test]]`.
#[derive(Debug, Clone)]
pub struct TestCase {
    /// What it is called; where it has no `name`, what it asks.
    pub name: String,
    pub request: Request,
    /// Never empty: `expect` is the first.
    pub(super) expectations: Vec<Expectation>,
}

/// One thing that is expected, and the place that says so.
#[derive(Debug, Clone)]
pub(super) struct Expectation {
    pub(super) expected: Expected,
    pub(super) place: Diagnostic,
}

//! Who may do what, where, when and how: the policy files, checked, and the decision on a request.
//!
//! Pure: no input, output or clock. [`load`] turns texts into a [`Policy`] or into every fault found in
//! them; [`Policy::decide`] answers a request. A `Policy` that exists is right: every name in it resolves.

mod address;
mod answer;
mod asset;
mod batch;
mod belief;
mod checks;
mod commands;
mod context;
mod days;
mod decide;
pub mod diff;
mod document;
pub mod explain;
mod fields;
mod fits;
mod handling;
mod index;
mod items;
mod lint;
mod load;
mod names;
mod operator;
mod period;
mod program;
mod reason;
mod repl;
mod rule;
mod schedule;
mod shape;
mod sources;
mod testcase;
mod user_ca;
mod view;
mod whole;
mod word;

pub use crate::diagnostic::{Diagnostic, SourceFile};

pub use address::{Address, Host, InvalidAddress};
pub use answer::{Admission, Allowance, Decision, Denial, Reachable, Request};
pub use asset::Asset;
pub use batch::decide_line;
pub use commands::{CommandEntry, CommandPattern, CommandSet, DangerEntry, Flag};
pub use days::Validity;
pub use document::Cover;
pub use fits::Field;
pub use handling::Handling;
pub use lint::{Lint, LintKind};
pub use load::load;
pub use operator::{AuditScope, Operator};
pub use reason::Reason;
pub use repl::Repl;
pub use rule::{Conditions, Rule};
pub use schedule::Schedule;
pub use sources::Sources;
pub use testcase::{RuleAtWork, TestCase, TestFailure};
pub use user_ca::UserCa;
pub use whole::Policy;
pub use word::{Effect, FactorPair, Mode, Trust, Verdict};

#[cfg(test)]
mod tests;

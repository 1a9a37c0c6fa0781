//! `[[test]]` tables: a request, and what a right policy says of it. They stand beside the rules and are
//! run before a policy comes into force.

mod case;
mod expect;
mod read;
mod request;
mod run;
mod work;

pub use case::TestCase;
pub(super) use expect::duration;
pub use run::TestFailure;
pub use work::RuleAtWork;

#[cfg(test)]
mod tests;

//! Why a request is allowed or denied: every check, every rule, where the conditions come from, and when that
//! changes; and the same question put for everybody ([`super::Policy::accesses`]).
//!
//! Nothing here decides. Whoever asks says who decides; checks and fields are asked one by one from the lists
//! that the decision itself goes through.

mod access;
mod case;
mod change;
mod checks;
mod compare;
mod explanation;
mod origins;
mod rules;
mod unknown;

pub use access::{Access, Inquiry};
pub use case::{Beside, wall};
pub use change::{DecisionChange, Outlook};
pub use checks::Check;
pub use explanation::Explanation;
pub use origins::Origins;
pub use rules::{ComparedField, Considered};
pub use unknown::Unknown;

#[cfg(test)]
mod tests;

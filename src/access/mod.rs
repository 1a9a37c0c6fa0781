//! The heart: who may do what, now and for how long, and what is kept of it. It knows no protocol: a front (SSH today)
//! proves a person by [`login`], asks for access, relays what the person does past the watch and the review, and tells
//! people through an [`audience::Audience`].
//!
//! | step | where | makes |
//! |---|---|---|
//! | log in | [`login`] | [`Authenticated`]: somebody is proven |
//! | be here | [`admission`], [`connection`], [`places`], [`term`] | what one login has: its places, sessions, time and patience |
//! | decide | [`decide`] | a grant, journaled before anything else happens |
//! | record | [`record`] | a recording; without one, nothing runs |
//! | clear | [`approve`], [`review`] | a second person's word where a rule asks for it; judged commands |
//! | watch | [`watch`], [`live`] | the same question again, at every change and every half second |
//! | close | [`running`], [`pace`] | the last rows |
//!
//! [`channel`] has the steps in their order, for every front.

pub(crate) mod account;
pub(crate) mod admission;
pub(crate) mod approve;
pub(crate) mod attestation;
pub(crate) mod audience;
pub(crate) mod channel;
pub(crate) mod connection;
pub(crate) mod decide;
pub(crate) mod enrolment;
pub(crate) mod failing;
pub(crate) mod foreground;
pub(crate) mod guarded;
pub(crate) mod homes;
pub(crate) mod idle;
pub mod live;
pub(crate) mod login;
pub(crate) mod officers;
pub(crate) mod outcome;
pub(crate) mod outstanding;
pub(crate) mod own_key;
pub(crate) mod pace;
pub(crate) mod passwords;
pub(crate) mod places;
pub(crate) mod reachable;
pub(crate) mod record;
pub(crate) mod refused;
pub(crate) mod review;
pub(crate) mod rulings;
pub(crate) mod running;
pub(crate) mod services;
pub(crate) mod target;
pub(crate) mod term;
pub(crate) mod terms;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod toy;
pub(crate) mod watch;
pub(crate) mod whereabouts;
pub(crate) mod words;

pub use failing::{BlockRule, FailingSources, NewBlocks, SourceBlock};
pub use homes::Homes;
pub use login::Approach;
pub(crate) use login::fresh_code;
pub use pace::CutPacer;
pub use places::Places;
pub use refused::{RefusedLogins, Untold};
pub use services::{Authenticated, Services, Signs, block_rule, quotas, space};
pub(crate) use services::{blocking, in_english, speaking, spoken};
pub use whereabouts::Whereabouts;
pub(crate) use words::told_end;

//! What a database has to do for the gateway, whichever it is: plain rows, a filter, errors, and one trait a subject. No
//! database is named here, and nothing is written for people's eyes.
//!
//! A list takes a key and a limit: it goes on behind the key, and holds no more rows than the limit. What has to be in
//! memory as a whole is read by [`page::gather`], which says how much that may be.

pub(in crate::store) mod accounts;
pub(in crate::store) mod break_glass;
pub(in crate::store) mod clock;
pub(in crate::store) mod commands;
pub(in crate::store) mod credentials;
pub(in crate::store) mod devices;
pub(in crate::store) mod error;
pub(in crate::store) mod factors;
pub(in crate::store) mod filter;
pub(in crate::store) mod future;
pub(in crate::store) mod given;
pub(in crate::store) mod homes;
pub(in crate::store) mod host_keys;
pub(in crate::store) mod invitations;
pub(in crate::store) mod journal;
pub(in crate::store) mod journal_row;
pub(in crate::store) mod lockdowns;
pub(in crate::store) mod lockout;
pub(in crate::store) mod log;
pub(in crate::store) mod logins;
pub(in crate::store) mod page;
pub(in crate::store) mod permits;
pub(in crate::store) mod policies;
pub(in crate::store) mod recovery;
pub(in crate::store) mod requests;
pub(in crate::store) mod sessions;
pub(in crate::store) mod steps;
pub(in crate::store) mod terms;
pub(in crate::store) mod upkeep;

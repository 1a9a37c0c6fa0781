//! SQLite, in one file: the only module that names sqlx. One connection writes, a few read; a commit is on the disk when
//! its call returns. Every subject has a file here, as it has one in `api`.

mod accounts;
mod break_glass;
mod clock;
mod commands;
mod credentials;
mod database;
mod devices;
mod drafts;
mod error;
mod factors;
mod homes;
mod host_keys;
mod invitations;
mod journal;
mod lockdowns;
mod lockout;
mod log;
mod logins;
mod open;
mod permits;
mod policies;
mod recovery;
mod requests;
mod row;
mod schema;
mod sessions;
mod terms;

pub(in crate::store) use database::Sqlite;

#[cfg(test)]
mod plans;
#[cfg(test)]
pub(in crate::store) mod testing;

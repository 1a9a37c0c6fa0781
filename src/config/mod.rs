//! `juyong.toml`, read once at start into a [`Config`] in which everything is right: units are types,
//! paths are absolute or relative to the file, and what this version cannot do was refused.

mod auth;
mod checks;
mod error;
mod evidence;
mod find;
mod limits;
mod listen;
mod load;
mod lockdown;
mod login;
mod mend;
mod place;
mod raw;
mod read;
mod security_key_maker;
mod tunnel;
mod unit;
mod words;

pub use auth::{Auth, SecondAddress};
pub use error::ConfigError;
pub use evidence::EvidenceConfig;
pub use find::{find, language_of};
pub use limits::Limits;
pub use listen::Listen;
pub use lockdown::LockdownConfig;
pub use login::{Login, PublicAddress};
pub use place::Database;
pub use raw::Config;
pub use security_key_maker::SecurityKeyMaker;
pub use tunnel::{PemFiles, TlsClient, TunnelConfig};
pub use unit::{Size, TimeSpan, UnitError};

#[cfg(test)]
mod tests;

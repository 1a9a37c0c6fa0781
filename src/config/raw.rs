//! The whole file, as it is used and as it is written, key by key, with the defaults. Every value is checked while its
//! place in the file is still known; [`Raw::settle`] then only puts paths together.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::auth::Auth;
use super::checks::timezone;
use super::evidence::EvidenceConfig;
use super::limits::Limits;
use super::listen::Listen;
use super::lockdown::LockdownConfig;
use super::login::{Login, RawLogin};
use super::place::{Database, Directory};
use super::tunnel::{RawTunnel, TunnelConfig};
use super::unit::{TimeSpan, count};
use crate::domain::Language;

/// Everything an administrator can set about one gateway.
#[derive(Debug, Clone)]
pub struct Config {
    /// Host key, master key, embedded database.
    pub data_dir: PathBuf,
    pub policy_dir: PathBuf,
    pub recordings: PathBuf,
    pub database: Database,
    /// For dates without a zone, and what times are shown in.
    pub timezone: TimeZone,
    pub language: Language,
    /// How many accounts may be enrolled.
    pub seats: NonZeroU32,
    /// How long live sessions may go on once the gateway was told to stop.
    pub drain_for: TimeSpan,
    /// Whom a refused person should call; may be empty.
    pub contact: String,
    pub listen: Listen,
    pub auth: Auth,
    pub limits: Limits,
    pub evidence: EvidenceConfig,
    pub lockdown: LockdownConfig,
    pub login: Login,
    pub tunnel: TunnelConfig,
}

/// The tables below the top. A key that stands in a wrong one is told where it belongs.
pub(super) const TABLES: [&str; 7] = ["listen", "auth", "limits", "evidence", "lockdown", "login", "tunnel"];

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Raw {
    data_dir: Directory,
    policy_dir: Option<Directory>,
    recordings: Option<Directory>,
    database: Option<Database>,
    #[serde(deserialize_with = "timezone")]
    timezone: TimeZone,
    language: Language,
    seats: NonZeroU32,
    drain_for: TimeSpan,
    contact: String,
    listen: Listen,
    auth: Auth,
    limits: Limits,
    evidence: EvidenceConfig,
    lockdown: LockdownConfig,
    login: RawLogin,
    tunnel: RawTunnel,
}

impl Default for Raw {
    fn default() -> Self {
        Self {
            data_dir: Directory::at(Path::new("/var/lib/juyong")),
            policy_dir: None,
            recordings: None,
            database: None,
            timezone: TimeZone::get("Asia/Shanghai").unwrap_or_else(|_| beijing()),
            language: Language::default(),
            seats: count(315),
            drain_for: TimeSpan::seconds(30),
            contact: String::new(),
            listen: Listen::default(),
            auth: Auth::default(),
            limits: Limits::default(),
            evidence: EvidenceConfig::default(),
            lockdown: LockdownConfig::default(),
            login: RawLogin::default(),
            tunnel: RawTunnel::default(),
        }
    }
}

/// For a machine without a time zone database: China has had no daylight saving time since 1991.
fn beijing() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(8))
}

impl Raw {
    pub(super) fn under(data_dir: &Path) -> Self {
        Self { data_dir: Directory::at(data_dir), ..Self::default() }
    }

    pub(super) fn settle(self, base: &Path) -> Config {
        let data_dir = self.data_dir.under(base);
        let beside = |given: Option<Directory>, name: &str| match given {
            Some(directory) => directory.under(base),
            None => data_dir.join(name),
        };
        let embedded = || Database::Sqlite(data_dir.join("juyong.db"));
        Config {
            policy_dir: beside(self.policy_dir, "policies"),
            recordings: beside(self.recordings, "recordings"),
            database: self.database.map_or_else(embedded, |database| database.under(base)),
            timezone: self.timezone,
            language: self.language,
            seats: self.seats,
            drain_for: self.drain_for,
            contact: self.contact,
            listen: self.listen,
            auth: self.auth.settle(base),
            limits: self.limits,
            evidence: self.evidence,
            lockdown: self.lockdown,
            login: self.login.settle(self.language, base),
            tunnel: self.tunnel.settle(base),
            data_dir,
        }
    }
}

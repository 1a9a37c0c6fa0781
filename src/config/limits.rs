//! How much, how many and how long: `[limits]`.

use std::num::NonZeroU32;
use std::time::Duration;

use super::checks::{some_size, some_time};
use super::unit::{Size, TimeSpan, count};

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table, [limits]")]
pub struct Limits {
    /// From the TCP connection to the proven login.
    #[serde(deserialize_with = "some_time")]
    pub login_grace: TimeSpan,
    /// From the TCP connection to the end of the key exchange, which needs nobody at a keyboard.
    #[serde(deserialize_with = "some_time")]
    pub key_exchange: TimeSpan,
    /// Connections that have not logged in, at once.
    pub starts: NonZeroU32,
    pub starts_per_source: NonZeroU32,
    /// Connections that have logged in, at once: of all accounts, and of one.
    pub connections: NonZeroU32,
    pub connections_per_account: NonZeroU32,
    /// Sessions of one account in which something is open, at once.
    pub sessions_per_account: NonZeroU32,
    /// Channels open at once: of all accounts, of one, and of one connection.
    pub channels: NonZeroU32,
    pub channels_per_account: NonZeroU32,
    pub channels_per_connection: NonZeroU32,
    /// Requests that may be refused on one connection, and of one account within an hour; then the connection ends.
    pub refusals: NonZeroU32,
    pub refusals_per_account: NonZeroU32,
    /// Bytes that one recording may take.
    #[serde(deserialize_with = "some_size")]
    pub recording: Size,
    /// Bytes a second that one account's recordings may grow by for long.
    #[serde(deserialize_with = "some_size")]
    pub recording_rate: Size,
    /// Bytes that one account's recordings may take within a day.
    #[serde(deserialize_with = "some_size")]
    pub recording_per_account: Size,
    /// How long the disk may take for what a session waits for; then the session ends.
    #[serde(deserialize_with = "some_time")]
    pub recording_stall: TimeSpan,
    /// Zero turns it off.
    pub keepalive: TimeSpan,
    /// Dialling an asset.
    #[serde(deserialize_with = "some_time")]
    pub connect_timeout: TimeSpan,
    /// How long a session or a command waits for an officer.
    #[serde(deserialize_with = "some_time")]
    pub approval: TimeSpan,
    /// How long the question after a warning waits for the person.
    #[serde(deserialize_with = "some_time")]
    pub question: TimeSpan,
    /// How long nobody may do anything where no rule's `idle` counts: a connection that carries nothing, the
    /// menu, a question.
    #[serde(deserialize_with = "some_time")]
    pub idle: TimeSpan,
    /// How long before its end a terminal is told, once each; empty: never.
    pub warn: Vec<TimeSpan>,
    /// Free disk, of recordings and of the database, that is kept for ends and for orders.
    pub min_free: Size,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            login_grace: TimeSpan::seconds(60),
            key_exchange: TimeSpan::seconds(10),
            starts: count(100),
            starts_per_source: count(20),
            connections: count(2000),
            connections_per_account: count(200),
            sessions_per_account: count(200),
            channels: count(20_000),
            channels_per_account: count(2000),
            channels_per_connection: count(256),
            refusals: count(200),
            refusals_per_account: count(2000),
            recording: Size::mebibytes(1024),
            recording_rate: Size::mebibytes(32),
            recording_per_account: Size::mebibytes(16 * 1024),
            recording_stall: TimeSpan::seconds(10),
            keepalive: TimeSpan::seconds(30),
            connect_timeout: TimeSpan::seconds(10),
            approval: TimeSpan::seconds(5 * 60),
            question: TimeSpan::seconds(60),
            idle: TimeSpan::seconds(15 * 60),
            warn: vec![TimeSpan::seconds(5 * 60)],
            min_free: Size::mebibytes(64),
        }
    }
}

impl Limits {
    /// How long whatever comes before the keys may take: it needs nobody at a keyboard.
    pub fn handshake(&self) -> Duration {
        self.key_exchange.min(self.login_grace).as_duration()
    }

    /// Silence after which a peer is asked whether it lives; `None` where it never is.
    pub fn keepalive(&self) -> Option<Duration> {
        (!self.keepalive.is_zero()).then(|| self.keepalive.as_duration())
    }
}

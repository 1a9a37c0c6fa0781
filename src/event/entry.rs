//! An event with when, who and from where: a row of the journal before it has its number.

use std::net::SocketAddr;

use jiff::Timestamp;
use serde::Serialize;

use super::actor::Actor;
use super::vocabulary::Event;
use crate::domain::{DeviceId, Origin};

/// The device that somebody came through, beside whatever they did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ThroughDevice {
    #[serde(rename = "through")]
    pub device: DeviceId,
    /// Where the tunnel or the TLS connection comes from.
    #[serde(rename = "outer_source")]
    pub outer: SocketAddr,
}

impl ThroughDevice {
    pub fn of(origin: &Origin) -> Option<Self> {
        origin.arrival().map(|arrival| Self { device: arrival.device.clone(), outer: arrival.outer })
    }
}

/// An event on its way into the journal. The sequence number and the hash come from there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JournalEntry {
    pub at: Timestamp,
    pub actor: Actor,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The device that the connection came through, and where from.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub through: Option<ThroughDevice>,
    #[serde(flatten)]
    pub event: Event,
}

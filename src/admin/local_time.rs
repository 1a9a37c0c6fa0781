//! A time as it is shown: in the gateway's zone.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

use crate::access::Services;
use crate::domain::shown_time;

/// For programs RFC 3339, to the last digit; for people [`LocalTime::told`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalTime {
    at: Timestamp,
    zone: TimeZone,
}

impl LocalTime {
    pub fn new(at: Timestamp, zone: TimeZone) -> Self {
        Self { at, zone }
    }

    pub(super) fn of(services: &Services, at: Timestamp) -> Self {
        Self::new(at, services.config.timezone.clone())
    }

    /// To the second, with the zone's offset, in a form that is read again.
    pub fn told(&self) -> String {
        shown_time(self.at, &self.zone)
    }
}

impl Serialize for LocalTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.at.display_with_offset(self.zone.to_offset(self.at)))
    }
}

//! A time as it is shown: in the gateway's zone.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
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

    /// The day that it is on.
    pub fn date(&self) -> Date {
        self.zone.to_datetime(self.at).date()
    }

    /// Of an end, the last day that lies before it.
    pub fn last_date(&self) -> Date {
        let before = self.at.checked_sub(SignedDuration::from_secs(1)).unwrap_or(self.at);
        self.zone.to_datetime(before).date()
    }

    /// To the second, with the zone's offset, in a form that is read again.
    pub fn told(&self) -> String {
        shown_time(self.at, &self.zone)
    }
}

impl LocalTime {
    /// RFC 3339, to the last digit.
    pub fn shown(&self) -> String {
        self.at.display_with_offset(self.zone.to_offset(self.at)).to_string()
    }
}

impl Serialize for LocalTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.shown())
    }
}

//! Rows as they are told: fields in the documented order, times in the gateway's zone.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

use super::super::local_time::LocalTime;
use super::line;
use crate::access::Services;
use crate::store::{CommandRow, JournalRow, SessionRow};

macro_rules! entry {
    ($(#[$about:meta])* $entry:ident, $row:ty) => {
        $(#[$about])*
        #[derive(Debug, Clone)]
        pub struct $entry {
            pub row: $row,
            zone: TimeZone,
        }

        impl $entry {
            pub(super) fn of(services: &Services, row: $row) -> Self {
                Self { row, zone: services.config.timezone.clone() }
            }

            /// A time of this row.
            pub fn local(&self, at: Timestamp) -> LocalTime {
                LocalTime::new(at, self.zone.clone())
            }

            #[cfg(test)]
            pub(in crate::admin) fn new(row: $row, zone: TimeZone) -> Self {
                Self { row, zone }
            }
        }
    };
}

entry! {
    /// Who was where, when, and how it ended.
    SessionEntry, SessionRow
}

entry! {
    /// What was typed or asked to run, and what became of it.
    CommandEntry, CommandRow
}

entry! {
    /// A row of the journal.
    EventEntry, JournalRow
}

impl Serialize for SessionEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        line::session(&self.row, &self.zone).serialize(serializer)
    }
}

impl Serialize for CommandEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        line::command(&self.row, &self.zone).serialize(serializer)
    }
}

impl EventEntry {
    /// The row as one line of JSON, its fields as they stand in it.
    pub fn line(&self) -> String {
        line::event(&self.row, &self.zone)
    }
}

/// The fields of the line; their order is [`EventEntry::line`]'s alone.
impl Serialize for EventEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let line: serde_json::Value =
            serde_json::from_str(&self.line()).map_err(serde::ser::Error::custom)?;
        line.serialize(serializer)
    }
}

//! The log's keys, as people write them down.

use super::super::readers::{Readers, Told};
use super::super::say::say;
use crate::access::Services;
use crate::admin::{AdminError, AdminErrorKind, LogKeyEntry, LogKeys};
use crate::domain::plain;
use crate::evidence::log::LogKey;

pub(super) fn keys(keys: &LogKeys, readers: Readers) -> Vec<Told> {
    let entry = |entry: &LogKeyEntry| {
        let (row, at) = (entry.row, entry.at.told());
        say!(readers, format!("audit.key-{}", entry.which), key = entry.key, row = row, at = at)
    };
    [&keys.first, &keys.current].map(entry).into_iter().map(Told::Line).collect()
}

/// A key as somebody gives it.
pub(super) fn key(services: &Services, text: &str) -> Result<LogKey, AdminError> {
    let no =
        || AdminError::new(AdminErrorKind::Invalid, say!(services, "audit.not-a-key", text = plain(text)));
    LogKey::parse(text.trim()).ok_or_else(no)
}

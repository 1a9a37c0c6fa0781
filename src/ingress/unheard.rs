//! Why nothing can be listened for at an address.

use std::io::{Error, ErrorKind};

use crate::domain::{Language, Tell, text};

/// Why an address cannot be had.
#[derive(Clone, Copy)]
pub(crate) enum Unheard {
    Taken,
    /// The host has no such address.
    Foreign,
    /// The port is for root.
    Low,
    Other,
}

impl Unheard {
    pub(crate) fn of(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::AddrInUse => Self::Taken,
            ErrorKind::AddrNotAvailable => Self::Foreign,
            ErrorKind::PermissionDenied => Self::Low,
            _ => Self::Other,
        }
    }

    /// The key of its mend in the catalog.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Taken => "doctor.listen-taken",
            Self::Foreign => "doctor.listen-foreign",
            Self::Low => "doctor.listen-low",
            Self::Other => "doctor.listen-other",
        }
    }
}

/// The system's word for it, and the mend.
pub(crate) fn unheard(error: &Error, language: Language) -> String {
    let mend = text!(language, Unheard::of(error).key());
    text!(language, "start.unheard", error = error.told(language), mend = mend)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// newcomer: "stop what listens there" was said of an address that the host has not.
    #[test]
    fn each_cause_has_its_own_mend() {
        for (kind, mend) in [
            (ErrorKind::AddrInUse, "something listens there already"),
            (ErrorKind::AddrNotAvailable, "this host has no such address"),
            (ErrorKind::PermissionDenied, "ports below 1024"),
        ] {
            assert!(unheard(&Error::from(kind), Language::English).contains(mend));
        }
    }
}

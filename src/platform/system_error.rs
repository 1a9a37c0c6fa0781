//! Why the operating system did not do something, in the reader's language: the kinds that an administrator meets.

use std::io::{Error, ErrorKind};

use crate::domain::{Language, Tell, english, text};
use crate::platform::regular;

/// An [`Error`] that can be kept and told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SystemError {
    /// A kind that the catalog has.
    Kind(&'static str),
    /// Something else stands in the place of a file.
    NotAFile(&'static str),
    /// In the system's own words.
    Other(String),
}

impl From<&Error> for SystemError {
    fn from(error: &Error) -> Self {
        // What one of our own modules says of it says more than its kind.
        let kind = error.get_ref().is_none().then(|| key(error.kind())).flatten();
        match (regular::what_stands_there(error), kind) {
            (Some(what), _) => Self::NotAFile(what),
            (None, Some(key)) => Self::Kind(key),
            (None, None) => Self::Other(error.to_string()),
        }
    }
}

impl From<Error> for SystemError {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

fn key(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::NotFound => "os.not-found",
        ErrorKind::PermissionDenied => "os.permission",
        ErrorKind::AlreadyExists => "os.exists",
        ErrorKind::AddrInUse => "os.in-use",
        ErrorKind::AddrNotAvailable => "os.no-address",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "os.no-space",
        ErrorKind::FileTooLarge => "os.too-large",
        ErrorKind::ReadOnlyFilesystem => "os.read-only",
        ErrorKind::ConnectionRefused => "os.refused",
        ErrorKind::TimedOut => "os.timed-out",
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            "os.unreachable"
        }
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => "os.reset",
        ErrorKind::UnexpectedEof => "os.ended",
        ErrorKind::IsADirectory => "os.directory",
        ErrorKind::NotADirectory => "os.not-directory",
        ErrorKind::ResourceBusy => "os.busy",
        _ => return None,
    })
}

impl Tell for SystemError {
    fn told(&self, language: Language) -> String {
        match self {
            Self::Kind(key) => text!(language, *key),
            Self::NotAFile(what) => {
                let what = text!(language, format!("os.{}", what.replace(' ', "-")));
                text!(language, "os.not-a-file", what = what)
            }
            Self::Other(error) => text!(language, "os.other", error = error),
        }
    }
}

english!(SystemError);

impl Tell for Error {
    fn told(&self, language: Language) -> String {
        SystemError::from(self).told(language)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_an_administrator_meets_has_its_words() {
        let missing = std::fs::File::open("/nonexistent/file").unwrap_err();
        assert_eq!(missing.told(Language::Chinese), "没有此文件或目录");
        assert_eq!(missing.told(Language::English), "there is no such file or directory");
        let odd = regular::open(std::path::Path::new("/")).unwrap_err();
        assert_eq!(odd.told(Language::Chinese), "这是目录，不是文件");
        assert_eq!(odd.told(Language::English), "this is a directory, not a file");
        let rare = Error::from_raw_os_error(24);
        assert!(rare.told(Language::Chinese).starts_with("系统报错：Too many open files"), "{rare}");
    }
}

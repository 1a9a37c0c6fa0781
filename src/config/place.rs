//! Where things are kept: directories and databases, as written in the file.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::Error;

/// Where secrets, sessions and the journal are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// An embedded database in this file.
    Sqlite(PathBuf),
}

impl Database {
    pub(super) fn under(self, base: &Path) -> Self {
        let Self::Sqlite(path) = self;
        Self::Sqlite(base.join(path))
    }

    fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Err("PostgreSQL is not yet supported in this version: use \"sqlite:///PATH\"".to_owned());
        }
        match text.strip_prefix("sqlite://") {
            Some(path) if !path.is_empty() && !path.contains('?') => Ok(Self::Sqlite(path.into())),
            _ => Err(format!("{text:?} is not a database: write \"sqlite:///PATH\"")),
        }
    }
}

impl<'de> Deserialize<'de> for Database {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(Error::custom)
    }
}

/// A directory on this machine.
#[derive(Debug, Clone)]
pub(super) struct Directory(PathBuf);

impl Directory {
    pub(super) fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// An absolute path stays, a relative one starts at `base`.
    pub(super) fn under(self, base: &Path) -> PathBuf {
        base.join(self.0)
    }

    fn parse(text: &str) -> Result<Self, String> {
        match text.split_once("://") {
            Some(("s3", _)) => {
                Err("object storage is not yet supported in this version: name a directory".to_owned())
            }
            Some(_) => Err(format!("{text:?} is not a directory: name one on this machine")),
            None if text.is_empty() => Err("the path is empty: name a directory".to_owned()),
            None => Ok(Self(text.into())),
        }
    }
}

impl<'de> Deserialize<'de> for Directory {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(Error::custom)
    }
}

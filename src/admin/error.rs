//! Why something was not done.

use std::fmt;

use serde::Serialize;

use crate::access::spoken;
use crate::domain::{InvalidName, Language, Tell, text};
use crate::journal::JournalFailed;
use crate::store::StoreError;

/// What kind of no it is; a front tells it in its own way (a status, an exit code).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AdminErrorKind {
    /// This caller may not.
    Refused,
    /// What was named is not there.
    NotFound,
    /// It does not fit to how things are by now.
    Conflict,
    /// It cannot be meant.
    Invalid,
    /// All else fits: a fresh proof is missing.
    Unproven,
    /// It was to be done, and could not be.
    Failed,
}

/// Why something was not done: what and where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AdminError {
    pub kind: AdminErrorKind,
    pub text: String,
    /// Where it does not stand in the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

impl AdminError {
    pub fn new(kind: AdminErrorKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), mend: None }
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn mend(self, mend: impl Into<String>) -> Self {
        Self { mend: Some(mend.into()), ..self }
    }

    /// It went wrong below.
    #[expect(clippy::needless_pass_by_value, reason = "as `map_err` gives it")]
    pub fn failed(error: impl Tell) -> Self {
        Self::new(AdminErrorKind::Failed, error.told(language()))
    }

    /// What was given cannot be meant.
    #[expect(clippy::needless_pass_by_value, reason = "as `map_err` gives it")]
    pub fn invalid(error: impl Tell) -> Self {
        Self::new(AdminErrorKind::Invalid, error.told(language()))
    }

    /// What nobody is to meet: in the words of whatever failed.
    pub fn internal(error: impl fmt::Display) -> Self {
        Self::new(AdminErrorKind::Failed, text!(language(), "console.internal", error = error))
    }

    /// In one line, in the language that its texts are in.
    pub fn told(&self, language: Language) -> String {
        match (&self.mend, language) {
            (None, _) => self.text.clone(),
            (Some(mend), Language::English) => format!("{}: {mend}", self.text),
            (Some(mend), Language::Chinese) => format!("{}：{mend}", self.text),
        }
    }
}

impl fmt::Display for AdminError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(Language::English))
    }
}

impl std::error::Error for AdminError {}

impl Tell for AdminError {
    fn told(&self, language: Language) -> String {
        self.told(language)
    }
}

/// Of whoever asked: each deed is done in their language.
fn language() -> Language {
    spoken().unwrap_or(Language::English)
}

/// What goes wrong below fails; what was typed wrong is invalid.
macro_rules! from {
    ($($error:ty => $made:ident),* $(,)?) => {
        $(impl From<$error> for AdminError {
            fn from(error: $error) -> Self {
                Self::$made(error)
            }
        })*
    };
}

from! {
    StoreError => failed,
    JournalFailed => failed,
    std::io::Error => failed,
    crate::platform::random::RandomError => failed,
    crate::vault::VaultError => failed,
    InvalidName => invalid,
}

//! Why a command failed, as it is told.

use std::fmt;

use crate::domain::{Language, Tell, text};

/// What says what, where and the mend, in the language of whoever reads it.
pub struct Failure(Box<dyn Tell + Send + Sync>);

impl Failure {
    /// In these words, which are of the reader's language already.
    pub fn text(text: impl Into<String>) -> Self {
        Self(Box::new(Text(text.into())))
    }

    /// What nobody is to meet: in the words of whatever failed.
    pub fn internal(error: impl fmt::Display) -> Self {
        Self(Box::new(Internal(error.to_string())))
    }

    pub fn told(&self, language: Language) -> String {
        self.0.told(language)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(Language::English))
    }
}

/// Of an error, what it tells: one that has no Chinese is not told.
impl<E: Tell + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

struct Text(String);

impl Tell for Text {
    fn told(&self, _: Language) -> String {
        self.0.clone()
    }
}

struct Internal(String);

impl Tell for Internal {
    fn told(&self, language: Language) -> String {
        text!(language, "console.internal", error = self.0)
    }
}

//! What is wrong, in the reader's language. Only what can be told in both is told to people: an error gets into an answer
//! by this trait, and one without it does not compile there.

use std::path::Path;

use super::language::Language;

/// A text of the catalog in this language, with its values.
macro_rules! text {
    ($language:expr, $key:expr $(, $name:ident = $value:expr)* $(,)?) => {
        rust_i18n::t!($key, locale = $language.tag() $(, $name = $value)*).into_owned()
    };
}

/// Tells itself to a person.
pub trait Tell {
    /// In this language: what, where, and the mend.
    fn told(&self, language: Language) -> String;
}

impl<T: Tell + ?Sized> Tell for Box<T> {
    fn told(&self, language: Language) -> String {
        self.as_ref().told(language)
    }
}

/// What is wrong with a file, after its name.
#[derive(Debug)]
pub struct AboutFile<P, E> {
    pub file: P,
    pub error: E,
}

impl<P: AsRef<Path>, E: Tell> Tell for AboutFile<P, E> {
    fn told(&self, language: Language) -> String {
        let file = self.file.as_ref().display();
        text!(language, "console.about-file", file = file, error = self.error.told(language))
    }
}

/// An error's English, for the log and the journal, is what the catalog says.
macro_rules! english {
    ($($error:ty),+ $(,)?) => {$(
        impl std::fmt::Display for $error {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&$crate::domain::Tell::told(self, $crate::domain::Language::English))
            }
        }
    )+};
}

pub(crate) use {english, text};

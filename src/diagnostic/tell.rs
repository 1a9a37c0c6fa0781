//! What is wrong with a value, where it did not come from a file: the same words.

use super::located::in_language;
use crate::domain::{InvalidName, Language, Tell};

/// Tells an error in the words that files are told with.
macro_rules! as_in_files {
    ($($error:ty),+ $(,)?) => {$(
        impl $crate::domain::Tell for $error {
            fn told(&self, language: $crate::domain::Language) -> String {
                $crate::diagnostic::in_language(&self.to_string(), language).into_owned()
            }
        }
    )+};
}

pub(crate) use as_in_files;

impl Tell for InvalidName {
    fn told(&self, language: Language) -> String {
        in_language(&self.to_string(), language).into_owned()
    }
}

//! What is found, in words of the catalog.

/// A text of the catalog, with its values, in the language of this configuration.
macro_rules! told {
    ($config:expr, $key:expr $(, $name:ident = $value:expr)* $(,)?) => {
        rust_i18n::t!($key, locale = $config.language.tag() $(, $name = $value)*).into_owned()
    };
}

pub(super) use told;

use crate::config::Config;

/// What several things say of one matter, in one line.
pub(super) fn joined(config: &Config, said: &[String]) -> String {
    said.join(&told!(config, "doctor.and"))
}

//! What commands say to people: texts of the catalog, in the configured language.

/// A text of the catalog, with its values.
macro_rules! say {
    ($services:expr, $key:expr $(, $name:ident = $value:expr)* $(,)?) => {
        rust_i18n::t!($key, locale = $services.language().tag() $(, $name = $value)*).into_owned()
    };
}

/// The same as a failure.
macro_rules! fail {
    ($services:expr, $key:expr $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::console::Failure::text($crate::console::say::say!($services, $key $(, $name = $value)*))
    };
}

pub(super) use {fail, say};

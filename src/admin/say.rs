//! What is told to people: texts of the catalog, in the language of whoever asked.

/// A text of the catalog, with its values.
macro_rules! say {
    ($services:expr, $key:expr $(, $name:ident = $value:expr)* $(,)?) => {
        rust_i18n::t!($key, locale = $services.language().tag() $(, $name = $value)*).into_owned()
    };
}

/// The same as why something was not done; first what kind of no it is.
macro_rules! no {
    ($services:expr, $kind:ident, $key:expr $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::admin::AdminError::new(
            $crate::admin::AdminErrorKind::$kind,
            $crate::admin::say::say!($services, $key $(, $name = $value)*),
        )
    };
}

pub(super) use {no, say};

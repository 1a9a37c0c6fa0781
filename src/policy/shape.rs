//! The shapes that a field may have, and what to do where a file has another one.

use toml::de::DeValue;

use crate::diagnostic::Fault;

/// What a field's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Flag,
    Number,
    Text,
    Texts,
    Table,
    Tables,
}

impl Shape {
    fn as_str(self) -> &'static str {
        match self {
            Self::Flag => "true or false",
            Self::Number => "a number from 1 on",
            Self::Text => "a string",
            Self::Texts => "a list of strings",
            Self::Table => "a table",
            Self::Tables => "a list of tables",
        }
    }

    /// The fault that a value of another shape is. A table at the top of a file holds named ones.
    pub(super) fn missed(self, key: &str, value: &DeValue<'_>, at_top: bool) -> Fault {
        let (wanted, found) = (self.as_str(), value.type_str());
        let fault = Fault::new(format_args!("`{key}` must be {wanted}, not a value of type {found}"));
        match (self, value) {
            (Self::Flag, DeValue::String(_)) => fault.hint("write true or false, without quotes"),
            (Self::Number, _) => fault.hint("write a whole number, without quotes"),
            (Self::Text, DeValue::Array(_)) => fault.hint("write one text, without brackets"),
            (Self::Text | Self::Texts, DeValue::Table(_)) | (Self::Flag, _) => fault,
            (Self::Text, _) => fault.hint("put it in quotes"),
            (Self::Texts, DeValue::String(text)) => {
                fault.hint(format_args!("put it in brackets: [{text:?}]"))
            }
            (Self::Texts, DeValue::Array(_)) => fault.hint("one pair of brackets is enough"),
            (Self::Texts, _) => fault.hint("put each item in quotes, and all of them in brackets"),
            (Self::Tables, _) => fault.hint(format_args!("begin each of them with [[{key}]]")),
            (Self::Table, _) if at_top => {
                fault.hint(format_args!("begin each of them with its name: [{key}.NAME]"))
            }
            (Self::Table, _) => fault.hint("write { KEY = VALUE }"),
        }
    }
}

/// Keys that people look for a place for.
const SECRETS: [&str; 7] =
    ["password", "passwd", "secret", "totp", "totp_secret", "public_key", "private_key"];

/// A key that means nothing: mistyped, or the rest of a name that has a dot in it.
pub(super) fn unknown(name: &str, value: &DeValue<'_>, known: &[&str], at_top: bool) -> Fault {
    let kind = if holds_tables(value) { "table" } else { "key" };
    let fault = Fault::new(format_args!("unknown {kind} {name:?}"));
    if SECRETS.contains(&name) {
        return fault.hint(
            "secrets do not stand in policy files: `juyong operator enrol NAME --password-stdin` sets an account's, \
             `juyong credential set ASSET LOGIN --password-stdin` an asset's",
        );
    }
    let fault = fault.did_you_mean(name, known.iter().copied());
    if value.is_table() && !at_top {
        return fault.or_hint("a name with dots in it must be quoted: [asset.\"db1.example.com\"]");
    }
    fault.or_hint(format_args!("known here: {}", known.join(", ")))
}

fn holds_tables(value: &DeValue<'_>) -> bool {
    value.is_table()
        || value.as_array().is_some_and(|items| items.iter().any(|item| item.get_ref().is_table()))
}

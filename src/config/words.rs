//! What the reader of values says, in words by which an administrator can mend the file.

use serde::Deserialize as _;
use toml::de::DeValue;

use super::mend::MEND;
use super::raw::{Raw, TABLES};
use crate::diagnostic::Fault;
use crate::diagnostic::suggest::{closest, half_width};

/// A key that is at fault, taken out of the file.
pub(super) struct Taken<'t> {
    /// The tables that it stands in, from the outermost.
    pub(super) tables: Vec<String>,
    pub(super) key: String,
    pub(super) value: DeValue<'t>,
}

/// The fault that a key is, from the reader's own message.
pub(super) fn told(taken: &Taken<'_>, message: &str) -> Fault {
    let path = path(taken);
    let written = written(&taken.value);
    if let Some(text) = taken.value.as_str().and_then(half_width) {
        return Fault::new(format_args!("{path}: {written} has full-width characters"))
            .hint(format_args!("switch the input method to English: {} = {text:?}", taken.key));
    }
    if message.starts_with("unknown field") {
        return unknown(taken, &quoted(message));
    }
    if message.starts_with("unknown variant") {
        return variant(taken, message);
    }
    if let Some(expected) = message.strip_prefix("invalid ").and_then(|rest| rest.split_once("expected ")) {
        return wrong_kind(taken, expected.1);
    }
    if let Some(field) = message.strip_prefix("missing field") {
        let field = field.trim_matches([' ', '`']);
        return Fault::absence(format_args!("`{field}` is missing in `{path}`"));
    }
    match message.split_once(MEND) {
        Some((problem, mend)) => Fault::new(problem).hint(mend),
        None => Fault::new(message),
    }
}

/// `listen.ssh`.
fn path(taken: &Taken<'_>) -> String {
    let mut words = taken.tables.clone();
    words.push(taken.key.clone());
    words.join(".")
}

fn unknown(taken: &Taken<'_>, known: &[String]) -> Fault {
    let kind = if taken.value.is_table() { "table" } else { "key" };
    let place = match taken.tables.join(".") {
        top if top.is_empty() => String::new(),
        table => format!(" in [{table}]"),
    };
    let fault = Fault::new(format_args!("unknown {kind} {:?}{place}", taken.key));
    if let Some(hint) = meant_elsewhere(taken) {
        return fault.hint(hint);
    }
    if let Some(near) = closest(&taken.key, known.iter().map(String::as_str)) {
        return fault.hint(format_args!("did you mean {near:?}?"));
    }
    fault.hint(format_args!("known here: {}", known.join(", ")))
}

/// The table that a key belongs to which stands in another one: a key counts for the last `[table]` above it.
fn meant_elsewhere(taken: &Taken<'_>) -> Option<String> {
    let (key, here) = (&taken.key, taken.tables.join("."));
    if !here.is_empty() && keys_of("").contains(key) {
        return Some(format!(
            "it stands below [{here}] and so belongs to it: move it above the first [table]"
        ));
    }
    let owner = TABLES.iter().find(|table| **table != here && keys_of(table).contains(key))?;
    Some(format!("it belongs to another table: move it below [{owner}]"))
}

/// The keys of a table, from the reader itself: it lists them where it meets one that it does not know.
fn keys_of(table: &str) -> Vec<String> {
    let probe = "no key is called so";
    let text = match table {
        "" => format!("\"{probe}\" = 0"),
        table => format!("[{table}]\n\"{probe}\" = 0"),
    };
    let error = toml::Deserializer::parse(&text).and_then(Raw::deserialize).err();
    error.map(|error| quoted(error.message())).unwrap_or_default()
}

/// What stands between backquotes, without the first, which is what was written.
fn quoted(message: &str) -> Vec<String> {
    message.split('`').skip(1).step_by(2).skip(1).map(str::to_owned).collect()
}

fn variant(taken: &Taken<'_>, message: &str) -> Fault {
    let known = quoted(message);
    let given = message.split('`').nth(1).unwrap_or_default();
    let fault = Fault::new(format_args!("{given:?} is not a value of `{}`", path(taken)));
    let begun = known.iter().find(|word| word.starts_with(given) && !given.is_empty());
    let near = begun.map(String::as_str).or_else(|| closest(given, known.iter().map(String::as_str)));
    match near {
        Some(near) => fault.hint(format_args!("did you mean {near:?}?")),
        None => fault.hint(format_args!("write one of {}", list(&known))),
    }
}

fn list(words: &[String]) -> String {
    words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ")
}

fn wrong_kind(taken: &Taken<'_>, expected: &str) -> Fault {
    let (kind, example) = kind(expected);
    let fault = Fault::new(format_args!("`{}` must be {kind}, not {}", path(taken), written(&taken.value)));
    let key = &taken.key;
    match &taken.value {
        DeValue::String(text) if example.is_number() && text.parse::<u64>().is_ok() => {
            fault.hint(format_args!("write it without quotes: {key} = {text}"))
        }
        DeValue::Integer(number) if example == Example::Text => {
            fault.hint(format_args!("put it in quotes: {key} = \"{number}\""))
        }
        _ => fault,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Example {
    Number,
    Text,
    Other,
}

impl Example {
    fn is_number(self) -> bool {
        self == Self::Number
    }
}

/// What a value must be, in plain words.
fn kind(expected: &str) -> (String, Example) {
    let plain = match expected {
        "a nonzero u16" => ("a whole number from 1 to 65535", Example::Number),
        number if number.starts_with("a nonzero u") => ("a whole number of at least 1", Example::Number),
        number if number.starts_with('u') || number.starts_with('i') => ("a whole number", Example::Number),
        "a string" | "string" => ("a text in double quotes", Example::Text),
        "a boolean" => ("true or false", Example::Other),
        "a sequence" => ("a list in brackets", Example::Other),
        // A word of a closed set.
        word if word.starts_with("enum") || word.starts_with("string or") => {
            ("a text in double quotes", Example::Text)
        }
        other => return (other.to_owned(), Example::Other),
    };
    (plain.0.to_owned(), plain.1)
}

/// A value as it was written, as far as a message holds it.
fn written(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("{:?}", text.chars().take(64).collect::<String>()),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

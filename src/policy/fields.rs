//! Reads one table of a policy file field by field, and keeps every fault instead of stopping at the first.

use std::num::NonZeroU32;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::domain::InvalidName;

use super::shape::{self, Shape};
use super::word::Word;
use crate::diagnostic::{Diagnostic, Diagnostics, Fault, Location};

/// A text in a file and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Text<'a> {
    pub(super) text: &'a str,
    pub(super) span: Range<usize>,
}

/// One table being read.
pub(super) struct Fields<'a, 'f> {
    table: &'a DeTable<'a>,
    place: Location,
    faults: &'f mut Diagnostics<'a>,
    /// Whether a field that is left out matches everything.
    narrows: bool,
}

impl<'a, 'f> Fields<'a, 'f> {
    /// Starts on a table whose name stands at `place`; every key that is not `known` is a fault.
    pub(super) fn new(
        table: &'a DeTable<'a>,
        place: Location,
        known: &[&str],
        faults: &'f mut Diagnostics<'a>,
    ) -> Self {
        for (key, value) in table {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let fault = shape::unknown(name, value.get_ref(), known, place.span.is_empty());
                faults.add(Location { file: place.file, span: key.span() }, fault);
            }
        }
        Self { table, place, faults, narrows: false }
    }

    /// Of a rule: each field narrows what it matches.
    pub(super) fn narrowing(self) -> Self {
        Self { narrows: true, ..self }
    }

    /// A field as it stands in the file, for those that may be of several types.
    pub(super) fn value(&self, key: &str) -> Option<&'a toml::Spanned<DeValue<'a>>> {
        self.table.get(key)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Adds a fault at a field's value, or at the table's name where there is no such field.
    pub(super) fn fault(&mut self, key: &str, fault: Fault) {
        let span = self.table.get(key).map_or_else(|| self.place.span.clone(), |value| value.span());
        self.fault_at(span, fault);
    }

    /// What would be shown of a field's value, before anything is wrong with it.
    pub(super) fn mark(&self, key: &str) -> Diagnostic {
        let span = self.table.get(key).map_or_else(|| self.place.span.clone(), |value| value.span());
        self.faults.mark(&Location { file: self.place.file, span })
    }

    pub(super) fn fault_at(&mut self, span: Range<usize>, fault: Fault) {
        self.faults.add(Location { file: self.place.file, span }, fault);
    }

    pub(super) fn faults(&mut self) -> &mut Diagnostics<'a> {
        self.faults
    }

    pub(super) fn text(&mut self, key: &str) -> Option<Text<'a>> {
        let value = self.table.get(key)?;
        let text = value.get_ref().as_str().map(|text| Text { text, span: value.span() });
        if text.is_none() {
            self.wrong_type(key, Shape::Text, value.get_ref(), value.span());
        }
        text
    }

    /// A list of strings; an empty list is a fault, as it could only mean "nothing".
    pub(super) fn texts(&mut self, key: &str) -> Option<Vec<Text<'a>>> {
        let texts = self.any_texts(key)?;
        let value =
            self.table.get(key).filter(|value| value.get_ref().as_array().is_some_and(|a| a.is_empty()));
        if let Some(value) = value {
            let hint = "name something; in a rule, a field that is left out matches everything";
            self.fault_at(value.span(), Fault::absence(format_args!("`{key}` is an empty list")).hint(hint));
        }
        Some(texts)
    }

    /// A list of strings that may be empty.
    fn any_texts(&mut self, key: &str) -> Option<Vec<Text<'a>>> {
        let value = self.table.get(key)?;
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, Shape::Texts, value.get_ref(), value.span());
            return None;
        };
        let mut texts = Vec::with_capacity(array.len());
        for item in array.iter() {
            match item.get_ref().as_str() {
                Some(text) => texts.push(Text { text, span: item.span() }),
                None => self.wrong_type(key, Shape::Texts, item.get_ref(), item.span()),
            }
        }
        Some(texts)
    }

    pub(super) fn flag(&mut self, key: &str) -> bool {
        let Some(value) = self.table.get(key) else { return false };
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong_type(key, Shape::Flag, value.get_ref(), value.span());
        }
        flag.unwrap_or_default()
    }

    /// A number of things: none at all is not one.
    pub(super) fn number(&mut self, key: &str) -> Option<NonZeroU32> {
        let value = self.table.get(key)?;
        let digits = value.get_ref().as_integer();
        let number = digits.and_then(|digits| u32::from_str_radix(digits.as_str(), digits.radix()).ok());
        let number = number.and_then(NonZeroU32::new);
        if number.is_none() {
            self.wrong_type(key, Shape::Number, value.get_ref(), value.span());
        }
        number
    }

    /// A table inside this one.
    pub(super) fn table(&mut self, key: &str) -> Option<(&'a DeTable<'a>, Location)> {
        let value = self.table.get(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(key, Shape::Table, value.get_ref(), value.span());
            return None;
        };
        Some((table, Location { file: self.place.file, span: value.span() }))
    }

    /// The `[[table]]`s of this name inside this one.
    pub(super) fn tables(&mut self, key: &str) -> Vec<(&'a DeTable<'a>, Location)> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, Shape::Tables, value.get_ref(), value.span());
            return Vec::new();
        };
        let mut tables = Vec::with_capacity(array.len());
        for item in array.iter() {
            match item.get_ref().as_table() {
                Some(table) => tables.push((table, Location { file: self.place.file, span: item.span() })),
                None => self.wrong_type(key, Shape::Tables, item.get_ref(), item.span()),
            }
        }
        tables
    }

    /// A field read by `read`; `None` if it is absent or at fault.
    pub(super) fn parse<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&'a str) -> Result<T, Fault>,
    ) -> Option<T> {
        let Text { text, span } = self.text(key)?;
        read(text).map_err(|fault| self.fault_in(key, text, span, fault)).ok()
    }

    /// A list whose items are read by `read`; `None` if it is absent.
    pub(super) fn list<T>(
        &mut self,
        key: &str,
        read: impl FnMut(&'a str) -> Result<T, Fault>,
    ) -> Option<Vec<T>> {
        let texts = self.texts(key)?;
        Some(self.read_all(key, texts, read))
    }

    /// A list whose items are read by `read`, where an empty one says "none"; `None` if it is absent.
    pub(super) fn set<T>(
        &mut self,
        key: &str,
        read: impl FnMut(&'a str) -> Result<T, Fault>,
    ) -> Option<Vec<T>> {
        let texts = self.any_texts(key)?;
        Some(self.read_all(key, texts, read))
    }

    fn read_all<T>(
        &mut self,
        key: &str,
        texts: Vec<Text<'a>>,
        mut read: impl FnMut(&'a str) -> Result<T, Fault>,
    ) -> Vec<T> {
        let mut items = Vec::with_capacity(texts.len());
        for Text { text, span } in texts {
            match read(text) {
                Ok(item) => items.push(item),
                Err(fault) => self.fault_in(key, text, span, fault),
            }
        }
        items
    }

    /// Adds what may be wrong with any value: how it was typed, or that it is to stand for everything.
    fn fault_in(&mut self, key: &str, text: &str, span: Range<usize>, fault: Fault) {
        let fault = for_everything(key, text, self.narrows, fault).in_value(text);
        self.fault_at(span, fault);
    }

    pub(super) fn word<W: Word>(&mut self, key: &str) -> Option<W> {
        self.parse(key, W::read)
    }

    pub(super) fn words<W: Word>(&mut self, key: &str) -> Option<Vec<W>> {
        self.list(key, W::read)
    }

    /// Says that a field is missing; for use before reading it.
    pub(super) fn require(&mut self, keys: &[&str]) {
        for key in keys {
            if !self.has(key) {
                self.fault(key, Fault::absence(format_args!("`{key}` is missing")));
            }
        }
    }

    /// The table's own name, checked.
    pub(super) fn name<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, InvalidName>,
    ) -> Option<T> {
        let place = self.place.clone();
        parse(name).map_err(|error| self.faults.add(place, error.into())).ok()
    }

    fn wrong_type(&mut self, key: &str, wanted: Shape, value: &DeValue<'_>, span: Range<usize>) {
        let fault = wanted.missed(key, value, self.at_top());
        self.fault_at(span, fault);
    }

    /// Whether this is a whole file: it has no name of its own.
    fn at_top(&self) -> bool {
        self.place.span.is_empty()
    }
}

fn for_everything(key: &str, text: &str, narrows: bool, fault: Fault) -> Fault {
    match text.to_ascii_lowercase().as_str() {
        "all" | "any" | "*" if key == "files" => fault.hint(
            "name each: files = [\"list\", \"download\", \"upload\", \"change\"]; left out, it is \"list\" alone",
        ),
        "all" | "any" | "*" if narrows && key != "forward_to" => {
            fault.or_hint("nothing stands for everything: a field that is left out does")
        }
        _ if text.contains('*') => fault.or_hint("there are no wildcards: make a group of what belongs together"),
        _ => fault,
    }
}

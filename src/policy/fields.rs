//! Reads one table of a policy file field by field, and keeps every fault instead of stopping at the first.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::domain::InvalidName;

use super::diagnostic::{Fault, Faults, Place};
use super::word::Word;

/// A text in a file and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Text<'a> {
    pub(super) text: &'a str,
    pub(super) span: Range<usize>,
}

/// One table being read.
pub(super) struct Fields<'a, 'f> {
    table: &'a DeTable<'a>,
    place: Place,
    faults: &'f mut Faults<'a>,
}

impl<'a, 'f> Fields<'a, 'f> {
    /// Starts on a table whose name stands at `place`; every key that is not `known` is a fault.
    pub(super) fn new(
        table: &'a DeTable<'a>,
        place: Place,
        known: &[&str],
        faults: &'f mut Faults<'a>,
    ) -> Self {
        for (key, value) in table {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let kind = if holds_tables(value.get_ref()) { "table" } else { "key" };
                let fault = Fault::new(format_args!("unknown {kind} {name:?}"));
                let fault = fault.did_you_mean(name, known.iter().copied());
                faults.add(Place { file: place.file, span: key.span() }, fault);
            }
        }
        Self { table, place, faults }
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

    pub(super) fn fault_at(&mut self, span: Range<usize>, fault: Fault) {
        self.faults.add(Place { file: self.place.file, span }, fault);
    }

    pub(super) fn faults(&mut self) -> &mut Faults<'a> {
        self.faults
    }

    pub(super) fn text(&mut self, key: &str) -> Option<Text<'a>> {
        let value = self.table.get(key)?;
        let text = value.get_ref().as_str().map(|text| Text { text, span: value.span() });
        if text.is_none() {
            self.wrong_type(key, "a string", value.get_ref(), value.span());
        }
        text
    }

    /// A list of strings; an empty list is a fault, as it could only mean "nothing".
    pub(super) fn texts(&mut self, key: &str) -> Option<Vec<Text<'a>>> {
        let value = self.table.get(key)?;
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, "a list of strings", value.get_ref(), value.span());
            return None;
        };
        if array.is_empty() {
            let hint = "leave the field out, or name something";
            self.fault_at(value.span(), Fault::absence(format_args!("`{key}` is an empty list")).hint(hint));
        }
        let mut texts = Vec::with_capacity(array.len());
        for item in array.iter() {
            match item.get_ref().as_str() {
                Some(text) => texts.push(Text { text, span: item.span() }),
                None => self.wrong_type(key, "a list of strings", item.get_ref(), item.span()),
            }
        }
        Some(texts)
    }

    pub(super) fn flag(&mut self, key: &str) -> bool {
        let Some(value) = self.table.get(key) else { return false };
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong_type(key, "true or false", value.get_ref(), value.span());
        }
        flag.unwrap_or_default()
    }

    /// A table inside this one.
    pub(super) fn table(&mut self, key: &str) -> Option<(&'a DeTable<'a>, Place)> {
        let value = self.table.get(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(key, "a table", value.get_ref(), value.span());
            return None;
        };
        Some((table, Place { file: self.place.file, span: value.span() }))
    }

    /// The `[[table]]`s of this name inside this one.
    pub(super) fn tables(&mut self, key: &str) -> Vec<(&'a DeTable<'a>, Place)> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, "a list of tables", value.get_ref(), value.span());
            return Vec::new();
        };
        let mut tables = Vec::with_capacity(array.len());
        for item in array.iter() {
            match item.get_ref().as_table() {
                Some(table) => tables.push((table, Place { file: self.place.file, span: item.span() })),
                None => self.wrong_type(key, "a list of tables", item.get_ref(), item.span()),
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
        read(text).map_err(|fault| self.fault_at(span, fault)).ok()
    }

    /// A list whose items are read by `read`; `None` if it is absent.
    pub(super) fn list<T>(
        &mut self,
        key: &str,
        mut read: impl FnMut(&'a str) -> Result<T, Fault>,
    ) -> Option<Vec<T>> {
        let texts = self.texts(key)?;
        let mut items = Vec::with_capacity(texts.len());
        for Text { text, span } in texts {
            match read(text) {
                Ok(item) => items.push(item),
                Err(fault) => self.fault_at(span, fault),
            }
        }
        Some(items)
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

    fn wrong_type(&mut self, key: &str, wanted: &str, value: &DeValue<'_>, span: Range<usize>) {
        let found = value.type_str();
        self.fault_at(
            span,
            Fault::new(format_args!("`{key}` must be {wanted}, not a value of type {found}")),
        );
    }
}

fn holds_tables(value: &DeValue<'_>) -> bool {
    value.is_table()
        || value.as_array().is_some_and(|items| items.iter().any(|item| item.get_ref().is_table()))
}

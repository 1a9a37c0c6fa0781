//! The policy files as text that is edited: what a roster does not speak of stays as it is written, comments too.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use toml_edit::{Array, DocumentMut, Item, Table, TableLike, Value};

use crate::diagnostic::SourceFile;

/// What a field of the policy files has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum FieldValue {
    Text(String),
    List(Vec<String>),
}

impl FieldValue {
    fn of(item: &Item) -> Option<Self> {
        if let Some(text) = item.as_str() {
            return Some(Self::Text(text.to_owned()));
        }
        let list = item.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned);
        Some(Self::List(list.collect()))
    }

    /// Whether both mean the same: the order of a list means nothing.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(one), Self::List(two)) => {
                let sorted = |list: &[String]| {
                    let mut list = list.to_vec();
                    list.sort();
                    list
                };
                sorted(one) == sorted(two)
            }
            _ => self == other,
        }
    }

    fn item(&self) -> Item {
        match self {
            Self::Text(text) => toml_edit::value(text.as_str()),
            Self::List(list) => toml_edit::value(list.iter().map(String::as_str).collect::<Array>()),
        }
    }
}

impl std::fmt::Display for FieldValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::List(list) => f.write_str(&list.join(", ")),
        }
    }
}

/// The files, and where each name of a table stands.
pub(super) struct Files {
    files: Vec<(String, DocumentMut)>,
    table: &'static str,
    /// The number of the file.
    places: BTreeMap<String, usize>,
    /// What is new, for the end of the file that the import keeps.
    new: Table,
    /// The files that are otherwise now: no other is written anew.
    touched: BTreeSet<usize>,
}

impl Files {
    /// # Errors
    /// The file that cannot be read, and why: it was not in force.
    pub(super) fn read(files: &[SourceFile], table: &'static str) -> Result<Self, String> {
        let (mut read, mut places) = (Vec::with_capacity(files.len()), BTreeMap::new());
        for (number, file) in files.iter().enumerate() {
            let document: DocumentMut =
                file.text.parse().map_err(|error: toml_edit::TomlError| format!("{}: {error}", file.path))?;
            let tables = document.get(table).and_then(Item::as_table_like);
            for (name, _) in tables.into_iter().flat_map(|tables| tables.iter()) {
                places.insert(name.to_owned(), number);
            }
            read.push((file.path.clone(), document));
        }
        Ok(Self { files: read, table, places, new: Table::new(), touched: BTreeSet::new() })
    }

    /// The names of all tables of a kind.
    pub(super) fn names(&self, kind: &str) -> impl Iterator<Item = &str> {
        let kinds = self.files.iter().filter_map(move |(_, document)| document.get(kind)?.as_table_like());
        kinds.flat_map(|tables| tables.iter().map(|(name, _)| name))
    }

    /// Every text in a list of every table.
    pub(super) fn listed(&self, key: &'static str) -> impl Iterator<Item = &str> {
        let all = self.places.keys().filter_map(move |name| self.entry(name)?.get(key)?.as_array());
        all.flat_map(|list| list.iter().filter_map(Value::as_str))
    }

    fn entry(&self, name: &str) -> Option<&dyn TableLike> {
        let (_, document) = self.files.get(*self.places.get(name)?)?;
        document.get(self.table)?.as_table_like()?.get(name)?.as_table_like()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    pub(super) fn value(&self, name: &str, key: &str) -> Option<FieldValue> {
        FieldValue::of(self.entry(name)?.get(key)?)
    }

    /// Sets a field, or takes it away; of a name that no file has, in the file that the import keeps.
    pub(super) fn set(&mut self, name: &str, key: &str, value: Option<&FieldValue>) {
        self.touched.extend(self.places.get(name));
        let table: Option<&mut dyn TableLike> = match self.places.get(name) {
            Some(number) => self
                .files
                .get_mut(*number)
                .and_then(|(_, document)| document.get_mut(self.table)?.as_table_like_mut())
                .and_then(|tables| tables.get_mut(name)?.as_table_like_mut()),
            None => self.new.entry(name).or_insert_with(toml_edit::table).as_table_like_mut(),
        };
        let Some(table) = table else { return };
        match (value, table.get_mut(key)) {
            (None, _) => drop(table.remove(key)),
            (Some(value), None) => drop(table.insert(key, value.item())),
            (Some(value), Some(item)) => replace(item, value.item()),
        }
    }

    /// A name that no file has, with nothing said of it yet.
    pub(super) fn add(&mut self, name: &str) {
        self.new.insert(name, toml_edit::table());
    }

    /// The texts that are otherwise now, by their paths. What is new goes to the end of the file with this name beside the
    /// others, which begins with `head` where it is not there yet.
    pub(super) fn written(self, before: &[SourceFile], own: &str, head: &str) -> Vec<SourceFile> {
        let own_name = |path: &str| path.rsplit('/').next() == Some(own);
        let mut texts = before.to_vec();
        for (number, file) in texts.iter_mut().enumerate().filter(|(number, _)| self.touched.contains(number))
        {
            file.text = self.files.get(number).map(|(_, document)| document.to_string()).unwrap_or_default();
        }
        if !self.new.is_empty() {
            if !texts.iter().any(|file| own_name(&file.path)) {
                let beside = before.first().map(|file| file.path.as_str()).unwrap_or_default();
                let dir = beside.rsplit_once('/').map(|(dir, _)| format!("{dir}/")).unwrap_or_default();
                texts.push(SourceFile { path: dir + own, text: format!("{head}\n") });
            }
            let mut tables = Table::new();
            tables.set_implicit(true);
            self.new.iter().for_each(|(name, item)| drop(tables.insert(name, item.clone())));
            let mut document = DocumentMut::new();
            document.insert(self.table, Item::Table(tables));
            for file in texts.iter_mut().filter(|file| own_name(&file.path)) {
                let text = file.text.trim_end().to_owned() + "\n\n" + document.to_string().trim_start();
                file.text = text;
            }
        }
        texts.retain(|file| !before.contains(file));
        texts
    }
}

/// The comment behind a value stays behind it.
fn replace(item: &mut Item, with: Item) {
    let decor = item.as_value().map(|value| value.decor().clone());
    *item = with;
    if let (Some(value), Some(decor)) = (item.as_value_mut(), decor) {
        *value.decor_mut() = decor;
    }
}

//! Finds every definition in every file, before any of them is looked into.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::fields::Fields;
use crate::diagnostic::syntax::defined_twice;
use crate::diagnostic::{Diagnostics, Fault, Location};

/// One definition in a file.
#[derive(Debug, Clone)]
pub(super) struct Item<'a> {
    /// Its name; empty for `[[rule]]`, `[[danger]]` and `[[test]]`.
    pub(super) name: &'a str,
    pub(super) table: &'a DeTable<'a>,
    /// Where its name stands.
    pub(super) place: Location,
}

/// Every definition of every file.
#[derive(Debug, Default)]
pub(super) struct Items<'a> {
    pub(super) operators: BTreeMap<&'a str, Item<'a>>,
    pub(super) assets: BTreeMap<&'a str, Item<'a>>,
    pub(super) schedules: BTreeMap<&'a str, Item<'a>>,
    pub(super) networks: BTreeMap<&'a str, Item<'a>>,
    pub(super) commands: BTreeMap<&'a str, Item<'a>>,
    pub(super) lockdowns: BTreeMap<&'a str, Item<'a>>,
    pub(super) user_cas: BTreeMap<&'a str, Item<'a>>,
    pub(super) rules: Vec<Item<'a>>,
    pub(super) dangers: Vec<Item<'a>>,
    pub(super) tests: Vec<Item<'a>>,
}

impl<'a> Items<'a> {
    pub(super) fn add_document(
        &mut self,
        file: usize,
        document: &'a DeTable<'a>,
        faults: &mut Diagnostics<'a>,
    ) {
        const KINDS: [&str; 10] = [
            "operator", "asset", "schedule", "network", "commands", "lockdown", "user_ca", "rule", "danger",
            "test",
        ];
        let place = Location { file, span: 0..0 };
        let mut fields = Fields::new(document, place, &KINDS, faults);
        let nameless = [("rule", &mut self.rules), ("danger", &mut self.dangers), ("test", &mut self.tests)];
        for (kind, items) in nameless {
            let tables = fields.tables(kind).into_iter();
            items.extend(tables.map(|(table, place)| Item { name: "", table, place }));
        }
        let named = [
            ("operator", &mut self.operators),
            ("asset", &mut self.assets),
            ("schedule", &mut self.schedules),
            ("network", &mut self.networks),
            ("commands", &mut self.commands),
            ("lockdown", &mut self.lockdowns),
            ("user_ca", &mut self.user_cas),
        ];
        for (kind, items) in named {
            if let Some((tables, _)) = fields.table(kind) {
                add_named(items, kind, file, tables, fields.faults());
            }
        }
    }
}

fn add_named<'a>(
    items: &mut BTreeMap<&'a str, Item<'a>>,
    kind: &str,
    file: usize,
    tables: &'a DeTable<'a>,
    faults: &mut Diagnostics<'a>,
) {
    for (key, value) in tables {
        let place = Location { file, span: key.span() };
        let name: &'a str = key.get_ref();
        let Some(table) = value.get_ref().as_table() else {
            let fault = Fault::new(format_args!("{name:?} belongs to no {kind}"));
            faults.add(place, named_hint(fault, kind, name));
            continue;
        };
        define(items, kind, name, Item { name, table, place: place.clone() }, &place, faults);
    }
}

/// `juyong.toml` has a `[lockdown]`, too.
fn named_hint(fault: Fault, kind: &str, name: &str) -> Fault {
    match (kind, name) {
        ("lockdown", "dual" | "confirm_within" | "confirm_after") => {
            fault.hint(format_args!("[lockdown] with `{name}` belongs into juyong.toml"))
        }
        _ => fault.hint(format_args!("begin each {kind} with its name: [{kind}.NAME]")),
    }
}

/// Something that stands somewhere.
pub(super) trait Placed {
    fn place(&self) -> &Location;
}

impl Placed for Location {
    fn place(&self) -> &Location {
        self
    }
}

impl Placed for Item<'_> {
    fn place(&self) -> &Location {
        &self.place
    }
}

/// Keeps the first definition of a name; a second one is a fault.
pub(super) fn define<'a, T: Placed>(
    items: &mut BTreeMap<&'a str, T>,
    kind: &str,
    name: &'a str,
    item: T,
    place: &Location,
    faults: &mut Diagnostics<'_>,
) {
    if let Some(first) = items.get(name) {
        let first = faults.position(first.place());
        faults.add(place.clone(), defined_twice(kind, name, &first));
    } else {
        items.insert(name, item);
    }
}

//! From the text of the file to its values, with every fault in it: what is wrong with one key hides nothing of
//! what is wrong with the next.

use std::ops::Range;

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::raw::Raw;
use super::words::{Taken, told};
use crate::diagnostic::{Diagnostic, Diagnostics, Fault, Location, SourceFile, syntax};

/// Reads the whole file.
///
/// # Errors
/// Everything that is wrong with it, in the order in which a reader meets it.
pub(super) fn read(file: SourceFile) -> Result<Raw, Vec<Diagnostic>> {
    let files = [file];
    let [file] = &files;
    let mut faults = Diagnostics::new(&files);
    let text = if syntax::add_undecoded(0, file, &mut faults) { "" } else { file.text.as_str() };
    let (mut document, errors) = DeTable::parse_recoverable(text);
    syntax::add(0, &errors, file, &mut faults);
    let raw = settle(&mut document, &mut faults);
    let found = faults.into_diagnostics();
    match raw {
        Some(raw) if found.is_empty() => Ok(raw),
        _ => Err(found),
    }
}

/// Reads, and as long as something is at fault takes that out and reads again: one key less each time.
fn settle(document: &mut Spanned<DeTable<'_>>, faults: &mut Diagnostics<'_>) -> Option<Raw> {
    loop {
        let error = match Raw::deserialize(Deserializer::from(document.clone())) {
            Ok(raw) => return Some(raw),
            Err(error) => error,
        };
        let span = error.span().unwrap_or_default();
        let taken = take(document.get_mut(), &span, &mut Vec::new());
        let fault =
            taken.as_ref().map_or_else(|| Fault::new(error.message()), |taken| told(taken, error.message()));
        faults.add(Location { file: 0, span }, fault);
        taken?;
    }
}

/// Takes out the innermost key that the fault lies in.
fn take<'t>(table: &mut DeTable<'t>, span: &Range<usize>, tables: &mut Vec<String>) -> Option<Taken<'t>> {
    let mut found = None;
    for (key, value) in table.iter_mut() {
        let name = key.get_ref().to_string();
        let here = [key.span(), value.span()].iter().any(|place| holds(place, span));
        for inner in tables_of(value.get_mut()) {
            tables.push(name.clone());
            let taken = take(inner, span, tables);
            tables.pop();
            if taken.is_some() {
                return taken;
            }
        }
        if here {
            found = Some(name);
            break;
        }
    }
    let key = found?;
    let value = table.remove(key.as_str())?.into_inner();
    Some(Taken { tables: tables.clone(), key, value })
}

/// The table that a value is, or those that it is a list of.
fn tables_of<'v, 't>(value: &'v mut DeValue<'t>) -> Vec<&'v mut DeTable<'t>> {
    match value {
        DeValue::Table(table) => vec![table],
        DeValue::Array(list) => list.iter_mut().flat_map(|one| tables_of(one.get_mut())).collect(),
        _ => Vec::new(),
    }
}

fn holds(place: &Range<usize>, span: &Range<usize>) -> bool {
    place.start <= span.start && span.start < place.end
}

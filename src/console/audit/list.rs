//! Prints a list: for programs an object a line, as it is read; for people a table with heads, and a word where there
//! is nothing or more.

use rust_i18n::t;

use super::{View, filter};
use crate::access::Services;
use crate::console::out::Out;
use crate::console::run::Failure;
use crate::console::table;
use crate::store::{Filter, Pages};

/// How rows of one kind are printed.
pub(super) trait Shape<const N: usize> {
    type Row;

    /// Whether whoever asks may see it.
    fn shows(&self, row: &Self::Row) -> bool;
    fn json(&self, row: &Self::Row) -> Result<String, Failure>;
    /// The keys of the columns' heads.
    fn heads(&self) -> [&'static str; N];
    fn cells(&self, row: &Self::Row) -> [String; N];
    /// What `--before` and `--after` take for it.
    fn cursor(&self, row: &Self::Row) -> String;
}

pub(super) async fn print<const N: usize, S: Shape<N>>(
    services: &Services,
    view: &View,
    filter: &Filter,
    mut pages: impl Pages<Row = S::Row>,
    shape: &S,
    out: &Out,
) -> Result<(), Failure> {
    let Some(limit) = filter.limit else {
        let mut empty = true;
        while let Some(rows) = pages.next().await? {
            for row in rows.iter().filter(|row| shape.shows(row)) {
                empty = false;
                out.line(shape.json(row)?).await?;
            }
        }
        return if empty { filter::nothing(services, view, filter).await.map(drop) } else { Ok(()) };
    };
    let mut found = Vec::new();
    // One more says that there are more.
    while found.len() <= limit {
        let Some(rows) = pages.next().await? else { break };
        found.extend(rows.into_iter().filter(|row| shape.shows(row)));
    }
    let more = found.len() > limit;
    found.truncate(limit);
    if found.is_empty() {
        let word = filter::nothing(services, view, filter).await?;
        return if out.json { Ok(()) } else { Ok(out.error(word).await?) };
    }
    let cursor = found.last().filter(|_| more).map(|row| shape.cursor(row));
    if filter.backwards() {
        found.reverse();
    }
    if out.json {
        for row in &found {
            out.line(shape.json(row)?).await?;
        }
        return Ok(());
    }
    for line in table(services, &found, shape) {
        out.line(line).await?;
    }
    let Some(cursor) = cursor else { return Ok(()) };
    let tag = services.language().tag();
    let option = if filter.backwards() { "--before" } else { "--after" };
    let shown = found.len();
    Ok(out.error(t!("audit.more", locale = tag, shown = shown, option = option, row = cursor)).await?)
}

/// The rows below their heads.
pub(super) fn table<const N: usize, S: Shape<N>>(
    services: &Services,
    rows: &[S::Row],
    shape: &S,
) -> Vec<String> {
    let tag = services.language().tag();
    let heads = shape.heads().map(|key| t!(key, locale = tag).into_owned());
    let cells: Vec<_> = std::iter::once(heads).chain(rows.iter().map(|row| shape.cells(row))).collect();
    table::aligned("", &cells)
}

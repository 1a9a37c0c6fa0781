//! People: the rows of a roster of operators.

use jiff::civil::Date;

use super::cell::Cell;
use super::column::Column;
use super::entry::{Cells, End, Entry, Given, Said};
use super::flaw::FlawKind;

use crate::domain::{GroupName, OperatorName, VendorName, halfwidth};

/// Most characters of a name for people, and of how to reach somebody.
const MOST_TEXT: usize = 128;
/// What stands between groups: a blank, too.
const BETWEEN: &[char] = &[',', ';', '、', '|', '/', ' ', '\n', '\t'];

pub(super) fn read(cells: &mut Cells<'_>) -> Option<Entry> {
    let account = cells.word(Column::Name, |text| name(text, OperatorName::parse));
    let fields = [
        ("name", cells.text(Column::Display, MOST_TEXT)),
        ("vendor", cells.word(Column::Vendor, |text| name(text, VendorName::parse))),
        ("groups", cells.words(Column::Groups, BETWEEN, group)),
        ("valid", days(cells)),
        ("contact", cells.text(Column::Contact, MOST_TEXT)),
    ];
    named(cells, account, fields)
}

/// A row has a name, whatever else it has.
pub(super) fn named<const N: usize>(
    cells: &mut Cells<'_>,
    name: Option<Given>,
    fields: [(&'static str, Option<Given>); N],
) -> Option<Entry> {
    let name = match name {
        Some(Given::Text(name)) => name,
        Some(_) => {
            cells.flaw(Column::Name, FlawKind::Empty);
            return None;
        }
        None => {
            if !cells.is_filled(Column::Name) {
                cells.flaw(Column::Name, FlawKind::Empty);
            }
            return None;
        }
    };
    let fields = fields.into_iter().filter_map(|(key, given)| given.map(|given| (key, given))).collect();
    Some(Entry { row: cells.row, name, fields })
}

pub(super) fn name<T: std::fmt::Display, E: std::fmt::Display>(
    text: &str,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<String, FlawKind> {
    match parse(text) {
        Ok(name) => Ok(name.to_string()),
        Err(why) => Err(FlawKind::Invalid { why: why.to_string() }),
    }
}

/// As a selector writes it, too.
pub(super) fn group(text: &str) -> Result<String, FlawKind> {
    name(text.strip_prefix('@').unwrap_or(text), GroupName::parse)
}

fn days(cells: &mut Cells<'_>) -> Option<Given> {
    match (end(cells, Column::From), end(cells, Column::Until)) {
        (None, None) => None,
        (Some(End::Day(first)), Some(End::Day(last))) if first > last => {
            let (first, last) = (first.to_string(), last.to_string());
            cells.flaw(Column::Until, FlawKind::EndsFirst { first, last });
            None
        }
        (from, until) => Some(Given::Days(from, until)),
    }
}

fn end(cells: &mut Cells<'_>, column: Column) -> Option<End> {
    match cells.said(column) {
        Said::Unsaid => None,
        Said::Nothing => Some(End::Open),
        Said::Something(Cell::Day(date)) => Some(End::Day(*date)),
        Said::Something(cell) => {
            let text = cell.shown();
            let date = date(&text);
            if date.is_none() {
                cells.flaw(column, FlawKind::NotADate { text });
            }
            date.map(End::Day)
        }
    }
}

/// `2026-12-31`, `2026/12/31`, `2026.12.31`, `2026年12月31日`, `20261231`. The year comes first: of `4/8/2026` nobody knows
/// which is the month.
pub(super) fn date(text: &str) -> Option<Date> {
    let text = halfwidth(text);
    let text = text.trim().trim_end_matches('日');
    let parts: Vec<&str> = match text.len() {
        8 if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            vec![text.get(..4)?, text.get(4..6)?, text.get(6..)?]
        }
        _ => text.split(['-', '/', '.', '年', '月']).map(str::trim).collect(),
    };
    let [year, month, day] = parts.as_slice() else { return None };
    let digits = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
    let shaped = year.len() == 4 && [month, day].iter().all(|part| (1..=2).contains(&part.len()));
    if !shaped || ![year, month, day].into_iter().all(digits) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

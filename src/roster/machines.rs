//! Machines: the rows of a roster of assets.

use super::column::Column;
use super::entry::{Cells, Entry, Given, Said};
use super::flaw::FlawKind;
use super::people::{group, name, named};
use crate::domain::{AssetName, LoginName, ScheduleName, halfwidth};
use crate::policy::{Address, Host, InvalidAddress};

/// What stands between groups, and between logins: those may have a blank.
const BETWEEN_GROUPS: &[char] = &[',', ';', '、', '|', '/', ' ', '\n', '\t'];
const BETWEEN_LOGINS: &[char] = &[',', ';', '、', '|', '/', '\n', '\t'];

pub(super) fn read(cells: &mut Cells<'_>) -> Option<Entry> {
    let asset = cells.word(Column::Name, |text| name(text, AssetName::parse));
    let fields = [
        ("address", address(cells)),
        ("groups", cells.words(Column::Groups, BETWEEN_GROUPS, group)),
        ("danger", cells.word(Column::Danger, danger)),
        ("logins", cells.words(Column::Logins, BETWEEN_LOGINS, |text| name(text, LoginName::parse))),
        ("schedule", cells.word(Column::Schedule, |text| name(text, ScheduleName::parse))),
    ];
    named(cells, asset, fields)
}

fn address(cells: &mut Cells<'_>) -> Option<Given> {
    let (host, own) = match cells.said(Column::Address) {
        Said::Something(cell) => match place(halfwidth(&cell.shown()).trim()) {
            Ok((host, port)) => (Some(host), port),
            Err(kind) => {
                cells.flaw(Column::Address, kind);
                (None, None)
            }
        },
        Said::Nothing => {
            cells.flaw(Column::Address, FlawKind::Empty);
            (None, None)
        }
        Said::Unsaid => (None, None),
    };
    let port = match cells.said(Column::Port) {
        Said::Something(cell) => {
            let text = cell.shown();
            let port = halfwidth(&text).trim().parse::<u16>().ok().filter(|port| *port > 0);
            if port.is_none() || own.is_some_and(|own| Some(own) != port) {
                cells.flaw(Column::Port, FlawKind::NotAPort { text });
            }
            port
        }
        Said::Nothing | Said::Unsaid => own,
    };
    (host.is_some() || port.is_some()).then_some(Given::Address(host, port))
}

/// `HOST`, `HOST:PORT`.
fn place(text: &str) -> Result<(Host, Option<u16>), FlawKind> {
    if let Ok(host) = Host::parse(text) {
        return Ok((host, None));
    }
    let read = if text.contains(':') { Address::parse(text) } else { Err(InvalidAddress::Host) };
    let address = read.map_err(|why| FlawKind::Invalid { why: why.to_string() })?;
    Ok((address.host, Some(address.port)))
}

fn danger(text: &str) -> Result<String, FlawKind> {
    let word = match text.to_lowercase().as_str() {
        "low" | "低" => "low",
        "medium" | "中" => "medium",
        "high" | "高" => "high",
        "critical" | "极高" | "严重" => "critical",
        _ => return Err(FlawKind::NotADanger { text: text.to_owned() }),
    };
    Ok(word.to_owned())
}

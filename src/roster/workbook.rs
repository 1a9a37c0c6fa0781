//! The first sheet of a workbook (xlsx). It is a zip of XML: a small file may unpack to a large one, and announce more
//! than it has, for which the library would make room. So all of it is unpacked and looked through once, within bounds,
//! before the library reads the same bytes; and cells are taken as they come, never as a rectangle.

use std::io::{Cursor, Read as _};

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx};
use jiff::civil::Date;
use zip::ZipArchive;

use super::cell::{Cell, MOST_CELLS, Rows, SheetRow, UnreadableSheet, trimmed};

/// Most files in the zip.
const MOST_PARTS: usize = 1_000;
/// Most bytes that all of them unpack to: a full roster has a tenth of it.
const MOST_UNPACKED: u64 = 32 * 1024 * 1024;
/// Most elements of all of them, and of what says how cells look.
const MOST_ELEMENTS: usize = 2_500_000;
const MOST_STYLES: usize = 100_000;
/// Most strings that a part may announce.
const MOST_ANNOUNCED: u64 = 1_000_000;
/// What announces them.
const COUNT: &[u8] = b"uniqueCount";

pub(super) fn rows(bytes: &[u8]) -> Result<Vec<SheetRow>, UnreadableSheet> {
    look_through(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let first = book.sheet_names().into_iter().next().ok_or(UnreadableSheet::Empty)?;
    let mut cells = book.worksheet_cells_reader(&first).map_err(damaged)?;
    let (mut rows, mut row) = (Rows::default(), SheetRow { number: 1, cells: Vec::new() });
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        let (down, right) = cell.get_position();
        let value = value(cell.get_value());
        if value.is_empty() {
            continue;
        }
        let number = down.saturating_add(1);
        if number != row.number {
            rows.push(std::mem::replace(&mut row, SheetRow { number, cells: Vec::new() }))?;
        }
        let right = usize::try_from(right).unwrap_or(usize::MAX);
        if right >= MOST_CELLS {
            return Err(UnreadableSheet::TooManyCells { row: number });
        }
        if row.cells.len() <= right {
            row.cells.resize(right + 1, Cell::Text(String::new()));
        }
        row.cells.extend(Some(value)); // behind its place, and then in it
        row.cells.swap_remove(right);
    }
    rows.push(row)?;
    Ok(rows.done())
}

fn damaged(error: impl std::fmt::Display) -> UnreadableSheet {
    UnreadableSheet::Damaged(error.to_string())
}

fn value(value: &DataRef<'_>) -> Cell {
    Cell::Text(match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => trimmed(text),
        DataRef::SharedString(text) => trimmed(text),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::DateTime(at) => {
            return day(at).map_or_else(|| Cell::Text(at.as_f64().to_string()), Cell::Day);
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => trimmed(text),
        DataRef::Error(error) => return Cell::Error(error.to_string()),
    })
}

/// The day of a time; of a length of time, none.
fn day(at: &ExcelDateTime) -> Option<Date> {
    let (year, month, day, ..) = at.is_datetime().then(|| at.to_ymd_hms_milli())?;
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Unpacks every part, keeps none, and refuses what no roster has.
fn look_through(bytes: &[u8]) -> Result<(), UnreadableSheet> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if zip.len() > MOST_PARTS {
        return Err(UnreadableSheet::Swollen);
    }
    let (mut unpacked, mut elements, mut part) = (0, 0, Vec::new());
    for number in 0..zip.len() {
        part.clear();
        let mut file = zip.by_index(number).map_err(damaged)?;
        let styles = file.name().map_err(damaged)?.to_ascii_lowercase().ends_with("styles.xml");
        let room = MOST_UNPACKED.saturating_sub(unpacked);
        unpacked += file.by_ref().take(room + 1).read_to_end(&mut part).map_err(damaged)? as u64;
        let here = memchr::memchr_iter(b'<', &part).count();
        elements += here;
        let most = if styles { MOST_STYLES } else { MOST_ELEMENTS };
        if unpacked > MOST_UNPACKED || elements > MOST_ELEMENTS || here > most || announces_too_much(&part) {
            return Err(UnreadableSheet::Swollen);
        }
    }
    Ok(())
}

/// Whether a part makes room for more strings than anybody has, or is written in a way in which it could unseen.
fn announces_too_much(part: &[u8]) -> bool {
    if !part.starts_with(b"<") && !part.starts_with(b"\xef\xbb\xbf<") {
        // Not XML as office programs write it: pictures, settings. What calls itself XML all the same is in UTF-16.
        return part.starts_with(b"\xff\xfe") || part.starts_with(b"\xfe\xff") || part.starts_with(b"\0<");
    }
    let head = part.get(..part.len().min(200)).unwrap_or_default().to_ascii_lowercase();
    let foreign =
        memchr::memmem::find(&head, b"encoding").is_some() && memchr::memmem::find(&head, b"utf-8").is_none();
    let counts = memchr::memmem::find_iter(part, COUNT).any(|at| {
        let rest = part.get(at + COUNT.len()..).unwrap_or_default().iter();
        let rest = rest.skip_while(|byte| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'"' | b'\''));
        let digits = rest.take_while(|byte| byte.is_ascii_digit());
        let digit = |sum: u64, byte: &u8| sum.saturating_mul(10).saturating_add(u64::from(byte - b'0'));
        digits.fold(0, digit) > MOST_ANNOUNCED
    });
    foreign || counts
}

#[cfg(test)]
pub(super) mod testing {
    #![allow(clippy::unwrap_used)]

    use std::io::{Cursor, Write as _};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    pub(super) const BOOK: &str = r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    pub(super) const ROOT: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    pub(super) const RELATED: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    /// The second of its looks is a date.
    pub(super) const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;

    pub(super) fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    pub(super) fn book(sheet: &str, more: &[(&str, &str)]) -> Vec<u8> {
        let parts = [
            ("_rels/.rels", ROOT),
            ("xl/workbook.xml", BOOK),
            ("xl/_rels/workbook.xml.rels", RELATED),
            ("xl/styles.xml", STYLES),
            ("xl/worksheets/sheet1.xml", sheet),
        ];
        zipped(&[&parts, more].concat())
    }

    /// A workbook with these cells; `#46027` is a date by its number.
    pub(in super::super) fn workbook(rows: &[&[&str]]) -> Vec<u8> {
        let cell = |text: &&str| match text.strip_prefix('#') {
            Some(number) => format!("<c s=\"1\"><v>{number}</v></c>"),
            None => format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>"),
        };
        let row = |cells: &&[&str]| format!("<row>{}</row>", cells.iter().map(cell).collect::<String>());
        book(&sheet(&rows.iter().map(row).collect::<String>()), &[])
    }

    pub(super) fn sheet(rows: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
        )
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::testing::{book, sheet, workbook, zipped};
    use super::*;

    #[test]
    fn cells_stand_in_their_places() {
        let found = rows(&book(
            &sheet("<row r=\"3\"><c r=\"B3\"><v>7</v></c><c r=\"D3\" t=\"e\"><v>#N/A</v></c></row>"),
            &[],
        ));
        let row = &found.unwrap()[0];
        let empty = || Cell::Text(String::new());
        assert_eq!(row.number, 3);
        assert_eq!(row.cells, [empty(), Cell::Text("7".into()), empty(), Cell::Error("#N/A".into())]);
    }

    /// A cell at the far end of a sheet does not make a rectangle, and what is announced is not made room for.
    #[test]
    fn a_bomb_is_refused_before_it_goes_off() {
        let far = sheet(
            "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>",
        );
        assert_eq!(rows(&book(&far, &[])), Err(UnreadableSheet::TooManyCells { row: 1_048_576 }));
        let strings = |text: &str| book(&sheet(""), &[("xl/sharedStrings.xml", text)]);
        for announced in ["<sst uniqueCount=\"99999999999999\"/>", "<sst  uniqueCount = '4000000000'></sst>"]
        {
            assert_eq!(rows(&strings(announced)), Err(UnreadableSheet::Swollen), "{announced}");
        }
        let foreign = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><sst/>";
        assert_eq!(rows(&strings(foreign)), Err(UnreadableSheet::Swollen));
        assert_eq!(rows(&strings(&"x".repeat(40 * 1024 * 1024))), Err(UnreadableSheet::Swollen));
        assert_eq!(rows(&strings(&"<si/>".repeat(3_000_000))), Err(UnreadableSheet::Swollen));
        let names: Vec<String> = (0..1_500).map(|number| format!("part{number}")).collect();
        let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
        assert_eq!(rows(&zipped(&many)), Err(UnreadableSheet::Swollen));
        assert_eq!(rows(&workbook(&[&["a"]])).unwrap().len(), 1);
    }
}

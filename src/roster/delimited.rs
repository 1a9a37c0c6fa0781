//! CSV as spreadsheets write it: in UTF-8 with its mark or without, in GB18030 (what Excel saves in Chinese), in UTF-16;
//! between commas, semicolons or tabs. A cell that begins as a formula is text: nothing here computes.

use std::borrow::Cow;

use csv::{Reader, ReaderBuilder};
use encoding_rs::{Encoding, GB18030};

use super::cell::{Cell, Rows, SheetRow, UnreadableSheet, trimmed};

pub(super) fn rows(bytes: &[u8]) -> Result<Vec<SheetRow>, UnreadableSheet> {
    let text = decoded(bytes)?;
    let mut reader = reader(&text);
    let (mut rows, mut record) = (Rows::default(), csv::StringRecord::new());
    while reader.read_record(&mut record).map_err(|error| UnreadableSheet::Damaged(error.to_string()))? {
        let line = record.position().map_or(0, csv::Position::line);
        let number = u32::try_from(line).unwrap_or(u32::MAX);
        let mut cells: Vec<_> = record.iter().map(|cell| Cell::Text(trimmed(cell))).collect();
        let filled = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        cells.truncate(filled);
        rows.push(SheetRow { number, cells })?;
    }
    Ok(rows.done())
}

fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, UnreadableSheet> {
    let wrong = || UnreadableSheet::Encoding;
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => {
            let rest = bytes.get(mark..).unwrap_or_default();
            encoding.decode_without_bom_handling_and_without_replacement(rest).ok_or_else(wrong)?
        }
        None => match std::str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(_) => GB18030.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(wrong)?,
        },
    };
    // No text has it, and any file of bytes would pass for one of GB18030 else.
    if text.contains('\0') { Err(wrong()) } else { Ok(text) }
}

fn reader(text: &str) -> Reader<&[u8]> {
    let head = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let times = |sign: u8| head.bytes().filter(|byte| *byte == sign).count();
    let delimiter = [b'\t', b';', b','].into_iter().max_by_key(|sign| times(*sign)).unwrap_or(b',');
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes())
}

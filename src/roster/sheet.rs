//! A sheet: the head and the rows below it.

use super::cell::{MOST_BYTES, SheetRow, UnreadableSheet};
use super::{delimited, workbook};

/// The head and the rows below it, none of them empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sheet {
    pub(super) head: SheetRow,
    pub(super) rows: Vec<SheetRow>,
}

impl Sheet {
    /// Reads CSV or a workbook, by how the file begins.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, UnreadableSheet> {
        if bytes.len() > MOST_BYTES {
            return Err(UnreadableSheet::TooLong);
        }
        let rows = match bytes {
            [b'P', b'K', 3 | 5, ..] => workbook::rows(bytes)?,
            [0xd0, 0xcf, 0x11, 0xe0, ..] => return Err(UnreadableSheet::OldWorkbook),
            _ => delimited::rows(bytes)?,
        };
        let mut rows = rows.into_iter().filter(|row| !row.is_empty());
        let head = rows.next().ok_or(UnreadableSheet::Empty)?;
        Ok(Self { head, rows: rows.collect() })
    }
}

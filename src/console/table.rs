//! Cells below each other, for people's eyes.

use unicode_width::UnicodeWidthStr as _;

/// A line for each row, every column as wide as its widest cell; an empty column is left out.
pub(super) fn aligned(indent: &str, rows: &[impl AsRef<[String]>]) -> Vec<String> {
    let columns = rows.iter().map(|row| row.as_ref().len()).max().unwrap_or_default();
    let cells = |column: usize| rows.iter().filter_map(move |row| row.as_ref().get(column));
    let widest = |column: usize| cells(column).map(|cell| cell.width()).max();
    let widths: Vec<usize> = (0..columns).map(|column| widest(column).unwrap_or_default()).collect();
    let line = |row: &dyn AsRef<[String]>| {
        let cells = row.as_ref().iter().zip(&widths).filter(|(_, width)| **width > 0);
        let padded = cells.map(|(cell, width)| format!("{cell}{}  ", " ".repeat(width - cell.width())));
        format!("{indent}{}", padded.collect::<String>()).trim_end().to_owned()
    };
    rows.iter().map(|row| line(row)).collect()
}

#[cfg(test)]
mod tests {
    use super::aligned;

    #[test]
    fn columns_are_as_wide_as_they_look() {
        let rows = [["王芳", "", "a"], ["x", "", "b"]].map(|row| row.map(str::to_owned));
        assert_eq!(aligned(" ", &rows), [" 王芳  a", " x     b"]);
    }
}

//! Lists, a page at a time.

use serde::Serialize;

/// Some rows of a list, and where the next page begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page<Row, Cursor> {
    pub rows: Vec<Row>,
    /// What the next request is given as `after`; at the end of the list, none.
    pub next: Option<Cursor>,
}

impl<Row, Cursor> Page<Row, Cursor> {
    /// Of at least the rows that may be shown and one more, which says that there are more.
    pub(super) fn cut(mut rows: Vec<Row>, limit: u32, cursor: impl FnOnce(&Row) -> Cursor) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(cursor);
        Self { rows, next }
    }
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn a_page_says_where_the_next_begins() {
        let page = |rows: &[u8], limit| {
            let page = Page::cut(rows.to_vec(), limit, |row| *row);
            (page.rows, page.next)
        };
        assert_eq!(page(&[1, 2, 3], 2), (vec![1, 2], Some(2)));
        assert_eq!(page(&[1, 2], 2), (vec![1, 2], None));
        assert_eq!(page(&[], 2), (vec![], None));
    }
}

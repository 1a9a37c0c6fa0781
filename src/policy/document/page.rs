//! A page of Markdown. Whatever is put on it is text: nothing in a name can become a heading, a link or a tag.

use crate::diagnostic::is_invisible;

#[derive(Debug, Default)]
pub(super) struct Page(String);

impl Page {
    pub(super) fn heading(&mut self, level: usize, text: &str) {
        self.block(&format!("{} {}", "#".repeat(level), escaped(text)));
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        self.block(&escaped(text));
    }

    pub(super) fn list(&mut self, items: impl IntoIterator<Item = String>) {
        let lines: Vec<_> = items.into_iter().map(|item| format!("- {}", escaped(&item))).collect();
        self.block(&lines.join("\n"));
    }

    /// A table; nothing where it would have no row.
    pub(super) fn table<const N: usize>(
        &mut self,
        head: &[String; N],
        rows: impl IntoIterator<Item = [String; N]>,
    ) {
        let rule = std::array::from_fn(|_| "---".to_owned());
        let mut lines = vec![line(head, escaped), line::<N>(&rule, str::to_owned)];
        let empty = lines.len();
        lines.extend(rows.into_iter().map(|cells| line(&cells, escaped)));
        if lines.len() > empty {
            self.block(&lines.join("\n"));
        }
    }

    fn block(&mut self, text: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(text);
        self.0.push('\n');
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }
}

fn line<const N: usize>(cells: &[String; N], show: impl Fn(&str) -> String) -> String {
    let cells: Vec<_> = cells.iter().map(|cell| show(cell)).collect();
    format!("| {} |", cells.join(" | "))
}

/// A text that Markdown shows as it is, in one line.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '$' => shown.extend(['\\', c]),
            '\n' | '\r' | '\t' => shown.push(' '),
            c if c.is_control() || is_invisible(c) => shown.push('\u{fffd}'),
            c => shown.push(c),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_more_than_text() {
        for (text, shown) in [
            ("a_b | c", "a\\_b \\| c"),
            ("<script>&", "&lt;script&gt;&amp;"),
            ("[x](http://y) `z` **w**", "\\[x\\](http://y) \\`z\\` \\*\\*w\\*\\*"),
            ("one\n# two", "one \\# two"),
            ("a\u{202e}b\u{1b}c\\", "a\u{fffd}b\u{fffd}c\\\\"),
        ] {
            assert_eq!(escaped(text), shown);
        }
    }
}

//! Text that people read. Whoever wrote it, nothing in it steers a terminal, hides, or turns the direction of what
//! stands beside it.

/// Whether a character is seen as what it is: no control, none that is invisible or changes how its neighbours look.
pub fn is_plain(c: char) -> bool {
    let unseen = matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}');
    !c.is_control() && !unseen
}

/// One line of text, safe to show: what is not plain is written as JSON writes it, `\u009b`, a line's end as `\n`.
/// So the text of a JSON value stays that value.
pub fn plain(text: &str) -> String {
    shown(text, |_| false)
}

/// What was typed with full-width letters, digits and signs, as the usual ones (Unicode's NFKC). For what is typed at our
/// own prompts, times and lists; never for passwords, commands or a policy's names.
pub fn halfwidth(typed: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    typed.nfkc().collect()
}

/// The same for text of several lines, whose ends and tabs stay.
pub fn plain_lines(text: &str) -> String {
    shown(text, |c| matches!(c, '\n' | '\t'))
}

/// The same for a cell of a table that a spreadsheet opens: nothing in it is taken for a formula.
pub fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = plain_lines(text);
    if formula { format!("'{text}") } else { text }
}

fn shown(text: &str, keep: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if is_plain(c) || keep(c) => shown.push(c),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c => shown.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}"))),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn nothing_shown_moves_a_cursor() {
        assert_eq!(plain("rm\x1b[2J\r\n\u{202e}x\u{9b}文\u{7f}"), r"rm\u001b[2J\r\n\u202ex\u009b文\u007f");
        assert_eq!(plain_lines("a\tb\r\n\u{feff}c"), "a\tb\\r\n\\ufeffc");
    }

    /// attack 14: JSON escapes C0 alone, and a terminal obeys more.
    #[test]
    fn json_stays_the_same_value() {
        let value = serde_json::json!({ "a\u{9b}": "\u{202e}\u{7f}\u{1b}\n\"\\ \u{e0041} 居" });
        let text = plain(&value.to_string());
        assert!(text.chars().all(is_plain), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn no_cell_is_a_formula() {
        for (text, want) in [
            ("plain", "plain"),
            ("重保", "重保"),
            ("a,b", "a,b"),
            ("two\nlines", "two\nlines"),
            ("=cmd|x", "'=cmd|x"),
            ("@ops", "'@ops"),
        ] {
            assert_eq!(cell(text), want);
        }
    }

    /// officer 4: full-width input.
    #[test]
    fn full_width_signs_are_the_usual_ones() {
        for (typed, meant) in [
            ("？", "?"),
            ("１", "1"),
            ("ｑ", "q"),
            ("ｄｂ１", "db1"),
            ("08：30", "08:30"),
            ("@dba，@network", "@dba,@network"),
            ("数据", "数据"),
        ] {
            assert_eq!(super::halfwidth(typed), meant);
        }
    }
}

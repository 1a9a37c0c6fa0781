//! Text for those messages of SSH that a client prints by itself.

use super::plain::{halfwidth, plain};

/// One line of printable ASCII. OpenSSH passes what it prints of a disconnect or of a channel that was not opened through
/// its log, which writes all else as octal (`\350\257…`), whatever the locale. So such a message takes this alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsciiText(String);

impl AsciiText {
    /// What of `text` is ASCII: full-width letters and signs as the usual ones, three dots for a word in another script.
    pub fn of(text: &str) -> Self {
        let mut ascii = String::with_capacity(text.len());
        for c in halfwidth(&plain(text)).chars() {
            match c {
                ' '..='~' => ascii.push(c),
                '“' | '”' | '。' => ascii.push(if c == '。' { '.' } else { '"' }),
                '‘' | '’' => ascii.push('\''),
                '–' | '—' | '‐' => ascii.push('-'),
                '、' => ascii.push(','),
                _ if ascii.ends_with(DOTS) => {}
                _ => ascii.push_str(DOTS),
            }
        }
        Self(ascii)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const DOTS: &str = "...";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_ascii_gives_way_to_it() {
        for (text, ascii) in [
            ("access is locked (reason: drill).", "access is locked (reason: drill)."),
            ("access is locked (reason: 重保).", "access is locked (reason: ...)."),
            ("Please contact 安全值班 8888.", "Please contact ... 8888."),
            ("电话：８８８８（值班）", "...:8888(...)"),
            ("“db1” is not open – to you…", "\"db1\" is not open - to you..."),
            ("a\u{1b}[31m\nb\u{202e}", "a\\u001b[31m\\nb\\u202e"),
            ("", ""),
        ] {
            let shown = AsciiText::of(text);
            assert_eq!(shown.as_str(), ascii);
            assert!(shown.as_str().bytes().all(|byte| matches!(byte, b' '..=b'~')), "{ascii}");
        }
    }
}

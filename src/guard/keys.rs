//! What a key may do to the line that is being typed.
//!
//! Bindings can be changed, so nothing is believed of a key but what makes the guard more careful: the line
//! itself is read from the screen.

use crate::terminal::scan::Token;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Text(char),
    /// Takes the last character back.
    Erase,
    /// Runs the line, in one shell or another.
    Accept(Accept),
    /// Ctrl-C: the line is given up.
    Interrupt,
    /// Ctrl-D: the end, or what `read` has so far.
    End,
    /// A completion, which may list what it found.
    Complete,
    /// Brings in another line: history, the kill ring.
    Recall,
    /// Begins a search, or goes on with it.
    Search,
    /// May leave the cursor before the end of the line.
    Move,
    /// Ctrl-X, which begins many a key of two.
    Prefix,
    /// The next key counts as itself.
    Quote,
    PasteBegin,
    PasteEnd,
    Escape,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Accept {
    /// Enter, in any of its forms.
    Enter,
    /// Ctrl-O and Alt-A run the line and put another in its place.
    AndNext,
}

/// Key codes of `CSI code ; modifiers u`: Enter, Ctrl-J, Ctrl-M, and Enter of the keypad.
const ENTER_CODES: [usize; 5] = [10, 13, 106, 109, 57_414];

pub(super) fn key(token: Token<'_>, raw: &[u8]) -> Key {
    match token {
        Token::Char(c) => Key::Text(c),
        Token::Control(byte) => control(byte),
        Token::Csi { params, last } => sequence(params, last),
        Token::Escape => escape(raw),
    }
}

fn control(byte: u8) -> Key {
    match byte {
        b'\r' | b'\n' => Key::Accept(Accept::Enter),
        0x0f => Key::Accept(Accept::AndNext),
        0x03 => Key::Interrupt,
        0x04 => Key::End,
        0x08 | 0x7f => Key::Erase,
        b'\t' => Key::Complete,
        // Ctrl-N, -P, -R, -S, -Y, and Ctrl-_ (undo).
        0x0e | 0x10 | 0x19 | 0x1f => Key::Recall,
        0x12 | 0x13 => Key::Search,
        // Ctrl-A, -B, -T.
        0x01 | 0x02 | 0x14 => Key::Move,
        0x18 => Key::Prefix,
        0x11 | 0x16 => Key::Quote,
        0x1b => Key::Escape,
        _ => Key::Other,
    }
}

fn sequence(params: &[u8], last: u8) -> Key {
    match last {
        b'~' if params == b"200" => Key::PasteBegin,
        b'~' if params == b"201" => Key::PasteEnd,
        // What modern terminals send for keys that have no byte of their own.
        b'u' if ENTER_CODES.contains(&code(params, 0)) => Key::Accept(Accept::Enter),
        b'u' if code(params, 0) == 111 => Key::Accept(Accept::AndNext),
        b'~' if code(params, 0) == 27 && ENTER_CODES.contains(&code(params, 2)) => Key::Accept(Accept::Enter),
        b'A' | b'B' => Key::Recall,
        b'D' | b'H' => Key::Move,
        b'~' if matches!(code(params, 0), 1 | 7) => Key::Move,
        _ => Key::Other,
    }
}

/// The number in one field of a sequence, without what follows it behind a colon.
fn code(params: &[u8], field: usize) -> usize {
    let field = params.split(|&b| b == b';').nth(field).unwrap_or_default();
    let number = field.split(|&b| b == b':').next().unwrap_or_default();
    std::str::from_utf8(number).ok().and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn escape(raw: &[u8]) -> Key {
    match raw {
        b"\x1bOM" => Key::Accept(Accept::Enter),
        b"\x1ba" | b"\x1bA" => Key::Accept(Accept::AndNext),
        b"\x1bOA" | b"\x1bOB" => Key::Recall,
        b"\x1bOD" | b"\x1bOH" | b"\x1bb" | b"\x1bB" => Key::Move,
        // Alt-?, Alt-*, Alt-/, Alt-=.
        b"\x1b?" | b"\x1b*" | b"\x1b/" | b"\x1b=" => Key::Complete,
        b"\x1b." | b"\x1b_" | b"\x1b<" | b"\x1b>" | b"\x1bp" | b"\x1bn" | b"\x1by" => Key::Recall,
        b"\x1b" => Key::Escape,
        _ => Key::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::scan::Scanner;

    fn keys(bytes: &[u8]) -> Vec<Key> {
        let mut keys = Vec::new();
        Scanner::of_keys().feed(bytes, |token, raw| keys.push(key(token, raw)));
        keys
    }

    #[test]
    fn every_form_of_enter_is_one() {
        for enter in
            [&b"\r"[..], b"\n", b"\x1bOM", b"\x1b[13u", b"\x1b[13;5u", b"\x1b[106;5u", b"\x1b[27;5;13~"]
        {
            assert_eq!(keys(enter), [Key::Accept(Accept::Enter)], "{enter:?}");
        }
        for next in [&b"\x0f"[..], b"\x1ba", b"\x1b[111;5u"] {
            assert_eq!(keys(next), [Key::Accept(Accept::AndNext)], "{next:?}");
        }
    }

    #[test]
    fn alt_enter_is_an_escape_and_an_enter() {
        assert_eq!(keys(b"\x1b\r"), [Key::Escape, Key::Accept(Accept::Enter)]);
    }

    #[test]
    fn a_paste_has_its_brackets() {
        assert_eq!(keys(b"\x1b[200~a\x1b[201~"), [Key::PasteBegin, Key::Text('a'), Key::PasteEnd]);
    }
}

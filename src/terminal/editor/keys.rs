//! Bytes from a terminal as keys: UTF-8 split over packets, escape sequences, pastes in brackets.

/// What a person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Char(char),
    Enter,
    Tab,
    Backspace,
    Delete,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    WordLeft,
    WordRight,
    KillLeft,
    KillRight,
    /// Back to a blank (Ctrl-W), or to the beginning of a word (Alt-Backspace).
    KillBlank,
    KillWordLeft,
    KillWordRight,
    Yank,
    Clear,
    Search,
    /// Ctrl-C
    Interrupt,
    /// Ctrl-G
    Cancel,
    /// Ctrl-D
    EndOfFile,
    PasteBegins,
    PasteEnds,
    /// An escape sequence that means nothing here: an answer of the terminal's, a function key.
    Unknown,
    /// A byte that belongs in no line: a control, or no UTF-8.
    Refused,
}

/// An escape sequence longer than this is none.
const LONGEST: usize = 64;

#[derive(Debug, Default)]
enum State {
    #[default]
    Ground,
    /// A character that is not whole yet.
    Utf8(Vec<u8>),
    Escape,
    /// After `ESC [`: all of it.
    Control(Vec<u8>),
    /// After `ESC O`.
    Single,
    /// A string of the terminal's (OSC, DCS, APC, PM, SOS), up to its end; true after an ESC in it.
    Text(bool),
}

#[derive(Debug, Default)]
pub(super) struct Keys(State);

impl Keys {
    /// Takes a byte; `None` while a key is not whole.
    pub(super) fn take(&mut self, byte: u8) -> Option<Key> {
        match std::mem::take(&mut self.0) {
            State::Ground => self.ground(byte),
            State::Utf8(bytes) => self.utf8(bytes, byte),
            State::Escape => self.escape(byte),
            State::Control(bytes) => self.control(bytes, byte),
            State::Single => Some(cursor(byte).unwrap_or(Key::Unknown)),
            State::Text(escaped) => self.text(escaped, byte),
        }
    }

    fn wait(&mut self, state: State) -> Option<Key> {
        self.0 = state;
        None
    }

    fn ground(&mut self, byte: u8) -> Option<Key> {
        match byte {
            0x1b => self.wait(State::Escape),
            b' '..=b'~' => Some(Key::Char(char::from(byte))),
            0xc2..=0xf4 => self.wait(State::Utf8(vec![byte])),
            _ => Some(control(byte)),
        }
    }

    /// What breaks a character off is refused with it, but a control key still does what it does.
    fn utf8(&mut self, mut bytes: Vec<u8>, byte: u8) -> Option<Key> {
        match byte {
            0x80..=0xbf => {}
            0x1b => return self.wait(State::Escape),
            _ => return Some(control(byte)),
        }
        bytes.push(byte);
        match std::str::from_utf8(&bytes) {
            Ok(text) => Some(text.chars().next().map_or(Key::Refused, typed)),
            Err(fault) if fault.error_len().is_none() => self.wait(State::Utf8(bytes)),
            Err(_) => Some(Key::Refused),
        }
    }

    fn escape(&mut self, byte: u8) -> Option<Key> {
        Some(match byte {
            b'[' => return self.wait(State::Control(Vec::new())),
            b'O' => return self.wait(State::Single),
            b']' | b'P' | b'_' | b'^' | b'X' => return self.wait(State::Text(false)),
            0x1b => return self.wait(State::Escape),
            b'b' | b'B' => Key::WordLeft,
            b'f' | b'F' => Key::WordRight,
            b'd' | b'D' => Key::KillWordRight,
            0x7f | 0x08 => Key::KillWordLeft,
            0x03 => Key::Interrupt,
            _ => Key::Unknown,
        })
    }

    fn control(&mut self, mut bytes: Vec<u8>, byte: u8) -> Option<Key> {
        match byte {
            0x20..=0x3f if bytes.len() < LONGEST => {
                bytes.push(byte);
                self.wait(State::Control(bytes))
            }
            0x40..=0x7e => Some(sequence(&bytes, byte)),
            0x1b => self.wait(State::Escape),
            0x03 => Some(Key::Interrupt),
            _ => Some(Key::Refused),
        }
    }

    fn text(&mut self, escaped: bool, byte: u8) -> Option<Key> {
        match (escaped, byte) {
            (_, 0x07) | (true, b'\\') => Some(Key::Unknown),
            (_, 0x03) => Some(Key::Interrupt), // a string without an end must not hold a person
            (_, byte) => self.wait(State::Text(byte == 0x1b)),
        }
    }
}

fn control(byte: u8) -> Key {
    match byte {
        b'\r' | b'\n' => Key::Enter,
        b'\t' => Key::Tab,
        0x01 => Key::Home,
        0x02 => Key::Left,
        0x03 => Key::Interrupt,
        0x04 => Key::EndOfFile,
        0x05 => Key::End,
        0x06 => Key::Right,
        0x07 => Key::Cancel,
        0x08 | 0x7f => Key::Backspace,
        0x0b => Key::KillRight,
        0x0c => Key::Clear,
        0x0e => Key::Down,
        0x10 => Key::Up,
        0x12 => Key::Search,
        0x15 => Key::KillLeft,
        0x17 => Key::KillBlank,
        0x19 => Key::Yank,
        _ => Key::Refused,
    }
}

fn typed(c: char) -> Key {
    if super::text::is_typeable(c) { Key::Char(c) } else { Key::Refused }
}

/// The last byte of an arrow or its like, after `ESC [` or `ESC O`.
fn cursor(byte: u8) -> Option<Key> {
    Some(match byte {
        b'A' => Key::Up,
        b'B' => Key::Down,
        b'C' => Key::Right,
        b'D' => Key::Left,
        b'H' => Key::Home,
        b'F' => Key::End,
        b'M' => Key::Enter, // of the keypad
        _ => return None,
    })
}

fn sequence(parameters: &[u8], last: u8) -> Key {
    match (parameters, last) {
        (b"", b'M') => Key::Unknown, // `ESC [ M` is no key, `ESC O M` is
        (b"", last) => cursor(last).unwrap_or(Key::Unknown),
        (b"1;5" | b"1;3", b'D') => Key::WordLeft,
        (b"1;5" | b"1;3", b'C') => Key::WordRight,
        (b"1" | b"7", b'~') => Key::Home,
        (b"4" | b"8", b'~') => Key::End,
        (b"3", b'~') => Key::Delete,
        (b"200", b'~') => Key::PasteBegins,
        (b"201", b'~') => Key::PasteEnds,
        _ => Key::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(bytes: &[u8]) -> Vec<Key> {
        let mut keys = Keys::default();
        bytes.iter().filter_map(|byte| keys.take(*byte)).collect()
    }

    #[test]
    fn keys_come_whole_out_of_split_bytes() {
        assert_eq!(keys("a中🦀".as_bytes()), [Key::Char('a'), Key::Char('中'), Key::Char('🦀')]);
        assert_eq!(keys(b"\x1b[D\x1bOD\x1b[1;5D\x1bb"), [Key::Left, Key::Left, Key::WordLeft, Key::WordLeft]);
        assert_eq!(keys(b"\x1b[3~\x1b[1~\x1b[4~"), [Key::Delete, Key::Home, Key::End]);
        assert_eq!(keys(b"\x1b[200~x\x1b[201~"), [Key::PasteBegins, Key::Char('x'), Key::PasteEnds]);
    }

    #[test]
    fn answers_of_a_terminal_are_no_text() {
        for answer in
            ["\x1b[24;80R", "\x1b[?62;22c", "\x1b]11;rgb:0/0/0\x07", "\x1b]l;ls\x1b\\", "\x1bP>|x\x1b\\"]
        {
            assert_eq!(keys(answer.as_bytes()), [Key::Unknown], "{answer:?}");
        }
        assert_eq!(keys(b"\x1b]0;never ended\x03a"), [Key::Interrupt, Key::Char('a')]);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for byte in [0u8, 0x11, 0x13, 0x1a, 0x1c, 0x1f, 0x80, 0x9b, 0xc0, 0xc1, 0xf5, 0xff] {
            assert_eq!(keys(&[byte]), [Key::Refused], "{byte:#x}");
        }
        let characters = ["\u{85}", "\u{9b}", "\u{202e}", "\u{200b}", "\u{feff}", "\u{2028}", "\u{3000}"];
        for character in characters {
            assert_eq!(keys(character.as_bytes()), [Key::Refused], "{character:?}");
        }
        // Overlong, a surrogate, beyond Unicode: each ends where it goes wrong.
        assert!(keys(b"\xe0\x80\xaf").iter().all(|key| *key == Key::Refused));
        assert!(keys(b"\xed\xa0\x80").iter().all(|key| *key == Key::Refused));
        assert!(keys(b"\xf4\x90\x80\x80").iter().all(|key| *key == Key::Refused));
        // A character broken off by a letter takes the letter with it; by Enter, it does not take Enter.
        assert_eq!(keys(b"\xe4\xb8a"), [Key::Refused]);
        assert_eq!(keys(b"\xe4\xb8\r"), [Key::Enter]);
    }
}

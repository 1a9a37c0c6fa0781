//! Terminal bytes taken apart: characters, controls and escape sequences (ECMA-48), over packet ends.
//!
//! Just enough to tell text from what steers the terminal; nothing is drawn here.

/// One piece of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// A printable character; bytes that are no UTF-8 come as U+FFFD.
    Char(char),
    /// C0, DEL or a C1 control that came as UTF-8.
    Control(u8),
    /// A control sequence: `ESC [`, parameters, final byte.
    Csi { params: &'a [u8], last: u8 },
    /// Any other escape sequence or control string (OSC, DCS …).
    Escape,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    Utf8,
    Escape,
    Csi,
    /// `ESC O` and the like: one more byte.
    OneMore,
    /// X10 mouse report, `ESC [ M`: so many bytes more.
    Mouse(u8),
    String,
    StringEscape,
}

const ESC: u8 = 0x1b;

/// A sequence longer than this is noise, and is given up as one; memory stays bounded.
const MAX_SEQUENCE: usize = 8192;

#[derive(Debug, Default)]
pub(crate) struct Scanner {
    state: State,
    raw: Vec<u8>,
    /// Whether these are keys: `ESC [ M` is a mouse report there, and "delete line" on a screen.
    keys: bool,
}

impl Scanner {
    /// For what a terminal sends, not what it is sent.
    pub(crate) fn of_keys() -> Self {
        Self { keys: true, ..Self::default() }
    }

    /// Hands each complete token and the bytes it came as to `each`.
    pub(crate) fn feed(&mut self, bytes: &[u8], mut each: impl FnMut(Token<'_>, &[u8])) {
        for &byte in bytes {
            self.byte(byte, &mut each);
        }
    }

    /// An ESC at the end of a packet was a key and no beginning: terminals send a sequence in one piece.
    pub(crate) fn lone_escape(&mut self, mut each: impl FnMut(Token<'_>, &[u8])) {
        if self.state == State::Escape {
            self.emit(Token::Control(ESC), &mut each);
        }
    }

    /// Forgets a sequence that has begun.
    pub(crate) fn reset(&mut self) {
        self.state = State::Ground;
        self.raw.clear();
    }

    fn emit(&mut self, token: Token<'_>, each: &mut impl FnMut(Token<'_>, &[u8])) {
        each(token, &self.raw);
        self.reset();
    }

    fn byte(&mut self, byte: u8, each: &mut impl FnMut(Token<'_>, &[u8])) {
        match self.state {
            State::Ground => self.ground(byte, each),
            State::Utf8 => self.utf8(byte, each),
            _ if self.raw.len() >= MAX_SEQUENCE || self.is_broken_by(byte) => {
                self.emit(Token::Escape, each);
                self.ground(byte, each);
            }
            _ => self.sequence(byte, each),
        }
    }

    /// A new ESC, and CAN or SUB, end any sequence (ECMA-48 §8.3.6); a line end never is part of one.
    fn is_broken_by(&self, byte: u8) -> bool {
        match self.state {
            State::Mouse(_) => false,
            State::String => matches!(byte, 0x18 | 0x1a | b'\n'),
            State::StringEscape => byte != b'\\',
            _ => byte < 0x20,
        }
    }

    fn ground(&mut self, byte: u8, each: &mut impl FnMut(Token<'_>, &[u8])) {
        self.raw.push(byte);
        match byte {
            ESC => self.state = State::Escape,
            0x00..=0x1f | 0x7f => self.emit(Token::Control(byte), each),
            0x20..=0x7e => self.emit(Token::Char(char::from(byte)), each),
            0xc2..=0xf4 => self.state = State::Utf8,
            _ => self.emit(Token::Char(char::REPLACEMENT_CHARACTER), each),
        }
    }

    fn utf8(&mut self, byte: u8, each: &mut impl FnMut(Token<'_>, &[u8])) {
        self.raw.push(byte);
        match std::str::from_utf8(&self.raw) {
            Ok(text) => {
                let c = text.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
                let token = match u8::try_from(c) {
                    Ok(control) if c.is_control() => Token::Control(control),
                    _ => Token::Char(c),
                };
                self.emit(token, each);
            }
            Err(error) if error.error_len().is_none() => {}
            Err(_) => {
                self.raw.pop();
                self.emit(Token::Char(char::REPLACEMENT_CHARACTER), each);
                self.ground(byte, each);
            }
        }
    }

    fn sequence(&mut self, byte: u8, each: &mut impl FnMut(Token<'_>, &[u8])) {
        self.raw.push(byte);
        self.state = match (self.state, byte) {
            (State::Escape, b'[') => State::Csi,
            (State::Escape, b']' | b'P' | b'X' | b'^' | b'_') => State::String,
            (State::Escape, b'O' | 0x20..=0x2f) => State::OneMore,
            (State::OneMore, 0x20..=0x2f) => State::OneMore,
            (State::Csi, b'M') if self.keys && self.raw.len() == 3 => State::Mouse(3),
            (State::Csi, 0x40..=0x7e) => return self.csi(byte, each),
            (State::Csi, _) => State::Csi,
            (State::Mouse(left), _) if left > 1 => State::Mouse(left - 1),
            (State::String, ESC) => State::StringEscape,
            (State::String, byte) if byte != 0x07 => State::String,
            _ => return self.emit(Token::Escape, each),
        };
    }

    fn csi(&mut self, last: u8, each: &mut impl FnMut(Token<'_>, &[u8])) {
        let raw = std::mem::take(&mut self.raw);
        let params = raw.get(2..raw.len().saturating_sub(1)).unwrap_or_default();
        each(Token::Csi { params, last }, &raw);
        self.reset();
    }
}

/// The first parameter of a control sequence, or `default` where there is none. Bounded, as it becomes a
/// position.
pub(crate) fn first_param(params: &[u8], default: usize) -> usize {
    param(params, 0, default)
}

/// The parameter at `index`, counted from 0.
pub(crate) fn param(params: &[u8], index: usize, default: usize) -> usize {
    let field = params.split(|&b| b == b';').nth(index).unwrap_or_default();
    std::str::from_utf8(field).ok().and_then(|text| text.parse::<u16>().ok()).map_or(default, usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(packets: &[&[u8]]) -> Vec<String> {
        let (mut scanner, mut seen) = (Scanner::default(), Vec::new());
        for packet in packets {
            scanner.feed(packet, |token, _| seen.push(format!("{token:?}")));
        }
        seen
    }

    #[test]
    fn sequences_are_told_from_text_also_over_packets() {
        let whole = scan(&[b"a\x1b[1;31mb\x1b]0;title\x07\xe5\xb1\x85\x1bOA\r"]);
        let split = scan(&[b"a\x1b", b"[1;3", b"1mb\x1b]0;ti", b"tle\x07\xe5", b"\xb1\x85\x1bO", b"A\r"]);
        assert_eq!(whole, split);
        assert_eq!(whole.len(), 7);
        assert_eq!(whole.get(4).map(String::as_str), Some("Char('居')"));
    }

    #[test]
    fn every_byte_comes_out_again() {
        let bytes: Vec<u8> = (0..=255u8).chain(b"\x1b[Mabc\x1b\x1b[5\nx\xf0\x9fz".iter().copied()).collect();
        let (mut scanner, mut raw) = (Scanner::of_keys(), Vec::new());
        scanner.feed(&bytes, |_, piece| raw.extend_from_slice(piece));
        raw.extend_from_slice(&scanner.raw);
        assert_eq!(raw, bytes);
    }
}

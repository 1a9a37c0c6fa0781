//! A recording's output on the terminal of whoever looks at it: colours and cursor are played, and nothing that
//! speaks to the terminal itself. What was recorded may have been written to steer who reads it.

use crate::terminal::scan::{Scanner, Token, param};

/// Private modes that change what is seen, and no key: wrapping, reversed colours, cursor, the other screen.
const MODES: &[usize] = &[5, 7, 12, 25, 47, 1047, 1048, 1049];

/// Times that a sequence may repeat something.
const MOST: usize = 4096;

/// Lets through what is seen.
#[derive(Debug, Default)]
pub struct Player {
    scanner: Scanner,
}

impl Player {
    /// What of these bytes may be played; a sequence that is cut waits for its rest.
    pub fn play(&mut self, bytes: &[u8]) -> String {
        let mut shown = String::with_capacity(bytes.len());
        self.scanner.feed(bytes, |token, raw| match token {
            Token::Char(c) => shown.push(if turns(c) { char::REPLACEMENT_CHARACTER } else { c }),
            Token::Control(control) => shown.extend(harmless(control)),
            Token::Csi { params, last } => {
                if paints(params, last) {
                    shown.push_str(&String::from_utf8_lossy(raw));
                }
            }
            Token::Escape => shown.push_str(escape(raw)),
        });
        shown
    }
}

/// Marks of the direction of writing, and ends of lines that only some take for such.
fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Backspace, tab, line ends, and the two that choose between sets of letters.
fn harmless(control: u8) -> Option<char> {
    matches!(control, 0x08..=0x0f).then(|| char::from(control))
}

/// Whether a control sequence only paints: moves, erases, scrolls, colours. Reports, windows, printers, keys do not.
fn paints(params: &[u8], last: u8) -> bool {
    let numbers = params.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b';' | b':'));
    match (params.strip_prefix(b"?"), last) {
        (Some(modes), b'h' | b'l') => is_mode(modes),
        (Some(_), _) => false,
        _ if !numbers => false,
        (None, b'h' | b'l') => params == b"4",
        (None, b'b' | b'@' | b'L' | b'M' | b'P' | b'S' | b'T' | b'X' | b'I' | b'Z') => is_small(params),
        (None, b'A'..=b'H' | b'J' | b'K' | b'`' | b'a' | b'd' | b'e' | b'f' | b'm' | b'r' | b's' | b'u') => {
            true
        }
        _ => false,
    }
}

/// A count that costs little to paint.
fn is_small(params: &[u8]) -> bool {
    let digits = params.iter().filter(|byte| byte.is_ascii_digit()).count();
    digits <= 4 && param(params, 0, 1) <= MOST
}

fn is_mode(modes: &[u8]) -> bool {
    let known = |mode: &[u8]| MODES.contains(&param(mode, 0, usize::MAX));
    modes.split(|byte| *byte == b';').all(known)
}

/// Other sequences that paint; a full reset, which also sets keys and windows, only clears.
fn escape(raw: &[u8]) -> &'static str {
    match raw {
        b"\x1b7" => "\x1b7",
        b"\x1b8" => "\x1b8",
        b"\x1bD" => "\x1bD",
        b"\x1bE" => "\x1bE",
        b"\x1bM" => "\x1bM",
        b"\x1b(0" => "\x1b(0",
        b"\x1b(B" => "\x1b(B",
        b"\x1b)0" => "\x1b)0",
        b"\x1b)B" => "\x1b)B",
        b"\x1bc" => "\x1b[0m\x1b[H\x1b[2J",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// trial 9: what was recorded does not steer the terminal of whoever looks.
    #[test]
    fn nothing_speaks_to_the_terminal() {
        for hostile in [
            "\x1b]52;c;Y3VybA==\x07",
            "\x1b]0;root@db1\x07",
            "\x1b]8;;http://x\x1b\\",
            "\x1b[6n",
            "\x1b[c",
            "\x1b[>c",
            "\x1b[21t",
            "\x1b[8;1;1t",
            "\x1bP$q\"p\x1b\\",
            "\x1b_x\x1b\\",
            "\x1b^x\x1b\\",
            "\x1bXx\x1b\\",
            "\x1b[5i",
            "\x1b[?1003h",
            "\x1b[?2004h",
            "\x1b[?1;25h",
            "\x1b=",
            "\x1b[!p",
            "\x1b[>4;2m",
            "\x1b[?1049$p",
            "\x1b[20h",
            "\x07",
            "\x05",
            "\x7f",
            "\x1b[99999b",
            "\x1bZ",
            "\x1b#8",
            "\x1b[ q",
        ] {
            assert_eq!(Player::default().play(format!("a{hostile}b").as_bytes()), "ab", "{hostile:?}");
        }
        assert_eq!(Player::default().play("a\u{202e}b\u{2028}".as_bytes()), "a\u{fffd}b\u{fffd}");
        assert_eq!(
            Player::default().play(b"a\x9b6n"),
            "a\u{fffd}6n",
            "a byte of eight bits is not a control here"
        );
    }

    #[test]
    fn what_paints_is_played_also_over_packets() {
        let painted = "\x1b[1;31m文\x1b[0m\r\n\x1b[2J\x1b[10;20Hx\x1b[K\x1b[?25l\x1b[?1049h\x1b7\x1b8\x1b[2;10r\x1b(0q\x1b(B\x0e\x0f\t\x08";
        assert_eq!(Player::default().play(painted.as_bytes()), painted);
        let mut player = Player::default();
        let split: String = painted.as_bytes().iter().map(|byte| player.play(&[*byte])).collect();
        assert_eq!(split, painted);
    }

    proptest! {
        #[test]
        fn whatever_comes_only_what_is_listed_goes_on(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let shown = Player::default().play(&bytes);
            // What is played is played again as it is.
            prop_assert_eq!(&Player::default().play(shown.as_bytes()), &shown);
            let speaks = shown.contains(['\u{9b}', '\u{9d}']) || shown.contains("\x1b]");
            prop_assert!(!speaks, "{:?}", shown);
        }
    }
}

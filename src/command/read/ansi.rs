//! `$'…'`: escapes as in C.

use std::iter::Peekable;
use std::str::Chars;

use super::broken::Broken;

/// What was read.
pub(super) struct Ansi {
    /// `None`: it is not for every shell the same, or no text.
    pub text: Option<String>,
    /// Bytes taken, the closing quote with them.
    pub length: usize,
}

/// Reads what stands behind `$'`.
pub(super) fn read(rest: &str) -> Result<Ansi, Broken> {
    let Some(end) = end(rest) else { return Err(Broken::syntax("a quote is not closed")) };
    let inside = rest.get(..end).unwrap_or_default();
    let text = decode(inside).and_then(|bytes| String::from_utf8(bytes).ok());
    Ok(Ansi { text, length: end + 1 })
}

/// Where the quote is closed: a backslash takes the next sign with it, whatever that means later.
fn end(rest: &str) -> Option<usize> {
    let mut signs = rest.char_indices();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '\'' => return Some(at),
            '\\' => drop(signs.next()),
            _ => {}
        }
    }
    None
}

/// `None` where shells differ: zero ends the text in bash and stands in it in zsh, and so on.
fn decode(inside: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(inside.len());
    let mut signs = inside.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' => escape(&mut signs, &mut bytes)?,
            other => push(&mut bytes, other),
        }
    }
    (!bytes.contains(&0)).then_some(bytes)
}

fn escape(signs: &mut Peekable<Chars<'_>>, bytes: &mut Vec<u8>) -> Option<()> {
    let sign = signs.next()?;
    match sign {
        'x' if signs.peek() == Some(&'{') => return None,
        'x' => bytes.push(u8::try_from(number(signs, 16, 2)?).ok()?),
        'u' => push(bytes, char::from_u32(number(signs, 16, 4)?)?),
        'U' => push(bytes, char::from_u32(number(signs, 16, 8)?)?),
        '0'..='7' => {
            let first = sign.to_digit(8)?;
            let rest = digits(signs, 8, 2);
            let octal = rest.iter().fold(first, |sum, digit| sum * 8 + digit);
            bytes.push(u8::try_from(octal).ok()?);
        }
        'c' => match signs.next() {
            Some(letter) if letter.is_ascii_alphabetic() => bytes.push(letter as u8 & 0x1f),
            _ => return None,
        },
        'a' => bytes.push(0x07),
        'b' => bytes.push(0x08),
        'e' | 'E' => bytes.push(0x1b),
        'f' => bytes.push(0x0c),
        'n' => bytes.push(b'\n'),
        'r' => bytes.push(b'\r'),
        't' => bytes.push(b'\t'),
        'v' => bytes.push(0x0b),
        '\\' | '\'' | '"' | '?' => push(bytes, sign),
        _ => return None,
    }
    Some(())
}

fn push(bytes: &mut Vec<u8>, sign: char) {
    bytes.extend_from_slice(sign.encode_utf8(&mut [0; 4]).as_bytes());
}

/// `None`: no digit stands there.
fn number(signs: &mut Peekable<Chars<'_>>, radix: u32, most: usize) -> Option<u32> {
    let digits = digits(signs, radix, most);
    let sum = digits.iter().fold(0_u32, |sum, digit| sum.wrapping_mul(radix).wrapping_add(*digit));
    (!digits.is_empty()).then_some(sum)
}

fn digits(signs: &mut Peekable<Chars<'_>>, radix: u32, most: usize) -> Vec<u32> {
    let mut digits = Vec::new();
    while digits.len() < most {
        let Some(next) = signs.next_if(|next| next.is_digit(radix)) else { break };
        digits.extend(next.to_digit(radix));
    }
    digits
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn text(rest: &str) -> Option<String> {
        read(rest).unwrap_or_else(|_| Ansi { text: Some("not closed".into()), length: 0 }).text
    }

    #[test]
    fn escapes_are_what_they_stand_for() {
        for (rest, wanted) in [
            ("\\x72m'", "rm"),
            ("\\162\\155'", "rm"),
            ("\\u0072\\U0000006d'", "rm"),
            ("\\xc3\\xa9'", "é"),
            ("a\\'b'c", "a'b"),
            ("\\n\\t\\\\'", "\n\t\\"),
            ("\\cA'", "\x01"),
        ] {
            assert_eq!(text(rest).as_deref(), Some(wanted), "{rest}");
        }
    }

    #[test]
    fn what_shells_do_not_read_alike_is_not_told() {
        for rest in ["a\\0b'", "\\xff'", "\\c\\\\'", "\\q'", "\\x{41}'", "\\x'", "\\777'"] {
            assert_eq!(text(rest), None, "{rest}");
        }
        assert!(read("a\\'").is_err());
    }

    #[test]
    fn a_control_sign_does_not_take_the_closing_quote() {
        assert_eq!(read("\\c'x").unwrap().length, 3);
    }
}

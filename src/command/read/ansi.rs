//! `$'…'`: escapes as in C.

use super::Broken;

/// What was read.
pub(super) struct Ansi {
    pub text: String,
    /// Bytes taken, the closing quote with them.
    pub length: usize,
}

/// Reads what stands behind `$'`.
pub(super) fn read(rest: &str) -> Result<Ansi, Broken> {
    let mut text = String::new();
    let mut characters = rest.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '\'' => return Ok(Ansi { text, length: at + 1 }),
            '\\' => {
                let Some((_, sign)) = characters.next() else { break };
                match sign {
                    'x' => code(&mut text, digits(&mut characters, 16, 2), 'x'),
                    'u' => code(&mut text, digits(&mut characters, 16, 4), 'u'),
                    'U' => code(&mut text, digits(&mut characters, 16, 8), 'U'),
                    '0'..='7' => {
                        let first = sign.to_digit(8).unwrap_or_default();
                        let rest = digits(&mut characters, 8, 2);
                        let octal = rest.iter().fold(first, |sum, digit| sum * 8 + digit);
                        text.extend(char::from_u32(octal & 0xff));
                    }
                    'c' => {
                        let control = characters.next().map(|(_, letter)| u32::from(letter) & 0x1f);
                        text.extend(control.and_then(char::from_u32));
                    }
                    other => text.extend(simple(other)),
                }
            }
            other => text.push(other),
        }
    }
    Err(Broken::syntax("a quote is not closed"))
}

fn digits(
    characters: &mut std::iter::Peekable<std::str::CharIndices<'_>>,
    radix: u32,
    most: usize,
) -> Vec<u32> {
    let mut digits = Vec::new();
    while digits.len() < most {
        let Some((_, next)) = characters.next_if(|(_, next)| next.is_digit(radix)) else { break };
        digits.extend(next.to_digit(radix));
    }
    digits
}

fn code(text: &mut String, digits: Vec<u32>, sign: char) {
    if digits.is_empty() {
        text.extend(['\\', sign]);
        return;
    }
    let code = digits.iter().fold(0_u32, |sum, digit| sum.wrapping_mul(16).wrapping_add(*digit));
    text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
}

fn simple(sign: char) -> Vec<char> {
    vec![match sign {
        'a' => '\x07',
        'b' => '\x08',
        'e' | 'E' => '\x1b',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '\\' | '\'' | '"' | '?' => sign,
        other => return vec!['\\', other],
    }]
}

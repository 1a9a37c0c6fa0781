//! Bytes as text and back, without loss: JSON holds only Unicode, terminals send whatever they like.
//!
//! Valid UTF-8 stands for itself. Any other byte `b` (0x80..=0xFF) becomes the private-use character
//! U+10FF00 + b. A valid character out of that range (U+10FF80..=U+10FFFF) is written as its four bytes,
//! each mapped like that, so a mapped character always means one byte and nothing means two things.

use std::str::Utf8Chunk;

/// What a mapped byte is added to.
const MAPPED: u32 = 0x0010_ff00;

/// The first character of the range that mapped bytes take.
const FIRST_MAPPED: char = '\u{10ff80}';

/// The first byte of every character from U+100000 on: most text has none of it, which is quick to see.
const LEAD_OF_LAST_PLANE: u8 = 0xf4;

/// The bytes that [`encode`] or a [`Joiner`] made `text` of.
pub fn decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match u8::try_from(u32::from(c).wrapping_sub(MAPPED)) {
            Ok(byte) if c >= FIRST_MAPPED => bytes.push(byte),
            _ => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes
}

/// All of `bytes` as text.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut joiner = Joiner::default();
    joiner.push(bytes, &mut text);
    joiner.finish(&mut text);
    text
}

fn map(bytes: &[u8], into: &mut String) {
    into.extend(bytes.iter().filter_map(|&b| char::from_u32(MAPPED + u32::from(b))));
}

fn copy(valid: &str, into: &mut String) {
    if !valid.as_bytes().contains(&LEAD_OF_LAST_PLANE) {
        return into.push_str(valid);
    }
    for c in valid.chars() {
        if c >= FIRST_MAPPED {
            map(c.encode_utf8(&mut [0; 4]).as_bytes(), into);
        } else {
            into.push(c);
        }
    }
}

/// Encodes a stream whose packets end anywhere, also inside a character: at most three bytes wait for the
/// rest of theirs.
#[derive(Debug, Default)]
pub struct Joiner {
    held: Vec<u8>,
}

impl Joiner {
    /// Appends to `into` what is certain once `bytes` have come.
    pub fn push(&mut self, bytes: &[u8], into: &mut String) {
        let mut chunks = self.complete(bytes, into).utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            copy(chunk.valid(), into);
            if chunks.peek().is_none() && is_incomplete(&chunk) {
                self.held.extend_from_slice(chunk.invalid());
            } else {
                map(chunk.invalid(), into);
            }
        }
    }

    /// Appends what still waits, mapped byte by byte: its rest will never come.
    pub fn finish(&mut self, into: &mut String) {
        map(&self.held, into);
        self.held.clear();
    }

    /// Settles the character that waits, and returns the bytes that it did not need.
    fn complete<'a>(&mut self, bytes: &'a [u8], into: &mut String) -> &'a [u8] {
        let mut rest = bytes;
        while let (false, Some((&byte, after))) = (self.held.is_empty(), rest.split_first()) {
            let waiting = self.held.len();
            self.held.push(byte);
            match std::str::from_utf8(&self.held) {
                Ok(valid) => copy(valid, into),
                Err(error) if error.error_len().is_none() => {
                    rest = after;
                    continue;
                }
                Err(_) => {
                    // What waited was a good beginning, so it is this byte that does not belong to it.
                    self.held.truncate(waiting);
                    self.finish(into);
                    return rest;
                }
            }
            self.held.clear();
            rest = after;
        }
        rest
    }
}

/// Whether the end of a packet is the beginning of a character.
fn is_incomplete(chunk: &Utf8Chunk<'_>) -> bool {
    std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_stays_text_and_bytes_are_mapped() {
        assert_eq!(encode("居庸关 ok".as_bytes()), "居庸关 ok");
        assert_eq!(encode(b"a\xffb"), "a\u{10ffff}b");
        assert_eq!(encode("\u{10ff80}".as_bytes()), "\u{10fff4}\u{10ff8f}\u{10ffbe}\u{10ff80}");
        assert_eq!(encode("\u{10ff7f}".as_bytes()), "\u{10ff7f}");
    }

    #[test]
    fn a_character_split_over_packets_is_joined() {
        let (mut joiner, mut text) = (Joiner::default(), String::new());
        for byte in "关".bytes() {
            joiner.push(&[byte], &mut text);
        }
        assert_eq!(text, "关");
        joiner.push(b"\xe5\xb1", &mut text);
        assert_eq!(text, "关");
        joiner.push(b"x", &mut text);
        assert_eq!(text, "关\u{10ffe5}\u{10ffb1}x");
    }

    /// Bytes with every kind of trouble: valid, invalid, and the range that mapping uses itself.
    fn hostile() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            any::<char>().prop_map(|c| c.to_string().into_bytes()),
            (0x10_ff00u32..=0x10_ffff)
                .prop_map(|c| char::from_u32(c).unwrap_or('x').to_string().into_bytes()),
            proptest::collection::vec(any::<u8>(), 1..4),
        ];
        proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_split_come_back(bytes in hostile(), cuts in proptest::collection::vec(0usize..160, 0..12)) {
            let mut cuts: Vec<_> = cuts.into_iter().map(|c| c.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let (mut joiner, mut text) = (Joiner::default(), String::new());
            for pair in cuts.windows(2) {
                joiner.push(&bytes[pair[0]..pair[1]], &mut text);
                prop_assert!(joiner.held.len() <= 3);
            }
            joiner.finish(&mut text);
            prop_assert_eq!(decode(&text), bytes.clone());
            prop_assert_eq!(text, encode(&bytes), "a split changes nothing");
        }
    }
}

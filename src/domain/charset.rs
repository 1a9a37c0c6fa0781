//! The character set that an asset speaks, where it is not UTF-8.

use std::borrow::Cow;

use encoding_rs::{CoderResult, Decoder, Encoding};

/// A set in which ASCII is ASCII, so that what steers a terminal is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charset(&'static Encoding);

impl Charset {
    /// By one of its names, as browsers know them: `gbk`, `gb18030`, `big5`, `shift_jis`.
    pub fn parse(name: &str) -> Option<Self> {
        let encoding = Encoding::for_label(name.as_bytes())?;
        encoding.is_ascii_compatible().then_some(Self(encoding))
    }

    pub fn name(self) -> &'static str {
        self.0.name()
    }
}

/// Bytes of an asset as UTF-8, over packet ends; without a set they stay as they are.
pub struct Letters(Option<Decoder>);

impl Letters {
    pub fn of(charset: Option<Charset>) -> Self {
        Self(charset.map(|Charset(encoding)| encoding.new_decoder_without_bom_handling()))
    }

    pub fn read<'b>(&mut self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        let Some(decoder) = &mut self.0 else { return Cow::Borrowed(bytes) };
        let mut text = String::new();
        let mut rest = bytes;
        loop {
            text.reserve(decoder.max_utf8_buffer_length(rest.len()).unwrap_or(4 * rest.len() + 16));
            let (result, read, _) = decoder.decode_to_string(rest, &mut text, false);
            rest = rest.get(read..).unwrap_or_default();
            if result == CoderResult::InputEmpty {
                return Cow::Owned(text.into_bytes());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// trial 17
    #[test]
    fn gbk_is_read_also_where_a_packet_ends_in_a_character() {
        let bytes = b"\x1b[1m\xd6\xd0\xce\xc4\x1b[0m \xff ok\r\n";
        let whole = Letters::of(Charset::parse("GBK")).read(bytes).into_owned();
        assert_eq!(String::from_utf8(whole.clone()).unwrap(), "\x1b[1m中文\x1b[0m \u{fffd} ok\r\n");
        let mut letters = Letters::of(Charset::parse("gbk"));
        let split: Vec<u8> = bytes.iter().flat_map(|byte| letters.read(&[*byte]).into_owned()).collect();
        assert_eq!(split, whole);
        assert_eq!(&*Letters::of(None).read(bytes), bytes);
    }

    #[test]
    fn a_set_that_hides_controls_is_none() {
        for name in ["gb18030", "big5", "euc-kr", "shift_jis", "latin1", "utf-8"] {
            assert!(Charset::parse(name).is_some(), "{name}");
        }
        for name in ["", "klingon", "utf-16", "utf-16le", "iso-2022-jp", "replacement"] {
            assert!(Charset::parse(name).is_none(), "{name}");
        }
    }
}

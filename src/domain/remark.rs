//! What a person states for the record: a reason, the number of an order, a ticket.

use std::ops::Deref;
use std::str::FromStr;

use super::plain::is_plain;

/// Something that can be read, and not too long: without space around it, at least one visible character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark(String);

/// A text that states nothing, or too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it has at least one visible character, and at most {} characters", Remark::LONGEST)]
pub struct InvalidRemark;

impl Remark {
    /// In characters.
    pub const LONGEST: usize = 500;
}

impl FromStr for Remark {
    type Err = InvalidRemark;

    fn from_str(text: &str) -> Result<Self, InvalidRemark> {
        let text = text.trim();
        let is_seen = |c: char| is_plain(c) && !c.is_whitespace() && c != '\u{2800}'; // a blank of Braille
        match text.chars().any(is_seen) && text.chars().count() <= Self::LONGEST {
            true => Ok(Self(text.to_owned())),
            false => Err(InvalidRemark),
        }
    }
}

impl Deref for Remark {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// emergency 2: blanks were taken for a reason.
    #[test]
    fn what_nobody_can_read_states_nothing() {
        for text in ["", " ", "\u{3000}", "\t\n", "\u{200b}", "\u{feff}\u{3164}", "\u{2800}", "\u{1b}"] {
            assert_eq!(text.parse::<Remark>(), Err(InvalidRemark), "{text:?}");
        }
        assert_eq!("重".repeat(501).parse::<Remark>(), Err(InvalidRemark));
        assert!("重".repeat(500).parse::<Remark>().is_ok());
        assert_eq!("\u{3000}重保 ".parse::<Remark>().as_deref(), Ok("重保"));
    }
}

//! What somebody sent, in no more room than it deserves: a row has its beginning, its length and its digest.

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};

use crate::domain::Digest;

/// Most bytes of one text in a row of the journal, or of the session's tables.
pub const ROW_TEXT: usize = 8 * 1024;

/// Most entries of one list that grows with what somebody sent.
const ROW_LIST: usize = 256;

/// What is kept of a text that is too long is this much of the limit: the note behind it needs its room.
const NOTE: usize = 128;

/// The text, or its beginning with its length and digest, in `limit` bytes at most. What was cut can never be
/// taken for what was sent: no name has brackets.
pub fn brief(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit {
        return Cow::Borrowed(text);
    }
    let digest = Digest(Sha256::digest(text.as_bytes()).into());
    let end = text.floor_char_boundary(limit.saturating_sub(NOTE));
    let beginning = text.get(..end).unwrap_or_default();
    Cow::Owned(format!("{beginning}… ({} bytes, SHA-256 {digest})", text.len()))
}

/// The text as a row may have it.
pub fn for_row(text: String) -> String {
    if text.len() <= ROW_TEXT { text } else { brief(&text, ROW_TEXT).into_owned() }
}

/// The list, or its beginning and how many entries more there are.
pub fn brief_list(mut list: Vec<String>) -> Vec<String> {
    let more = list.len().saturating_sub(ROW_LIST);
    if more > 0 {
        list.truncate(ROW_LIST);
        list.push(format!("… ({more} more)"));
    }
    list.into_iter().map(|text| brief(&text, NOTE * 2).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays_and_what_does_not_says_how_long_it_was() {
        assert_eq!(brief("short", 256), "short");
        let exact = "x".repeat(256);
        assert_eq!(brief(&exact, 256), exact);
        let long = "密".repeat(100_000);
        let text = brief(&long, 256);
        assert!(text.len() <= 256 + NOTE / 2 && text.starts_with("密密"), "{text}");
        assert!(text.contains("300000 bytes, SHA-256 "), "{text}");
        assert_ne!(brief(&long, 256), brief(&format!("{long}x"), 256));
    }

    #[test]
    fn a_list_says_how_many_more_there_were() {
        let list = brief_list((0..1000).map(|n| n.to_string()).collect());
        assert_eq!((list.len(), list.last().map(String::as_str)), (ROW_LIST + 1, Some("… (744 more)")));
        assert_eq!(brief_list(vec!["ls".into()]), ["ls"]);
    }
}

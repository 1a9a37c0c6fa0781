//! What a typed line may hold.

/// Longest line in bytes.
pub const MAX_LINE: usize = 4096;

/// Whether a character may stand in a line at all: it is seen as what it is. Controls move a cursor or end a
/// line, the others change how their neighbours look or are not seen.
pub fn is_typeable(c: char) -> bool {
    let unseen = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    !c.is_control() && !unseen && (c == ' ' || !c.is_whitespace())
}

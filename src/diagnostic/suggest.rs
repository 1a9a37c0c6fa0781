//! What a mistyped word was probably meant to be.

use crate::domain::{Language, text};

/// The ASCII character that one from an input method or a text processor stands for.
pub(crate) fn plain(c: char) -> Option<char> {
    Some(match c {
        // 〜 and ～ are typed between hours.
        '～' | '〜' | '–' | '—' | '−' | '‐' | '‑' => '-',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0)?,
        '“' | '”' | '„' | '「' | '」' | '『' | '』' => '"',
        '‘' | '’' => '\'',
        '【' | '〔' => '[',
        '】' | '〕' => ']',
        '、' => ',',
        '。' => '.',
        '\u{3000}' | '\u{a0}' => ' ',
        _ => return None,
    })
}

/// A text as it should have been typed, if it has such characters.
pub(crate) fn half_width(text: &str) -> Option<String> {
    let typed: String = text.chars().map(|c| plain(c).unwrap_or(c)).collect();
    (typed != text).then_some(typed)
}

/// The known word nearest to the typed one, if it is near enough to be meant. Case does not count.
pub(crate) fn closest<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = typed.chars().take(65).count();
    if length > 64 {
        return None;
    }
    let typed = typed.to_lowercase();
    let near = known.map(|name| (strsim::levenshtein(&typed, &name.to_lowercase()), name)).min()?;
    (near.0 <= (length / 2).min(3)).then_some(near.1)
}

/// " Did you mean …?" where a known word is near, to stand behind what is said of the typed one.
pub(crate) fn meant<'a>(language: Language, typed: &str, known: impl Iterator<Item = &'a str>) -> String {
    closest(typed, known).map(|near| text!(language, "audit.meant", name = near)).unwrap_or_default()
}

/// The same in brackets, to stand behind the name.
pub(crate) fn near<'a>(language: Language, typed: &str, known: impl Iterator<Item = &'a str>) -> String {
    closest(typed, known).map(|near| text!(language, "hint.near", name = near)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_meant_if_it_is_near() {
        assert_eq!(closest("@dbs", ["@dba", "@network"].into_iter()), Some("@dba"));
        assert_eq!(closest("NAME", ["name", "vendor"].into_iter()), Some("name"));
        assert_eq!(closest("zzz", ["@dba", "@network"].into_iter()), None);
        assert_eq!(closest("b", ["a"].into_iter()), None);
        assert_eq!(closest("", ["dba"].into_iter()), None);
        assert_eq!(closest("abcd", ["xabcdx"].into_iter()), Some("xabcdx"));
        assert_eq!(closest("abcd", ["xxabcdx"].into_iter()), None);
        assert_eq!(closest("数据库", ["数据表"].into_iter()), Some("数据表"));
    }

    #[test]
    fn what_an_input_method_typed_is_understood() {
        for (typed, meant) in [
            ("＠dba", "@dba"),
            ("Sat，Sun 08：30～18：00", "Sat,Sun 08:30-18:00"),
            ("２０２６－０４", "2026-04"),
        ] {
            assert_eq!(half_width(typed).as_deref(), Some(meant));
        }
        assert_eq!(half_width("王芳 @dba"), None);
    }
}

//! What a mistyped word was probably meant to be.

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
    let near = known.map(|name| (distance(&typed, &name.to_lowercase()), name)).min()?;
    (near.0 <= (length / 2).min(3)).then_some(near.1)
}

/// Levenshtein's distance, one row at a time.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (1..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let (mut corner, mut left) = (i, i + 1);
        for (y, cell) in b.chars().zip(row.iter_mut()) {
            let best = (*cell + 1).min(left + 1).min(corner + usize::from(x != y));
            corner = std::mem::replace(cell, best);
            left = best;
        }
    }
    row.last().copied().unwrap_or_else(|| a.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_edits() {
        for (a, b, edits) in
            [("", "", 0), ("dba", "", 3), ("", "dba", 3), ("dbs", "dba", 1), ("abc", "xabcx", 2)]
        {
            assert_eq!(distance(a, b), edits, "{a} {b}");
        }
        assert_eq!(closest("@dbs", ["@dba", "@network"].into_iter()), Some("@dba"));
        assert_eq!(closest("NAME", ["name", "vendor"].into_iter()), Some("name"));
        assert_eq!(closest("zzz", ["@dba", "@network"].into_iter()), None);
        assert_eq!(closest("b", ["a"].into_iter()), None);
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

//! What a mistyped word was probably meant to be.

/// The known word nearest to the typed one, if it is near enough to be meant. Case does not count.
pub(super) fn closest<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
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
}

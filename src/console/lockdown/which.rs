//! Ids as people type them: in full, or as much as tells one from the others.

use std::collections::BTreeSet;

/// The id that `text` is, or the only one that it begins; `None` where there is none. The error are those that it
/// could be.
pub(super) fn whole<'i>(
    text: &str,
    ids: impl Iterator<Item = &'i str>,
) -> Result<Option<&'i str>, BTreeSet<&'i str>> {
    let begun: BTreeSet<&str> = ids.filter(|id| !text.is_empty() && id.starts_with(text)).collect();
    if begun.len() > 1 && !begun.contains(text) {
        return Err(begun);
    }
    Ok(begun.first().copied()) // the shortest, and so the one that is all of the text, comes first
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn as_much_of_an_id_as_tells_it_from_the_others() {
        let find = |text| whole(text, ["L1a", "L1b", "L2", "L2c"].into_iter());
        assert_eq!(
            (find("L1a"), find("L2"), find("L2c")),
            (Ok(Some("L1a")), Ok(Some("L2")), Ok(Some("L2c")))
        );
        assert_eq!((find(""), find("L3"), find("L1ab")), (Ok(None), Ok(None), Ok(None)));
        assert_eq!(find("L1").map_err(|several| several.len()), Err(2));
    }
}

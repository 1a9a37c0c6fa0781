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

/// The same of orders, each with its number on paper, which will do as well.
pub(super) fn numbered<'i, I>(
    text: &str,
    orders: impl Fn() -> I,
) -> Result<Option<&'i str>, BTreeSet<&'i str>>
where
    I: Iterator<Item = (&'i str, Option<&'i str>)>,
{
    if let Some(id) = whole(text, orders().map(|(id, _)| id))? {
        return Ok(Some(id));
    }
    let found: BTreeSet<_> = orders().filter(|(_, number)| *number == Some(text)).map(|(id, _)| id).collect();
    if found.len() > 1 { Err(found) } else { Ok(found.first().copied()) }
}

#[cfg(test)]
mod tests {
    use super::{numbered, whole};

    /// people 4: an order is known by its number, too, as long as it has it alone.
    #[test]
    fn an_order_is_found_by_its_number() {
        let orders =
            || [("L1", Some("N-1")), ("L2", Some("N-2")), ("L3", Some("N-2")), ("L4", None)].into_iter();
        assert_eq!((numbered("N-1", orders), numbered("L4", orders)), (Ok(Some("L1")), Ok(Some("L4"))));
        assert_eq!((numbered("N", orders), numbered("N-3", orders)), (Ok(None), Ok(None)));
        assert_eq!(numbered("N-2", orders).map_err(|several| several.len()), Err(2));
    }

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

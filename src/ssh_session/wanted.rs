//! What a line at the menu, or at the choice of a login, means.

/// What somebody typed at the menu.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted<'a> {
    Leave,
    Help,
    /// A number that stands on the screen.
    Number(usize),
    NoSuchNumber(&'a str),
    /// Nothing to search for is everything.
    Search(&'a str),
}

impl<'a> Wanted<'a> {
    /// `shown` is how many the list on the screen has.
    pub(super) fn parse(line: &'a str, shown: usize) -> Self {
        match (line, line.strip_prefix('/')) {
            ("q" | "Q" | "quit" | "exit", _) => Self::Leave,
            ("?" | "h" | "help", _) => Self::Help,
            (_, Some(text)) => Self::Search(text.trim()),
            _ if !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()) => {
                let number = line.parse().ok().filter(|number| (1..=shown).contains(number));
                number.map_or(Self::NoSuchNumber(line), Self::Number)
            }
            _ => Self::Search(line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Wanted;

    #[test]
    fn what_is_typed_at_the_menu_means_one_thing() {
        for (line, wanted) in [
            ("q", Wanted::Leave),
            ("exit", Wanted::Leave),
            ("?", Wanted::Help),
            ("h", Wanted::Help),
            ("1", Wanted::Number(1)),
            ("012", Wanted::Number(12)),
            ("0", Wanted::NoSuchNumber("0")),
            ("13", Wanted::NoSuchNumber("13")),
            ("99999999999999999999999", Wanted::NoSuchNumber("99999999999999999999999")),
            ("/13", Wanted::Search("13")),
            ("/ h", Wanted::Search("h")),
            ("/", Wanted::Search("")),
            ("", Wanted::Search("")),
            ("-1", Wanted::Search("-1")),
            ("db 1", Wanted::Search("db 1")),
        ] {
            assert_eq!(Wanted::parse(line, 12), wanted, "{line}");
        }
    }
}

//! Whether a word is what a pattern means: yes, no, or it depends on what is there when it runs.
//!
//! In a pattern `*` stands for anything without `/`, `**` for anything, `?` for one character.

use std::borrow::Cow;

use super::word::{Piece, Word};

/// Ordered: all of several conditions is the least of them, one of several the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    No,
    Maybe,
    Yes,
}

impl From<bool> for Fit {
    fn from(fits: bool) -> Self {
        if fits { Self::Yes } else { Self::No }
    }
}

/// A sign of a pattern or of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Char(char),
    /// One character, no `/`.
    One,
    /// Any number of them, no `/`.
    Segment,
    /// Any text.
    Any,
}

/// Signs of a word beyond which a comparison with expansions in it is not made.
const LONGEST: usize = 1024;

/// Compares. A path is compared as what it leads to: `/u01/./x/` is `/u01/x`. `dir` is where relative names
/// begin, as far as the line tells.
pub(super) fn fits(pattern: &str, word: &Word, dir: Option<&str>) -> Fit {
    compare(pattern, word, dir, false)
}

/// The same for what is about to be destroyed: of what is not known it is thought, too, that it may climb out of the
/// directory it stands in.
pub(super) fn fits_climbing(pattern: &str, word: &Word, dir: Option<&str>) -> Fit {
    compare(pattern, word, dir, true)
}

fn compare(pattern: &str, word: &Word, dir: Option<&str>, climbs: bool) -> Fit {
    match settled(word) {
        Some(text) => {
            let leads = text.contains('/') || dir.is_some();
            Fit::from(matches(pattern, &text) || leads && matches(pattern, &lead(&text, dir)))
        }
        None => fits_expanding(pattern, word, dir, climbs),
    }
}

/// The text of a word in which nothing is left open; somebody's home is one place.
fn settled(word: &Word) -> Option<Cow<'_, str>> {
    match word.pieces() {
        [Piece::Tilde(_), Piece::Text(_)] => word.written().map(Cow::Owned),
        _ => word.literal().map(Cow::Borrowed),
    }
}

/// Most patterns are no more than a text, or begin with one that the word does not: those cost nothing.
fn matches(pattern: &str, text: &str) -> bool {
    let wild = |part: &str| part.contains(['*', '?']);
    if let Some(end) = pattern.strip_prefix("**").filter(|end| !wild(end)) {
        return text.ends_with(end);
    }
    if let Some(beginning) = pattern.strip_suffix("**").filter(|beginning| !wild(beginning)) {
        return text.starts_with(beginning);
    }
    match pattern.split_once(['*', '?']) {
        None => pattern == text,
        Some((before, _)) => {
            text.starts_with(before)
                && pattern.split(['*', '?']).all(|part| text.contains(part))
                && covers(&signs_of(pattern), &characters(text))
        }
    }
}

fn fits_expanding(pattern: &str, word: &Word, dir: Option<&str>, climbs: bool) -> Fit {
    let mut signs = Vec::new();
    if let (Some(dir), false) = (dir, matches!(word.head().chars().next(), Some('/' | '~'))) {
        signs.extend(characters(dir.trim_end_matches('/')));
        signs.push(Sign::Char('/'));
    }
    for piece in word.pieces() {
        match piece {
            // A way up behind something that is not known leads anywhere.
            Piece::Text(text) if text.contains("..") => signs.push(Sign::Any),
            Piece::Text(text) | Piece::Tilde(text) => signs.extend(characters(text)),
            Piece::Glob(text) => signs.push(match text.as_str() {
                "*" => Sign::Segment,
                "**" => Sign::Any,
                _ => Sign::One,
            }),
            Piece::Unknown | Piece::Split => signs.push(Sign::Any),
        }
    }
    signs.dedup_by(|next, before| *next == Sign::Char('/') && *before == Sign::Char('/'));
    let pattern = signs_of(pattern);
    if signs.len() > LONGEST {
        Fit::Maybe
    } else if covers(&pattern, &signs) {
        Fit::Yes
    } else if word.splits() || meet(&pattern, &signs) || climbs && may_climb(word, &pattern, &signs) {
        Fit::Maybe
    } else {
        Fit::No
    }
}

/// What is not known may hold ways up: `/tmp/$x` leads to `/etc` where that is `../etc`.
fn may_climb(word: &Word, pattern: &[Sign], signs: &[Sign]) -> bool {
    let root = signs.iter().position(|sign| *sign == Sign::Char('/'));
    let Some(root) = root.filter(|_| word.pieces().contains(&Piece::Unknown)) else { return false };
    let anywhere: Vec<_> = signs.iter().take(root + 1).copied().chain([Sign::Any]).collect();
    meet(pattern, &anywhere)
}

fn characters(text: &str) -> Vec<Sign> {
    text.chars().map(Sign::Char).collect()
}

fn signs_of(pattern: &str) -> Vec<Sign> {
    let mut signs = Vec::new();
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        signs.push(match character {
            '*' if characters.next_if_eq(&'*').is_some() => Sign::Any,
            '*' => Sign::Segment,
            '?' => Sign::One,
            other => Sign::Char(other),
        });
    }
    signs
}

/// Whether the pattern's sign stands for this one of the word, whatever that becomes.
fn stands_for(pattern: Sign, word: Sign) -> bool {
    match (pattern, word) {
        (Sign::Any, _) => true,
        (Sign::Segment, sign) => !matches!(sign, Sign::Char('/') | Sign::Any),
        (Sign::One, sign) => matches!(sign, Sign::Char(character) if character != '/') || sign == Sign::One,
        (Sign::Char(one), sign) => sign == Sign::Char(one),
    }
}

/// Whether every text that the word may become is one of the pattern's: all places of the pattern at which the
/// word so far may be, one sign of the word after another.
fn covers(pattern: &[Sign], word: &[Sign]) -> bool {
    let mut places = vec![false; pattern.len() + 1];
    if let Some(first) = places.first_mut() {
        *first = true;
    }
    pass_stars(pattern, &mut places);
    for sign in word {
        let mut next = vec![false; places.len()];
        for (at, (here, wanted)) in places.iter().zip(pattern).enumerate() {
            if *here && stands_for(*wanted, *sign) {
                let to = if is_star(*wanted) { at } else { at + 1 };
                next.get_mut(to).into_iter().for_each(|place| *place = true);
            }
        }
        if !next.contains(&true) {
            return false;
        }
        places = next;
        pass_stars(pattern, &mut places);
    }
    places.last().copied().unwrap_or(false)
}

/// A star may stand for nothing.
fn pass_stars(pattern: &[Sign], places: &mut [bool]) {
    let mut passed = false;
    for (place, sign) in places.iter_mut().zip(pattern.iter().map(Some).chain([None])) {
        *place |= passed;
        passed = *place && sign.is_some_and(|sign| is_star(*sign));
    }
}

/// Whether some text is both the word's and the pattern's.
fn meet(pattern: &[Sign], word: &[Sign]) -> bool {
    // ends[j]: whether the pattern from the row on meets the word from j on.
    let mut below: Vec<bool> =
        (0..=word.len()).map(|at| word.iter().skip(at).all(|sign| is_star(*sign))).collect();
    for sign in pattern.iter().rev() {
        let mut row = vec![false; word.len() + 1];
        for at in (0..=word.len()).rev() {
            let reached = |row: &[bool], at: usize| row.get(at).copied().unwrap_or(false);
            let here = word.get(at).copied();
            let meets = match (*sign, here) {
                (Sign::Any | Sign::Segment, here) => {
                    reached(&below, at)
                        || here.is_some_and(|here| may_be(*sign, here)) && reached(&row, at + 1)
                }
                (_, None) => false,
                (_, Some(Sign::Any | Sign::Segment)) => {
                    reached(&row, at + 1) || may_be(*sign, here.unwrap_or(Sign::Any)) && reached(&below, at)
                }
                (_, Some(here)) => may_be(*sign, here) && reached(&below, at + 1),
            };
            if let Some(cell) = row.get_mut(at) {
                *cell = meets;
            }
        }
        below = row;
    }
    below.first().copied().unwrap_or(false)
}

fn is_star(sign: Sign) -> bool {
    matches!(sign, Sign::Any | Sign::Segment)
}

/// Whether the two have a character in common.
fn may_be(one: Sign, other: Sign) -> bool {
    match (one, other) {
        (Sign::Char(one), Sign::Char(other)) => one == other,
        (Sign::Char('/'), sign) | (sign, Sign::Char('/')) => sign == Sign::Any,
        _ => true,
    }
}

/// The path that a text leads to, by its letters alone.
fn lead<'t>(text: &'t str, dir: Option<&str>) -> Cow<'t, str> {
    let whole = match dir {
        Some(dir) if !text.starts_with(['/', '~']) => Cow::Owned(format!("{dir}/{text}")),
        _ => Cow::Borrowed(text),
    };
    let straight =
        !(whole.contains("//") || whole.contains("/.") || whole.starts_with('.') || whole.ends_with('/'));
    if straight {
        return whole;
    }
    let rooted = whole.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." if rooted || parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    Cow::Owned(format!("{}{}", if rooted { "/" } else { "" }, parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Word {
        let mut word = Word::default();
        for character in text.chars() {
            word.push(match character {
                '$' => Piece::Unknown,
                '@' => Piece::Split,
                '*' | '?' => Piece::Glob(character.to_string()),
                other => Piece::Text(other.to_string()),
            });
        }
        word
    }

    fn fit(pattern: &str, text: &str) -> Fit {
        fits(pattern, &word(text), None)
    }

    #[test]
    fn texts_fit_or_not() {
        let yes = [
            ("stop", "stop"),
            ("/u01/**", "/u01/a/b"),
            ("/u01/*", "/u01/a"),
            ("/dev/sd?", "/dev/sda"),
            ("of=/dev/*", "of=/dev/sda"),
            ("**/x/**/y", "/a/x/b/x/c/y"),
            ("*.log", "a.log"),
            ("*a*b", "aab"),
        ];
        for (pattern, text) in yes {
            assert_eq!(fit(pattern, text), Fit::Yes, "{pattern} {text}");
        }
        for (pattern, text) in [
            ("?*", ""),
            ("?**x", "x"),
            ("stop", "stopped"),
            ("/u01/*", "/u01/a/b"),
            ("/u01/**", "/u02/a"),
            ("a?", "a"),
        ] {
            assert_eq!(fit(pattern, text), Fit::No, "{pattern} {text}");
        }
    }

    #[test]
    fn a_path_is_what_it_leads_to() {
        for text in ["/u01/", "//u01", "/tmp/../u01", "/./u01/.", "/../u01"] {
            assert_eq!(fit("/u01", text), Fit::Yes, "{text}");
        }
        assert_eq!(fits("/u01", &word("u01"), Some("/")), Fit::Yes);
        assert_eq!(fits("/u01", &word("../u01"), Some("/tmp")), Fit::Yes);
        assert_eq!(fits("/u01", &word("u01"), None), Fit::No);
        assert_eq!(fits("/*", &word("*"), Some("/")), Fit::Yes);
    }

    #[test]
    fn what_expands_fits_perhaps() {
        for (pattern, text) in [
            ("/u01", "$"),
            ("/u01", "/u0?"),
            ("/u01", "/*"),
            ("/u01/x", "/u01/$"),
            ("a/b", "a$"),
            ("/u01", "/a/../$"),
            ("stop", "x@"),
            ("/u01/*.x", "/u01/@.x"),
        ] {
            assert_eq!(fit(pattern, text), Fit::Maybe, "{pattern} {text}");
        }
        for (pattern, text) in
            [("/u01/**", "/u01/$"), ("/u01/*", "/u01/*"), ("/**", "/*"), ("**", "$"), ("/u01/**", "/u01/@.x")]
        {
            assert_eq!(fit(pattern, text), Fit::Yes, "{pattern} {text}");
        }
        for (pattern, text) in [("/u01", "/tmp/$"), ("stop", "$ed"), ("/u01", "/u01/*"), ("a", "??")] {
            assert_eq!(fit(pattern, text), Fit::No, "{pattern} {text}");
        }
    }

    #[test]
    fn what_expands_may_climb() {
        let fit = |pattern, text| fits_climbing(pattern, &word(text), None);
        for (pattern, text) in [("/u01", "/tmp/$"), ("/u01", "/tmp/a$b"), ("of=/dev/sd?", "of=/tmp/$")] {
            assert_eq!(fit(pattern, text), Fit::Maybe, "{pattern} {text}");
        }
        for (pattern, text) in [("/u01", "/tmp/*"), ("/u01", "tmp/$"), ("stop", "/$")] {
            assert_eq!(fit(pattern, text), Fit::No, "{pattern} {text}");
        }
        assert_eq!(fit("/u01/**", "/u01/$"), Fit::Yes);
    }
}

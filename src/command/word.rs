//! A word of a command after the shell has taken its quotes off, as far as reading tells.

use std::ops::Range;

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// What stands there.
    Text(String),
    /// `*`, `**`, `?` or `[…]` without quotes: becomes names of files that are there.
    Glob(String),
    /// `~` or `~name`: somebody's home.
    Tilde(String),
    /// What an expansion in quotes gives, known when it runs: a part of this word.
    Unknown,
    /// What one outside quotes gives, which a shell splits: more words than one, or none.
    Split,
}

/// One word. Neighbouring texts are one piece.
#[derive(Debug, Clone, Default, Eq)]
pub(super) struct Word {
    pieces: Vec<Piece>,
    place: Option<Range<usize>>,
    text_at: Option<usize>,
}

/// Where it stands makes it no other word.
impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        self.pieces == other.pieces
    }
}

impl Word {
    pub(super) fn text(text: impl Into<String>) -> Self {
        let mut word = Self::default();
        word.push(Piece::Text(text.into()));
        word
    }

    /// Any words.
    pub(super) fn unknown() -> Self {
        Self { pieces: vec![Piece::Split], ..Self::default() }
    }

    /// The same, which stands here in the line that is read.
    pub(super) fn at(mut self, place: Option<Range<usize>>) -> Self {
        self.place = place;
        self
    }

    /// The same, which was written so, and stands there in the line.
    pub(super) fn written_at(self, source: &str, place: Option<Range<usize>>) -> Self {
        let text = self.literal().unwrap_or_default();
        let quoted =
            |quote| source.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) == Some(text);
        let before = match () {
            () if source == text => Some(0),
            () if quoted('\'') || quoted('"') => Some(1),
            () => None,
        };
        let text_at = before.zip(place.as_ref()).map(|(before, place)| place.start + before);
        Self { text_at, ..self.at(place) }
    }

    /// Where its text stands in the line to the letter, if it does.
    pub(super) fn text_at(&self) -> Option<usize> {
        self.text_at
    }

    /// Where it stands in the line; `None` where it stands there only in part, or put together.
    pub(super) fn place(&self) -> Option<Range<usize>> {
        self.place.clone()
    }

    /// The same in small letters.
    pub(super) fn lowered(&self) -> Self {
        let lower = |piece: &Piece| match piece {
            Piece::Text(text) => Piece::Text(text.to_lowercase()),
            Piece::Glob(text) => Piece::Glob(text.to_lowercase()),
            other => other.clone(),
        };
        Self { pieces: self.pieces.iter().map(lower).collect(), ..self.clone() }
    }

    /// The same where nothing is split: in an assignment, behind a redirection.
    pub(super) fn whole(mut self) -> Self {
        for piece in self.pieces.iter_mut().filter(|piece| **piece == Piece::Split) {
            *piece = Piece::Unknown;
        }
        self
    }

    /// Whether it may become more words than one, of which only the first begins as this does.
    pub(super) fn splits(&self) -> bool {
        self.pieces.contains(&Piece::Split)
    }

    pub(super) fn push(&mut self, piece: Piece) {
        let empty = self.pieces.is_empty();
        match (self.pieces.last_mut(), piece) {
            (_, Piece::Text(text)) if text.is_empty() && !empty => {}
            (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
            (Some(Piece::Unknown), Piece::Unknown) | (Some(Piece::Split), Piece::Split) => {}
            (_, piece) => self.pieces.push(piece),
        }
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// What the word is, where nothing in it is left to the moment it runs.
    pub(super) fn literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// What it begins with for certain.
    pub(super) fn head(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Text(text) | Piece::Tilde(text)) => text,
            _ => "",
        }
    }

    /// Whether the shell makes something of it other than names of files.
    pub(super) fn expands(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Unknown | Piece::Split | Piece::Tilde(_)))
    }

    /// Whether it can be told that this is no option: `None` where it cannot.
    pub(super) fn is_option(&self) -> Option<bool> {
        match self.pieces.first() {
            None => Some(false),
            Some(Piece::Text(text)) if text.is_empty() => None,
            Some(Piece::Text(text)) => Some(text.starts_with('-')),
            Some(Piece::Tilde(_)) => Some(false),
            Some(Piece::Glob(_) | Piece::Unknown | Piece::Split) => None,
        }
    }

    /// Whether it can come out as this one word, or as several with this among them.
    pub(super) fn may_be(&self, text: &str) -> bool {
        if self.splits() {
            return true;
        }
        let rests = self.pieces.iter().fold(vec![text], |rests, piece| match piece {
            Piece::Text(part) | Piece::Tilde(part) => {
                rests.into_iter().filter_map(|rest| rest.strip_prefix(part.as_str())).collect()
            }
            Piece::Glob(_) | Piece::Unknown | Piece::Split => {
                let longest = rests.into_iter().max_by_key(|rest| rest.len()).into_iter();
                longest.flat_map(|rest| (0..=rest.len()).filter_map(|at| rest.get(at..))).collect()
            }
        });
        rests.contains(&"")
    }

    /// The rest of the word behind this beginning, where it has it.
    pub(super) fn after(&self, beginning: &str) -> Option<Self> {
        let (first, rest) = self.pieces.split_first()?;
        let Piece::Text(text) = first else { return None };
        let mut word = Self::text(text.strip_prefix(beginning)?);
        rest.iter().for_each(|piece| word.push(piece.clone()));
        Some(word)
    }

    /// The word with what is not known at each place where this mark stands, as `find` and `xargs` put it in.
    pub(super) fn with_unknown_for(&self, mark: &str) -> Self {
        let mut word = Self::default().at(self.place());
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) if !mark.is_empty() => {
                    for (index, part) in text.split(mark).enumerate() {
                        if index > 0 {
                            word.push(Piece::Unknown);
                        }
                        word.push(Piece::Text(part.to_owned()));
                    }
                }
                other => word.push(other.clone()),
            }
        }
        word
    }

    /// For people, and for a command that is handed on as text; `None` where the text is not known.
    pub(super) fn written(&self) -> Option<String> {
        let part = |piece: &Piece| match piece {
            Piece::Text(text) | Piece::Glob(text) | Piece::Tilde(text) => Some(text.clone()),
            Piece::Unknown | Piece::Split => None,
        };
        self.pieces.iter().map(part).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(pieces: &[Piece]) -> Word {
        let mut word = Word::default();
        pieces.iter().for_each(|piece| word.push(piece.clone()));
        word
    }

    #[test]
    fn texts_side_by_side_are_one() {
        let word = word(&[Piece::Text("r".into()), Piece::Text(String::new()), Piece::Text("m".into())]);
        assert_eq!(word.literal(), Some("rm"));
        assert_eq!(Word::text("").literal(), Some(""));
    }

    #[test]
    fn what_expands_is_not_literal_and_may_be_an_option() {
        let tail = word(&[Piece::Text("/u01/".into()), Piece::Unknown]);
        assert_eq!((tail.literal(), tail.head(), tail.is_option()), (None, "/u01/", Some(false)));
        assert_eq!(Word::unknown().is_option(), None);
        assert_eq!(word(&[Piece::Glob("*".into())]).is_option(), None);
        assert!(!word(&[Piece::Glob("*".into())]).expands());
    }

    #[test]
    fn what_a_word_may_come_out_as() {
        let glob = || Piece::Glob("*".into());
        let head = word(&[Piece::Text("-e".into()), glob()]);
        let tail = word(&[glob(), Piece::Text(".log".into())]);
        let both = word(&[glob(), Piece::Text("x".into()), Piece::Unknown]);
        assert_eq!([&head, &tail, &both].map(|word| word.may_be("-exec")), [true, false, true]);
        assert_eq!([&head, &tail, &both].map(|word| word.may_be("-ok")), [false, false, false]);
        assert_eq!(["-exec", "-exe"].map(|text| Word::text(text).may_be("-exec")), [true, false]);
        assert!(Word::default().may_be("") && Word::unknown().may_be("-exec"));
    }

    #[test]
    fn a_mark_becomes_what_is_not_known() {
        let put_in = Word::text("a{}b").with_unknown_for("{}");
        assert_eq!(put_in, word(&[Piece::Text("a".into()), Piece::Unknown, Piece::Text("b".into())]));
        assert_eq!(Word::text("--x=1").after("--x="), Some(Word::text("1")));
    }
}

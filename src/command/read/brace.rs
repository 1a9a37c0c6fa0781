//! `{a,b}` and `{1..3}`: one word becomes several.

use crate::command::word::{Piece, Word};

/// A part of a word whose braces are not looked at yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bit {
    Piece(Piece),
    Open,
    Comma,
    Close,
    /// `[` and `]` without quotes.
    OpenClass,
    CloseClass,
}

impl Bit {
    /// What it is where it opens or parts nothing.
    fn piece(self) -> Piece {
        match self {
            Self::Piece(piece) => piece,
            Self::Open => Piece::Text("{".into()),
            Self::Comma => Piece::Text(",".into()),
            Self::Close => Piece::Text("}".into()),
            Self::OpenClass => Piece::Text("[".into()),
            Self::CloseClass => Piece::Text("]".into()),
        }
    }
}

/// What a class with quotes or expansions in it stands for, and where it ends, is told by what they give.
pub(super) fn without_classes(mut bits: Vec<Bit>) -> Vec<Bit> {
    let open = bits.iter().position(|bit| *bit == Bit::OpenClass);
    let Some(open) = open.filter(|open| bits.iter().skip(*open).any(|bit| *bit == Bit::CloseClass)) else {
        return bits;
    };
    bits.truncate(open);
    bits.push(Bit::Piece(Piece::Split));
    bits
}

/// Words that one may become; of more it is not told what they are.
const MOST: usize = 64;

/// All words that these bits become.
pub(super) fn expand(bits: Vec<Bit>) -> Vec<Word> {
    match bits.iter().filter(|bit| **bit == Bit::Open).count() {
        0 => return vec![joined(bits)],
        more if more > MOST => return vec![Word::unknown()],
        _ => {}
    }
    let mut left = MOST;
    let Some(mut words) = alternatives(&bits, &mut left) else { return vec![Word::unknown()] };
    // What is empty and not quoted is no word: `{,rm} x` is `rm x`.
    words.retain(|word| !word.pieces().is_empty());
    words
}

pub(super) fn joined(bits: impl IntoIterator<Item = Bit>) -> Word {
    let mut word = Word::default();
    bits.into_iter().for_each(|bit| word.push(bit.piece()));
    word
}

/// `None`: more than can be told.
fn alternatives(bits: &[Bit], left: &mut usize) -> Option<Vec<Word>> {
    let Some((before, inside, after)) = first_group(bits) else {
        return Some(vec![joined(bits.iter().cloned())]);
    };
    let heads = joined(before.iter().cloned());
    let tails = alternatives(after, left)?;
    let mut words = Vec::new();
    for part in inside {
        for middle in alternatives(&part, left)? {
            for tail in &tails {
                *left = left.checked_sub(1)?;
                let mut word = heads.clone();
                middle.pieces().iter().chain(tail.pieces()).for_each(|piece| word.push(piece.clone()));
                words.push(word);
            }
        }
    }
    Some(words)
}

type Group<'b> = (&'b [Bit], Vec<Vec<Bit>>, &'b [Bit]);

/// The first braces that mean something, what stands in them, and what around.
fn first_group(bits: &[Bit]) -> Option<Group<'_>> {
    let opens = bits.iter().enumerate().filter(|(_, bit)| **bit == Bit::Open).map(|(at, _)| at);
    for open in opens {
        let Some(close) = closing(bits, open) else { continue };
        let inside = bits.get(open + 1..close)?;
        let parts = parts(inside);
        let parts = if parts.len() > 1 { Some(parts) } else { range(inside) };
        if let Some(parts) = parts {
            return Some((bits.get(..open)?, parts, bits.get(close + 1..)?));
        }
    }
    None
}

fn closing(bits: &[Bit], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, bit) in bits.iter().enumerate().skip(open) {
        match bit {
            Bit::Open => depth += 1,
            Bit::Close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// What the commas part that stand in no inner braces.
fn parts(inside: &[Bit]) -> Vec<Vec<Bit>> {
    let (mut parts, mut depth) = (vec![Vec::new()], 0_usize);
    for bit in inside {
        match bit {
            Bit::Comma if depth == 0 => {
                parts.push(Vec::new());
                continue;
            }
            Bit::Open => depth += 1,
            Bit::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        parts.last_mut().into_iter().for_each(|part| part.push(bit.clone()));
    }
    parts
}

/// `1..9`, `a..e`, with a step or without. More than a few are not told one by one.
fn range(inside: &[Bit]) -> Option<Vec<Vec<Bit>>> {
    let word = joined(inside.iter().cloned());
    let mut ends = word.literal()?.split("..");
    let (from, to, step, rest) = (ends.next()?, ends.next()?, ends.next(), ends.next());
    let step = step.map_or(Some(1), |step| step.parse::<i64>().ok());
    if rest.is_some() || step.is_none() && from.parse::<f64>().is_err() {
        return None;
    }
    let text = |text: String| vec![Bit::Piece(Piece::Text(text))];
    let unknown = || Some(vec![vec![Bit::Piece(Piece::Split)]]);
    let mut letters = (from.chars(), to.chars());
    if let (Some(from), None, Some(to), None) =
        (letters.0.next(), letters.0.next(), letters.1.next(), letters.1.next())
        && from.is_ascii_alphabetic()
        && to.is_ascii_alphabetic()
    {
        let all = from.min(to)..=from.max(to);
        return if step == Some(1) { Some(all.map(|c| text(c.to_string())).collect()) } else { unknown() };
    }
    let number = |text: &str| {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
    };
    if !(number(from) && number(to)) {
        return None;
    }
    match (from.parse::<i64>(), to.parse::<i64>(), step) {
        (Ok(low), Ok(high), Some(1)) if high >= low && high - low < 32 && plain(from) && plain(to) => {
            Some((low..=high).map(|n| text(n.to_string())).collect())
        }
        _ => unknown(),
    }
}

/// No zeros in front, which all numbers of the range would get.
fn plain(number: &str) -> bool {
    number.len() < 3 && !(number.len() > 1 && number.starts_with(['0', '-', '+']))
}

//! Words of a wrapper that are code for a shell.

use super::options::{Given, splits_in_front};
use super::table::Wrapper;
use crate::command::opaque::Why;
use crate::command::read::Found;
use crate::command::simple::{Input, Simple};
use crate::command::word::{Piece, Word};

/// `sh -c CODE`, `sh FILE`, `… | sh`, `sh <<EOF`.
pub(super) fn shell(simple: &Simple, at: usize, given: &Given<'_>, wrapper: &Wrapper, found: &mut Found) {
    if splits_in_front(&simple.args, given.rest) {
        return found.opaque(Why::Code);
    }
    if given.has(&wrapper.shell) {
        // `-c` takes its code behind all other options; a lone dash and `+x` are options, too.
        return match given.rest.split_first() {
            Some((code, _)) if !code.head().starts_with(['-', '+']) => {
                text(std::slice::from_ref(code), &simple.input, found)
            }
            _ => found.opaque(Why::Code),
        };
    }
    if given.unsure || !(given.rest.is_empty() || given.has(&["s"])) {
        return found.opaque(Why::Code);
    }
    found.feeds(at);
}

pub(super) fn aliases(words: &[Word], found: &mut Found) {
    for word in words {
        match word.head().split_once('=') {
            Some((name, _)) => {
                let code = word.after(&format!("{name}=")).unwrap_or_default();
                text(std::slice::from_ref(&code), &Input::Elsewhere, found);
            }
            None if word.literal().is_none() => found.opaque(Why::Text),
            None => {}
        }
    }
}

/// Where the words stand in the line as they are joined: unchanged, a sign apart.
fn stands_at(words: &[Word]) -> Option<usize> {
    let ends = words.iter().map(|word| Some(word.text_at()? + word.literal()?.len() + 1));
    let begins = words.iter().skip(1).map(Word::text_at);
    ends.zip(begins).all(|(end, begin)| end.is_some() && end == begin).then(|| words.first()?.text_at())?
}

/// Words that a shell joins and reads as code; `input` is what the commands in it have.
pub(super) fn text(words: &[Word], input: &Input, found: &mut Found) {
    let mut code = String::new();
    let mut known = true;
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            code.push(' ');
        }
        for piece in word.pieces() {
            match piece {
                Piece::Text(text) | Piece::Glob(text) | Piece::Tilde(text) => code.push_str(text),
                Piece::Unknown | Piece::Split => {
                    known = false;
                    code.push_str("$_");
                }
            }
        }
    }
    if !known {
        found.opaque(Why::Text);
    }
    found.one_deeper(|found| {
        let (dir, before) = (found.dir.clone(), found.reading.commands.len());
        found.stands_at(stands_at(words));
        found.read(&code);
        found.inherit(before, input);
        found.dir = dir;
    });
}

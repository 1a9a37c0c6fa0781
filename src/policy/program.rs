//! Programs and their words, as the files name them.

use crate::diagnostic::Fault;

/// A program is known by its name: what can never be one would match nothing, and deny nothing.
pub(super) fn program(text: &str) -> Result<String, Fault> {
    let fault = || Fault::new(format_args!("{text:?} is not a program's name"));
    if text.contains(char::is_whitespace) {
        return Err(fault().hint("options and arguments have fields of their own: `flags`, `args`"));
    }
    if text.contains(['/', '*']) {
        return Err(
            fault().hint("write the name alone: rm, not /bin/rm; left out, `programs` is every program")
        );
    }
    not_empty(text)
}

pub(super) fn not_empty(text: &str) -> Result<String, Fault> {
    if text.is_empty() { Err(Fault::new("an empty text matches nothing")) } else { Ok(text.to_owned()) }
}

//! What TOML could not read, in words by which an administrator can mend it.

use std::ops::Range;

use toml::de::Error;

use super::suggest::plain;
use super::{Diagnostics, Fault, Location, SourceFile, is_invisible};

/// A file with more of them is no policy file: the rest of it is left alone.
const MOST: usize = 20;

/// Bytes that were no UTF-8, if there are any.
pub(crate) fn add_undecoded(file: usize, source: &SourceFile, faults: &mut Diagnostics<'_>) -> bool {
    let Some(at) = source.text.find('\u{fffd}') else { return false };
    let fault = Fault::new("this is not UTF-8 text");
    let fault =
        fault.hint("save the file as UTF-8: it seems to be in another encoding (GBK, UTF-16) or damaged");
    faults.cut_short(Location { file, span: at..at + '\u{fffd}'.len_utf8() }, fault, 0..usize::MAX);
    true
}

/// What TOML says of one file. All but a key that stands twice leaves something that was not read.
pub(crate) fn add(file: usize, errors: &[Error], source: &SourceFile, faults: &mut Diagnostics<'_>) {
    let text = source.text.as_str();
    let span = |error: &Error| error.span().unwrap_or(text.len()..text.len());
    let (twice, mut cuts): (Vec<&Error>, Vec<&Error>) =
        errors.iter().partition(|error| error.message() == "duplicate key");
    cuts.sort_by_key(|error| span(error).start);
    for (count, error) in cuts.into_iter().enumerate() {
        let (message, span) = (error.message(), span(error));
        let lost = if count < MOST { lost(message, &span, text) } else { span.start..usize::MAX };
        faults.cut_short(Location { file, span: marked(&span, text) }, told(message, &span, text), lost);
    }
    for error in twice.into_iter().filter(|error| !comes_of_single(&span(error), text)) {
        add_duplicate(file, span(error), text, faults);
    }
}

/// An error between two characters is shown by the second.
fn marked(span: &Range<usize>, text: &str) -> Range<usize> {
    let next = text.get(span.start..).and_then(|rest| rest.chars().next()).filter(|c| !c.is_control());
    span.start..span.end.max(span.start + next.map_or(0, char::len_utf8))
}

/// A `[[rule]]` after a `[rule]` is right; what is wrong was told of the first.
fn comes_of_single(span: &Range<usize>, text: &str) -> bool {
    let start = line_start(text, span.start);
    let name = text.get(span.clone()).unwrap_or_default();
    let single = format!("[{name}]");
    text.get(start..).is_some_and(|line| line.starts_with("[["))
        && text.get(..start).is_some_and(|before| before.lines().any(|line| line.trim_end() == single))
}

/// Says of a second `[KIND.NAME]` where the first one stands; of any other key only that it is the second.
fn add_duplicate(file: usize, span: Range<usize>, text: &str, faults: &mut Diagnostics<'_>) {
    let name = text.get(span.clone()).unwrap_or_default();
    let start = line_start(text, span.start);
    let before = text.get(start..span.start).unwrap_or_default();
    // With the closing bracket, or `a` would be found in `ab`.
    let header = text.get(start..span.end + 1).filter(|_| before.starts_with('['));
    let first = header.and_then(|header| text.find(header)).filter(|first| *first < start);
    let first = first.map(|first| first + before.len());
    let fault = match first {
        Some(first) => {
            let first = faults.position(&Location { file, span: first..first });
            defined_twice(before.trim_matches(['[', '.', ' ']), name, &first)
        }
        None => {
            let fault = Fault::new(format_args!("{name:?} stands here a second time"));
            let many = format!("[[{name}]]");
            match before == "[" && text.get(..start).is_some_and(|before| before.contains(&many)) {
                true => fault.hint(format_args!("begin each of them with {many}")),
                false => fault,
            }
        }
    };
    faults.add(Location { file, span }, fault);
}

/// What is lost with an error: its line; what follows a list or a header that is not closed.
fn lost(message: &str, span: &Range<usize>, text: &str) -> Range<usize> {
    let start = line_start(text, span.start);
    let line_end =
        text.get(span.start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| span.start + at);
    let next_header = || text.get(line_end..).and_then(|rest| rest.find("\n[")).map(|at| line_end + at + 1);
    if message.starts_with("unclosed") || message.starts_with("missing comma") && begins_line(span, text) {
        return start..if message.contains("table") {
            next_header().unwrap_or(usize::MAX)
        } else {
            usize::MAX
        };
    }
    start..line_end + 1
}

/// The fault that an error is: TOML's own words where there are no better ones.
fn told(message: &str, span: &Range<usize>, text: &str) -> Fault {
    let marked = text.get(span.clone()).unwrap_or_default();
    let rest = text.get(span.start..).unwrap_or_default();
    let line =
        text.get(line_start(text, span.start)..).and_then(|line| line.lines().next()).unwrap_or_default();
    if let Some(fault) = rest.chars().next().and_then(strange) {
        return fault;
    }
    match message {
        _ if message.starts_with("string values must be quoted") => unquoted(marked),
        _ if message.starts_with("invalid unquoted key") && rest.starts_with(char::is_alphanumeric) => {
            let name: String =
                rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect();
            Fault::new("a name with other letters than a-z must be quoted")
                .hint(format_args!("write {name:?}"))
        }
        _ if with_colon(line) => {
            Fault::new("`=` is expected after the key").hint("write KEY = VALUE, not KEY: VALUE")
        }
        _ if message.starts_with("carriage return") => Fault::new("a line ends with CR alone")
            .hint("save the file with the line ends of Unix (LF) or Windows (CRLF)"),
        _ if message.starts_with("invalid basic string, expected `\"`") => unclosed(line),
        _ if message.starts_with("cannot recurse") => {
            Fault::new("lists and tables lie too deep in each other")
        }
        _ if message.starts_with("missing escaped value") => {
            Fault::new("in \"…\" a backslash begins an escape")
                .hint("write \\\\ for a backslash, or put the text between single quotes")
        }
        _ if message.starts_with("missing comma") && begins_line(span, text) => {
            Fault::of_toml(message).hint("or the list before is not closed: is a `]` missing?")
        }
        _ => Fault::of_toml(message),
    }
}

/// A character that looks like another one, or like none.
fn strange(c: char) -> Option<Fault> {
    if is_invisible(c) || (c.is_whitespace() && !c.is_ascii()) {
        let fault = Fault::new(format_args!("an invisible character (U+{:04X}) stands here", u32::from(c)));
        return Some(fault.hint("delete it: it came with text that was pasted or joined"));
    }
    let fault = Fault::new(format_args!("{c} stands where {} is meant", plain(c)?));
    Some(fault.hint("switch the input method to English: full-width and curly characters mean nothing here"))
}

fn unquoted(word: &str) -> Fault {
    let fault = Fault::new(format_args!("text must be quoted: {word:?}"));
    match word.to_ascii_lowercase().as_str() {
        "yes" | "on" | "true" => {
            Fault::new(format_args!("{word} is not a value")).hint("write true, or a text in quotes")
        }
        "no" | "off" | "false" => {
            Fault::new(format_args!("{word} is not a value")).hint("write false, or a text in quotes")
        }
        _ => fault,
    }
}

fn unclosed(line: &str) -> Fault {
    let fault = Fault::new("a text ends on its line: `\"` is missing");
    match line.chars().find(|c| plain(*c) == Some('"')) {
        Some(curly) => fault.hint(format_args!("is {curly} meant to be \"?")),
        None => fault,
    }
}

/// `KEY: VALUE`, as YAML writes it.
fn with_colon(line: &str) -> bool {
    let key = |key: &str| key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    line.trim_start().split_once(':').is_some_and(|(before, _)| !before.is_empty() && key(before.trim_end()))
}

fn begins_line(span: &Range<usize>, text: &str) -> bool {
    text.get(line_start(text, span.start)..span.start).is_some_and(|before| before.trim().is_empty())
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1)
}

pub(crate) fn defined_twice(kind: &str, name: &str, first: &str) -> Fault {
    Fault::new(format_args!("{kind} {name:?} is defined twice; first at {first}"))
}

//! Whether a script of GNU sed runs a program: its command `e`, or `s` with that flag.

use super::options::Given;
use crate::command::opaque::Why;
use crate::command::read::Found;
use crate::command::word::Word;

/// The scripts of sed: in its options, or else its first operand.
pub(super) fn scripts(given: &Given<'_>, found: &mut Found) {
    let names = ["e".to_owned(), "expression".to_owned()];
    let first = given.rest.iter().find(|word| word.is_option() != Some(true)).filter(|_| !given.has(&names));
    let scripts: Option<Vec<_>> = given.values(&names).chain(first).map(Word::literal).collect();
    // A command may begin in one of them, and end in the next.
    let run = |scripts: Vec<&str>| {
        scripts.iter().any(|script| runs_programs(script)) || runs_programs(&scripts.join("\n"))
    };
    if scripts.is_none_or(run) {
        found.opaque(Why::Code);
    }
}

/// Reads just as much of the script as tells its commands from their texts. In brackets a delimiter is a letter to GNU's
/// sed, and to others it is none.
fn runs_programs(script: &str) -> bool {
    reads(script, true) || reads(script, false)
}

fn reads(script: &str, brackets: bool) -> bool {
    let mut signs = script.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '/' => skip_part(&mut signs, '/', brackets),
            '\\' => {
                if let Some(delimiter) = signs.next() {
                    skip_part(&mut signs, delimiter, brackets);
                }
            }
            's' | 'y' => {
                let Some(delimiter) = signs.next() else { return false };
                skip_part(&mut signs, delimiter, brackets && sign == 's');
                skip_part(&mut signs, delimiter, false);
                if sign == 's' && flags_run(&mut signs) {
                    return true;
                }
            }
            'e' => return true,
            'a' | 'i' | 'c' if !skip_text(&mut signs) => return true,
            'r' | 'R' | 'w' | 'W' | '#' => skip_to(&mut signs, "\n"),
            ':' | 'b' | 't' | 'T' => skip_label(&mut signs),
            _ => {}
        }
    }
    false
}

/// A label ends at the first blank to some seds, and goes on to others: what follows is read as commands in any case.
fn skip_label(signs: &mut Signs<'_>) {
    const BLANKS: &str = " \t\r\u{b}\u{c}";
    while signs.next_if(|sign| BLANKS.contains(*sign)).is_some() {}
    while signs.next_if(|sign| !BLANKS.contains(*sign) && !"\n;}".contains(*sign)).is_some() {}
}

type Signs<'s> = std::iter::Peekable<std::str::Chars<'s>>;

fn flags_run(signs: &mut Signs<'_>) -> bool {
    while let Some(flag) = signs.next_if(char::is_ascii_alphanumeric) {
        match flag {
            'e' => return true,
            'w' => skip_to(signs, "\n"),
            _ => {}
        }
    }
    false
}

/// Behind `a`, `i` or `c`: up to the end of its text. Whether that is certain: a text that begins in the same row, and
/// goes on in the next, is GNU's.
fn skip_text(signs: &mut Signs<'_>) -> bool {
    while signs.next_if(|sign| " \t".contains(*sign)).is_some() {}
    let mut below = false;
    if signs.next_if_eq(&'\\').is_some() {
        while signs.next_if(|sign| " \t".contains(*sign)).is_some() {}
        below = signs.next_if_eq(&'\n').is_some();
    }
    while let Some(sign) = signs.next() {
        match sign {
            '\n' => return true,
            '\\' if signs.next() == Some('\n') && !below => return false,
            _ => {}
        }
    }
    true
}

fn skip_part(signs: &mut Signs<'_>, delimiter: char, brackets: bool) {
    while let Some(sign) = signs.next() {
        match sign {
            // First of all, also where the delimiter is the backslash itself.
            sign if sign == delimiter => return,
            '\\' => drop(signs.next()),
            '[' if brackets => skip_class(signs),
            _ => {}
        }
    }
}

/// Behind `[`, up to its `]`: `[^]/]`, `[[:alpha:]/]`.
fn skip_class(signs: &mut Signs<'_>) {
    let _ = signs.next_if_eq(&'^');
    let _ = signs.next_if_eq(&']');
    while let Some(sign) = signs.next() {
        match sign {
            ']' => return,
            '[' if signs.next_if(|next| ":.=".contains(*next)).is_some() => {
                skip_to(signs, "]");
                let _ = signs.next();
            }
            _ => {}
        }
    }
}

fn skip_to(signs: &mut Signs<'_>, ends: &str) {
    while signs.next_if(|sign| !ends.contains(*sign)).is_some() {}
}

#[cfg(test)]
mod tests {
    use super::runs_programs;

    #[test]
    fn a_script_runs_programs_or_not() {
        for script in [
            "e",
            "1e id",
            "$!e",
            "/x/e",
            "s/a/id/e",
            "s/a/b/ge",
            "s|a|b|e",
            "s\\x\\touch M\\e",
            "\\\\x\\e",
            "p;e",
            "{e}",
            "s/\\//x/e",
            "\\,x,e",
            "s/[/]/id; /e",
            "s/[^]/]/id/e",
            "s/[[:alpha:]/]/id/e",
            "/[/]/e",
            "i x\\\ny\ne touch F",
            "i\\x\\\ny\ne touch F",
            "i\\\nx\\\ny\ne touch F",
            "i x\\\\\ne touch F",
            ":a e touch F",
            ": a e touch F",
            ":x;t x e touch F",
            ":x\te touch F",
            "b x e touch F",
            "T x\re touch F",
            ":a s/hi/touch F/e",
        ] {
            assert!(runs_programs(script), "{script}");
        }
        for script in [
            "s/e/e/",
            "s|e|de|g",
            "/e/d",
            "1,5p",
            "a e",
            "s/a/b/w e",
            "y/e/e/",
            ":e",
            "b e",
            "$!N;P;D",
            "i\\\nhere\\\nthere\np",
            "a\\\nhere",
            "s/[a-z]/x/",
            "s/[^/]*$//",
        ] {
            assert!(!runs_programs(script), "{script}");
        }
    }
}

//! Classic scp: the command by which a client starts the far side of a copy.
//!
//! The asset hands the command to the operator's login shell, and we do not know which shell that is. So
//! a command is scp only if every shell reads it as that one program with those words; all else is judged
//! as the arbitrary command that it may be.

mod sink;

use crate::domain::FileAccess;
pub use sink::{Sink, SinkError};

/// One word of a command, as the shell hands it on.
#[derive(Default)]
struct Word {
    text: Vec<u8>,
    /// The shell may put any number of other words in its place.
    expands: bool,
}

/// What the command does to files, if it is the server side of scp and nothing else.
pub fn parse(command: &[u8]) -> Option<FileAccess> {
    let words = words(command)?;
    let (program, mut rest) = words.split_first()?;
    if program.expands || !matches!(program.text.as_slice(), b"scp" | b"/usr/bin/scp") {
        return None;
    }
    let mut access = None;
    while let Some((word, after)) = rest.split_first() {
        if !is_option(word) {
            break;
        }
        rest = after;
        if word.text == b"--" {
            return operands(access?, rest, true);
        }
        access = flags(word, access)?;
    }
    operands(access?, rest, false)
}

fn is_option(word: &Word) -> bool {
    word.text.len() > 1 && word.text.starts_with(b"-")
}

/// Flags of one word on top of those before it. Both directions at once are nobody's client, and flags
/// that take a value may name a program to run (`-S`).
fn flags(word: &Word, mut access: Option<FileAccess>) -> Option<Option<FileAccess>> {
    if word.expands {
        return None;
    }
    for flag in word.text.iter().skip(1) {
        let direction = match flag {
            b't' => FileAccess::Upload,
            b'f' => FileAccess::Download,
            b'd' | b'p' | b'q' | b'r' | b'v' => continue,
            _ => return None,
        };
        if access.is_some_and(|earlier| earlier != direction) {
            return None;
        }
        access = Some(direction);
    }
    Some(access)
}

/// A pattern may match a file named `-f`, and `-f` wins over `-t`: so what names the target of an upload
/// must name it literally, while a download stays one whatever its pattern matches.
fn operands(access: FileAccess, words: &[Word], after_dashes: bool) -> Option<FileAccess> {
    if words.iter().any(|word| word.text.is_empty() || (!after_dashes && is_option(word))) {
        return None;
    }
    let fits = match (access, words) {
        (FileAccess::Upload, [target]) => !target.expands,
        (FileAccess::Download, [_, ..]) => true,
        _ => false,
    };
    fits.then_some(access)
}

/// Splits a command as any shell would; `None` where shells differ, or do more than split.
fn words(command: &[u8]) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut bytes = command.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b' ' | b'\t' => words.extend(word.take()),
            b'\'' | b'"' => quoted(byte, &mut bytes, word.get_or_insert_default())?,
            _ => {
                let word = word.get_or_insert_default();
                word.expands |= is_pattern(byte);
                plain(byte).then(|| word.text.push(byte))?;
            }
        }
    }
    words.extend(word);
    Some(words)
}

/// The rest of a quoted part. Shells differ on a backslash even between single quotes.
fn quoted(quote: u8, bytes: &mut impl Iterator<Item = u8>, word: &mut Word) -> Option<()> {
    loop {
        match bytes.next()? {
            byte if byte == quote => return Some(()),
            b'\\' => return None,
            b'$' | b'`' if quote == b'"' => return None,
            byte if byte.is_ascii_control() => return None,
            byte => word.text.push(byte),
        }
    }
}

/// Bytes that stand for themselves unquoted. A list of what is harmless, for shells have many an operator.
fn plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/._-+@%,:=~".contains(&byte) || !byte.is_ascii() || is_pattern(byte)
}

fn is_pattern(byte: u8) -> bool {
    b"*?[]{}".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_clients_send_is_recognised() {
        for command in ["scp -t .", "scp -v -r -p -d -t /srv", "/usr/bin/scp -rpt 'my dir'", "scp -t -- -x"] {
            assert_eq!(parse(command.as_bytes()), Some(FileAccess::Upload), "{command}");
        }
        for command in ["scp -f x", "scp  -qf\t\"a b\"", "scp -p -f ~/log/*.gz", "scp -f a b", "scp -f -- -x"]
        {
            assert_eq!(parse(command.as_bytes()), Some(FileAccess::Download), "{command}");
        }
        assert_eq!(parse("scp -t 한글/길".as_bytes()), Some(FileAccess::Upload));
        assert_eq!(parse(b"scp -t 'a;b|c&d$e(f)<g>`'"), Some(FileAccess::Upload));
    }

    #[test]
    fn anything_more_than_scp_is_not_scp() {
        for tail in
            [";id", "|id", "&", "$x", "$(id)", "`id`", "(x)", "<x", ">x", "\nid", "\\x", "#x", "!x", "\0"]
        {
            for head in ["scp -t x", "scp -f x", "scp -t \"x", "scp -f x "] {
                let command = format!("{head}{tail}");
                assert_eq!(parse(command.as_bytes()), None, "{command:?}");
            }
        }
        for command in
            [r#"scp -t "$x""#, r#"scp -t "`id`""#, r#"scp -t "a\b""#, r"scp -t 'a\'", "scp -t 'a\nb'"]
        {
            assert_eq!(parse(command.as_bytes()), None, "{command:?}");
        }
    }

    #[test]
    fn other_programs_flags_and_operands_are_not_scp() {
        for command in [
            "",
            " ",
            "scp",
            "scp x",
            "scp -t",
            "scp -f",
            "scp -r x",
            "scp -t x y",
            "scp -t ''",
            "scp -tf x",
            "scp -t -f x",
            "scp -f -t x",
            "scp -t x -f",
            "scp -f x -t",
            "scp -S prog -t x",
            "scp -oA=b -t x",
            "scp -t *",
            "scp -t {-f,x}",
            "scp -[t] x",
            "scp* -t x",
            "rscp -t x",
            "/tmp/scp -t x",
            "scp -3t x",
            "A=b scp -t x",
            "env scp -t x",
            "scp -t 'x",
            "scp -t \"x",
            "scp --help -t x",
            "scp -t -- x y",
        ] {
            assert_eq!(parse(command.as_bytes()), None, "{command:?}");
        }
    }

    proptest! {
        #[test]
        fn no_command_panics(command: Vec<u8>) {
            parse(&command);
            parse(&[b"scp -t ", command.as_slice()].concat());
        }
    }
}

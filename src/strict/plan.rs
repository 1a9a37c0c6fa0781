//! A line as it was understood: pipelines of commands, and what joins them.

use std::fmt;

use super::lexer::{Token, tokens};
use super::refused::{Reason, Refused};
use super::word::Word;
use super::{MAX_LINE, own, quote};
use crate::command::{is_wrapper, sets_variables};

/// What a line does. Only [`plan`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    first: Pipeline,
    then: Vec<(Join, Pipeline)>,
}

/// Whether the next pipeline runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Join {
    /// `;`
    Always,
    /// `&&`
    And,
    /// `||`
    Or,
}

/// Commands, each reading what the one before it writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pipeline {
    pub(super) first: Command,
    pub(super) then: Vec<Command>,
}

/// A program and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) program: String,
    pub(super) arguments: Vec<Word>,
}

/// What would steer a shell and has no program behind it. Nothing here can run as one: `render` starts programs
/// only. They are refused so that a person hears why.
const SHELL_WORDS: &[&str] = &[
    "if",
    "then",
    "elif",
    "else",
    "fi",
    "for",
    "in",
    "do",
    "done",
    "while",
    "until",
    "case",
    "esac",
    "select",
    "function",
    "coproc",
    "[[",
    "]]",
    "((",
    "{",
    "}",
    "!",
    ".",
    "source",
    "eval",
    "exec",
    "command",
    "builtin",
    "export",
    "readonly",
    "declare",
    "typeset",
    "local",
    "let",
    "set",
    "unset",
    "shopt",
    "enable",
    "alias",
    "unalias",
    "trap",
    "return",
    "break",
    "continue",
    "shift",
    "read",
    "readarray",
    "mapfile",
    "hash",
    "bind",
    "complete",
    "compgen",
    "compopt",
    "jobs",
    "fg",
    "bg",
    "disown",
    "wait",
    "umask",
    "ulimit",
    "times",
    "fc",
    "getopts",
    "caller",
    "dirs",
    "pushd",
    "popd",
    "suspend",
];

/// The directories that a program may be named in.
const PROGRAMS: &[&str] =
    &["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/opt/bin", "/opt/sbin"];

/// Reads a line.
///
/// # Errors
/// The first thing in it that strict mode has no room for, and where.
pub fn plan(line: &str) -> Result<Plan, Refused> {
    if line.len() > MAX_LINE {
        return Err(Refused::new(Reason::Long, MAX_LINE, MAX_LINE.to_string()));
    }
    let end = line.chars().count() + 1;
    let mut reader = Reader { tokens: tokens(line)?.into_iter().peekable(), end };
    let first = reader.pipeline()?;
    let mut then = Vec::new();
    while let Some((_, token)) = reader.tokens.next() {
        let join = match token {
            Token::And => Join::And,
            Token::Or => Join::Or,
            _ if reader.tokens.peek().is_none() => break, // a line may end with `;`
            _ => Join::Always,
        };
        then.push((join, reader.pipeline()?));
    }
    Ok(Plan { first, then })
}

struct Reader<I: Iterator<Item = (usize, Token)>> {
    tokens: std::iter::Peekable<I>,
    end: usize,
}

impl<I: Iterator<Item = (usize, Token)>> Reader<I> {
    fn pipeline(&mut self) -> Result<Pipeline, Refused> {
        let first = self.command()?;
        let mut then = Vec::new();
        while self.tokens.next_if(|(_, token)| *token == Token::Pipe).is_some() {
            then.push(self.command()?);
        }
        Ok(Pipeline { first, then })
    }

    fn command(&mut self) -> Result<Command, Refused> {
        let (at, word) = self.word().ok_or_else(|| self.missing())?;
        let program = program(at, &word)?;
        let mut arguments = Vec::new();
        while let Some((at, word)) = self.word() {
            if word.is_wild_option() {
                return Err(Refused::new(Reason::Option, at, word.to_string()));
            }
            arguments.push((at, word));
        }
        let command =
            Command { program, arguments: arguments.iter().map(|(_, word)| word.clone()).collect() };
        match command.environment().and_then(|changed| arguments.get(changed)) {
            Some((at, word)) => Err(Refused::new(Reason::Assignment, *at, word.to_string())),
            None => Ok(command),
        }
    }

    fn word(&mut self) -> Option<(usize, Word)> {
        match self.tokens.next_if(|(_, token)| matches!(token, Token::Word(_)))? {
            (at, Token::Word(word)) => Some((at, word)),
            _ => None,
        }
    }

    fn missing(&mut self) -> Refused {
        let at = self.tokens.peek().map_or(self.end, |(at, _)| *at);
        Refused::new(Reason::Missing, at, "")
    }
}

impl Command {
    /// The argument by which it changes the environment of what it runs: a variable makes many a program load
    /// or start another one, and the environment is what disarms the rest.
    fn environment(&self) -> Option<usize> {
        let words: Vec<&str> = self.arguments.iter().map(|word| word.literal().unwrap_or("*")).collect();
        let itself = sets_variables(file_name(&self.program)).then_some((0, file_name(&self.program)));
        let inside = words.iter().enumerate().map(|(at, word)| (at + 1, file_name(word)));
        let mut inside =
            inside.filter(|(_, name)| is_wrapper(file_name(&self.program)) && sets_variables(name));
        let (from, name) = itself.or_else(|| inside.next())?;
        let mut before = "";
        for (at, word) in words.iter().enumerate().skip(from) {
            if is_assignment(word) || name == "env" && word.starts_with('-') {
                return Some(at);
            }
            // The first word that is neither an option nor its value is what runs.
            if !word.starts_with('-') && !before.starts_with('-') || name == "env" {
                return None;
            }
            before = word;
        }
        None
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn is_assignment(word: &str) -> bool {
    let name = word.split_once('=').map_or("", |(name, _)| name);
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A program is named in full, and cannot be read as anything else.
fn program(at: usize, word: &Word) -> Result<String, Refused> {
    let refused = |reason| Refused::new(reason, at, word.to_string());
    let name = word.literal().ok_or_else(|| refused(Reason::Program))?;
    match name {
        "" => Err(refused(Reason::Missing)),
        _ if SHELL_WORDS.contains(&name) => Err(refused(Reason::ShellWord)),
        _ if own::stands_alone(name) => Err(refused(Reason::Alone)),
        _ if name.contains('=') => Err(refused(Reason::Assignment)),
        _ if name.starts_with('-') => Err(refused(Reason::Missing)),
        _ if !is_where_programs_are(name) => Err(refused(Reason::Place)),
        _ => Ok(name.to_owned()),
    }
}

/// A program is judged by its name, so its file may only be where nobody but the asset's administrator puts one.
fn is_where_programs_are(name: &str) -> bool {
    name.rsplit_once('/').is_none_or(|(directory, file)| PROGRAMS.contains(&directory) && !file.is_empty())
}

impl Plan {
    /// Its one command, if it has no more.
    pub(super) fn only(&self) -> Option<&Command> {
        (self.then.is_empty() && self.first.then.is_empty()).then_some(&self.first.first)
    }

    /// The whole plan, each of its commands written by `written`.
    pub(super) fn write(&self, written: impl Fn(&Command) -> String) -> String {
        self.then.iter().fold(self.first.write(&written), |text, (join, pipeline)| {
            let join = match join {
                Join::Always => "; ",
                Join::And => " && ",
                Join::Or => " || ",
            };
            text + join + &pipeline.write(&written)
        })
    }
}

impl Pipeline {
    fn write(&self, written: impl Fn(&Command) -> String) -> String {
        self.then.iter().fold(written(&self.first), |text, then| text + " | " + &written(then))
    }
}

/// What is judged: each word as it is after its quotes are gone, in quotes only where it needs them, and one blank
/// between two.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.write(Command::to_string))
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quote::where_needed(&self.program))?;
        self.arguments.iter().try_for_each(|word| write!(f, " {word}"))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn what_is_understood_is_written_the_same_way_always() {
        let cases = [
            ("ls", "ls"),
            ("  ls\t-l   /tmp  ", "ls -l /tmp"),
            ("l's' \"-l\" '/a b'", "ls -l '/a b'"),
            (r"\ls a\ b \$x", r"ls 'a b' '$x'"),
            (r#"echo "a\"b\\c\$d\e""#, r#"echo 'a"b\c$d\e'"#),
            ("echo ''", "echo ''"),
            ("echo 'it'\\''s'", r"echo 'it'\''s'"),
            ("ls *.log a?b [a-c]x [!0-9]*", "ls *.log a?b [a-c]x [!0-9]*"),
            ("ls '*'x*", "ls '*x'*"),
            ("a|b|c", "a | b | c"),
            ("a;b&&c||d;", "a; b && c || d"),
            ("echo a=b x~ a!b a#b", "echo a=b 'x~' 'a!b' 'a#b'"),
            ("grep 中文 /数据/*", "grep 中文 /数据/*"),
            ("find /tmp -name '*.log' -exec rm '{}' ';'", "find /tmp -name '*.log' -exec rm '{}' ';'"),
            ("/usr/bin/ls", "/usr/bin/ls"),
            ("env ls a=b.c=d", "env ls a=b.c=d"),
            ("grep -r env --include=x A=b", "grep -r env --include=x A=b"),
            ("sudo -u x ls", "sudo -u x ls"),
            ("sudo dd if=x of=y", "sudo dd if=x of=y"),
        ];
        for (line, text) in cases {
            let read = plan(line).unwrap_or_else(|refused| panic!("{line}: {refused:?}"));
            assert_eq!(read.to_string(), text, "{line}");
            assert_eq!(plan(text).as_ref(), Ok(&read), "what is judged reads the same");
        }
    }

    #[test]
    fn all_else_is_refused_with_its_place() {
        use Reason::*;
        let cases = [
            ("", Missing, 1),
            ("   ", Missing, 4),
            ("| ls", Missing, 1),
            ("ls |", Missing, 5),
            ("ls && ", Missing, 7),
            ("ls ;; ls", Missing, 5),
            ("''", Missing, 1),
            ("-l", Missing, 1),
            ("ls &", Background, 4),
            ("ls |& cat", Background, 5),
            ("ls & rm x", Background, 4),
            ("ls $HOME", Expansion, 4),
            ("ls \"$HOME\"", Expansion, 5),
            ("ls `id`", Expansion, 4),
            ("ls \"`id`\"", Expansion, 5),
            ("ls $(id)", Expansion, 4),
            ("ls {a,b}", Expansion, 4),
            ("ls ~", Expansion, 4),
            ("ls > x", Redirection, 4),
            ("ls 2>x", Redirection, 5),
            ("cat <(id)", Redirection, 5),
            ("(ls)", Group, 1),
            ("f() ls", Group, 2),
            ("! ls", Mark, 1),
            ("ls # x", Mark, 4),
            ("ls [", Set, 4),
            ("ls [[:alpha:]]", Set, 4),
            ("ls []", Set, 4),
            ("ls [!]", Set, 4),
            ("ls [a/b]", Set, 4),
            ("l* x", Program, 1),
            ("a | /bin/?s", Program, 5),
            ("ls -*", Option, 4),
            ("grep --include=*.c x", Option, 6),
            ("/tmp/ls x", Place, 1),
            ("./ls", Place, 1),
            ("ls | /usr/bin/../../tmp/ls", Place, 6),
            ("/bin/", Place, 1),
            ("A=b ls", Assignment, 1),
            ("'A=b' ls", Assignment, 1),
            ("env LD_PRELOAD=/tmp/x ls", Assignment, 5),
            ("env -i ls", Assignment, 5),
            ("env -u PAGER ls", Assignment, 5),
            ("sudo -u x PAGER=sh git log", Assignment, 11),
            ("timeout 5 /usr/bin/env A=b ls", Assignment, 24),
            ("ls | xargs env - ls", Assignment, 16),
            ("if true", ShellWord, 1),
            ("ls; 'eval' x", ShellWord, 5),
            ("ls; cd /", Alone, 5),
            ("ls 'a", Unclosed, 4),
            ("ls \"a", Unclosed, 4),
            ("ls a\\", Unclosed, 5),
            ("ls a\nrm b", Character, 5),
            ("ls 'a\nb'", Character, 6),
            ("ls a\0", Character, 5),
            ("ls \u{1b}[A", Character, 4),
            ("ls \u{9b}A", Character, 4),
            ("ls \u{202e}a", Character, 4),
            ("ls\u{3000}a", Character, 3),
            ("ls\u{a0}a", Character, 3),
            ("ls a\rb", Character, 5),
        ];
        for (line, reason, at) in cases {
            let refused = plan(line).unwrap_err();
            assert_eq!((refused.reason, refused.at), (reason, at), "{line:?} {refused:?}");
        }
        let long = format!("ls {}", "a".repeat(MAX_LINE));
        assert_eq!(plan(&long).unwrap_err().reason, Long);
    }
}

//! A command line that was not read, as far as the journal may have it: what the grammar knows. A word in a wrong place
//! may be a secret, such as the password behind an option that there is not.

use clap::{Arg, Command, CommandFactory};

use super::tree::Cli;

/// What stands for a word that may be a secret; the mask of command rows writes the same.
pub(super) const HIDDEN: &str = "***";

/// Longest name of a command or an option that is kept though there is none.
const LONGEST: usize = 32;

/// The words with what is not known to be harmless hidden: commands, options' names, and values where one belongs.
pub(super) fn known(words: &[String]) -> Vec<String> {
    let mut tree = Cli::command();
    tree.build();
    let mut walk = Walk { at: &tree, next: Next::Free, room: 0, is_lost: false, is_past_options: false };
    words.iter().map(|word| walk.kept(word)).collect()
}

/// What the next word may be.
#[derive(Clone, Copy)]
enum Next {
    /// A command or an operand.
    Free,
    /// The value of an option that there is.
    Value,
    /// Perhaps meant as the value of an option that takes none, or that there is not.
    Unknown,
}

struct Walk<'t> {
    at: &'t Command,
    next: Next,
    /// Operands that may still come.
    room: usize,
    /// Nobody knows which command was meant.
    is_lost: bool,
    /// Behind `--` there are operands alone.
    is_past_options: bool,
}

impl<'t> Walk<'t> {
    fn kept(&mut self, word: &str) -> String {
        if word == "--" && !self.is_past_options {
            (self.is_past_options, self.next) = (true, Next::Free);
            return word.to_owned();
        }
        if word.starts_with('-') && word.len() > 1 && !self.is_past_options {
            return self.option(word);
        }
        if let Next::Value = self.next {
            self.next = Next::Free;
            return word.to_owned();
        }
        if word == "help" {
            return word.to_owned();
        }
        if let Some(below) = self.below(word) {
            (self.at, self.next) = (below, Next::Free);
            self.room = below.get_positionals().map(most).fold(0, usize::saturating_add);
            return word.to_owned();
        }
        if let Next::Unknown = self.next {
            return HIDDEN.to_owned();
        }
        if self.at.has_subcommands() && !self.is_lost {
            self.is_lost = true;
            return if self.is_meant(word) { name(word) } else { HIDDEN.to_owned() };
        }
        let has_room = self.room > 0;
        self.room = self.room.saturating_sub(1);
        if has_room { word.to_owned() } else { HIDDEN.to_owned() }
    }

    fn below(&self, word: &str) -> Option<&'t Command> {
        if self.is_lost { None } else { self.at.find_subcommand(word) }
    }

    /// Is it nearly a command that there is?
    fn is_meant(&self, word: &str) -> bool {
        let near = |command: &Command| strsim::damerau_levenshtein(command.get_name(), word) <= 2;
        word.len() > 3 && self.at.get_subcommands().any(near)
    }

    fn option(&mut self, word: &str) -> String {
        let (option, value) = word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
        let takes_value = self.argument(option).is_some_and(|found| found.get_action().takes_values());
        // A key may stand in the place of its file.
        let takes_value = takes_value && !option.ends_with("-key");
        self.next = match (takes_value, value) {
            (true, Some(_)) => Next::Free,
            (true, None) => Next::Value,
            (false, _) => Next::Unknown,
        };
        match value {
            Some(_) if !takes_value => format!("{}={HIDDEN}", name(option)),
            _ if takes_value => word.to_owned(),
            _ => name(option),
        }
    }

    fn argument(&self, option: &str) -> Option<&'t Arg> {
        let long = option.strip_prefix("--")?;
        self.at.get_arguments().find(|argument| argument.get_long() == Some(long))
    }
}

/// How many words an operand takes at most.
fn most(operand: &Arg) -> usize {
    operand.get_num_args().map_or(1, |range| range.max_values())
}

/// A name that looks like one; `-pSECRET` does not.
fn name(word: &str) -> String {
    let is_name = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_short = word.starts_with('-') && !word.starts_with("--") && word.len() > 2;
    match word.len() <= LONGEST && is_name(word) && !is_short {
        true => word.to_owned(),
        false => HIDDEN.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::known;

    fn told(line: &str) -> String {
        let words: Vec<_> = line.split(' ').map(str::to_owned).collect();
        known(&words).join(" ")
    }

    /// attack: mistyped secret. The row of a command that was not read had all of its words.
    #[test]
    fn a_value_in_a_wrong_place_is_hidden() {
        for (line, kept) in [
            ("operator enrol v24 --passwrod SECRET", "operator enrol v24 --passwrod ***"),
            (
                "operator enrol v24 --passwrod SECRET more --json",
                "operator enrol v24 --passwrod *** *** --json",
            ),
            ("operator enrol v24 --passwrod=SECRET", "operator enrol v24 --passwrod=***"),
            ("operator enrol v24 SECRET", "operator enrol v24 ***"),
            ("operator enrol v24 --password-stdin=SECRET", "operator enrol v24 --password-stdin=***"),
            ("operator enrol v24 --password-stdin SECRET", "operator enrol v24 --password-stdin ***"),
            ("operator enrol --password-stdin SECRET v24", "operator enrol --password-stdin *** ***"),
            ("operator enrol v24 --totp-secret-stdin SECRET", "operator enrol v24 --totp-secret-stdin ***"),
            ("operator passwd v24 SECRET", "operator *** *** ***"),
            ("help SECRET", "help ***"),
            ("hunter2", "***"),
            ("credential set db1 root --private-key=SECRET", "credential set db1 root --private-key=***"),
            ("credential set db1 root --private-key SECRET", "credential set db1 root --private-key ***"),
            ("operator passwd enrol SECRET", "operator *** *** ***"),
            ("operatr enrol v24 --password SECRET", "operatr *** *** --password ***"),
            ("operator enrol v24 -pSECRET", "operator enrol v24 ***"),
            ("operator enrol v24 -- SECRET", "operator enrol v24 -- ***"),
            ("operator enrol v24 -- -pSECRET", "operator enrol v24 -- ***"),
            ("--json lockdown confirm -- 01m8nq4m", "--json lockdown confirm -- 01m8nq4m"),
            ("S#CRET", "***"),
            ("--lnag SECRET operator enrol", "--lnag *** operator enrol"),
        ] {
            assert_eq!(told(line), kept);
        }
    }

    #[test]
    fn what_the_grammar_knows_is_kept() {
        for line in [
            "lockdown strat",
            "lockdown start --reason drill --scope @ops --json",
            "--json lockdown confirm 17",
            "audit sessions --since=2h --asset db1 --assset",
            "policy diff 3 policies",
            "help lockdown start",
        ] {
            assert_eq!(told(line), line);
        }
    }
}

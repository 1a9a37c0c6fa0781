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
    let mut walk = Walk {
        at: &tree,
        path: Vec::new(),
        next: Next::Free,
        room: 0,
        is_lost: false,
        is_past_options: false,
    };
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
    /// The commands' names down to it.
    path: Vec<&'t str>,
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
            self.path.push(below.get_name());
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
        if has_room { self.operand(word) } else { HIDDEN.to_owned() }
    }

    /// An operand of a command about one's own account is kept as far as it is what belongs there: a code or a password
    /// may have been typed in its place.
    fn operand(&self, word: &str) -> String {
        let kept: fn(&str) -> bool = match self.path.as_slice() {
            ["keys", "add"] => is_of_public_key,
            ["keys", "remove"] => is_fingerprint,
            ["sessions", "end"] => is_of_session,
            _ => return word.to_owned(),
        };
        let pieces = word.split_whitespace().map(|piece| if kept(piece) { piece } else { HIDDEN });
        pieces.collect::<Vec<_>>().join(" ")
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

/// Whether a command is about one's own account and takes operands.
pub(super) fn is_own(path: &str) -> bool {
    matches!(path, "keys add" | "keys remove" | "sessions end")
}

/// The kind or the base64 of a public key; its comment may be anything.
fn is_of_public_key(word: &str) -> bool {
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    let kind = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-@.".contains(&byte);
    let is_kind = ["ssh-", "ecdsa-sha2-", "sk-"].iter().any(|front| word.starts_with(front));
    // Its length, in front of the kind, begins every key.
    is_kind && word.len() <= 64 && word.bytes().all(kind)
        || word.starts_with("AAAA") && word.bytes().all(base64)
}

fn is_fingerprint(word: &str) -> bool {
    word.starts_with("SHA256:")
}

/// An id of a session, or its beginning: a time comes first, and that begins with a nought, which no paper code has.
fn is_of_session(word: &str) -> bool {
    word.starts_with('0') && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
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

    /// attacker: a recovery code behind `keys add` stood in the clear in the row.
    #[test]
    fn an_operand_of_ones_own_account_is_kept_only_where_it_belongs() {
        for (line, kept) in [
            ("keys add abcde-fghjk", "keys add ***"),
            ("--json keys add hunter2 more", "--json keys add *** ***"),
            ("keys add ssh-ed25519 AAAAC3Nza fghjk-abcde", "keys add ssh-ed25519 AAAAC3Nza ***"),
            ("keys add ssh-S3cret!", "keys add ***"),
            ("keys remove abcde-fghjk", "keys remove ***"),
            ("keys remove SHA256:abc", "keys remove SHA256:abc"),
            ("sessions end abcdefghjk", "sessions end ***"),
            ("sessions end 01k2abc", "sessions end 01k2abc"),
            ("password hunter2", "password ***"),
            ("totp confirm 123456", "totp confirm ***"),
            ("recovery abcde-fghjk", "recovery ***"),
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

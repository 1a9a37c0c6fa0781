//! The row of a command: its words, as far as the journal may have them.

use std::borrow::Cow;

use super::command_line::CommandLine;
use super::mistyped::{HIDDEN, is_own, known};
use crate::access::Services;
use crate::admin::Caller;
use crate::command::masked;
use crate::domain::plain;
use crate::event::Event;
use crate::journal::JournalFailed;

/// Journals that a command ran, and how it ended.
pub(super) async fn ran(services: &Services, line: &CommandLine, exit: u8) -> Result<(), JournalFailed> {
    let words = if is_own(&line.cli.path) { known(&line.words) } else { line.words.clone() };
    let event = Event::ConsoleCommand { command: for_the_journal(&words), exit };
    services.journal(line.caller.actor(), line.caller.origin(), event).await
}

/// Most bytes of a command line that a row keeps.
const LONGEST: usize = 2048;

/// Journals a command that was not run: it could not be read, or it means something of another machine. Only what the
/// grammar knows is kept of it.
pub(super) async fn not_run(services: &Services, caller: &Caller, words: &[String], exit: u8) {
    let event = Event::ConsoleCommand { command: for_the_journal(&known(words)), exit };
    if let Err(error) = services.journal(caller.actor(), caller.origin(), event).await {
        tracing::error!(%error, "a command that was refused could not be journaled");
    }
}

/// The words for the journal: without the value of an option that is a secret, and without the
/// configuration file, which says nothing about what was done. They are redacted word by word, before they
/// are quoted: quotes must not hide a secret from this.
fn for_the_journal(words: &[String]) -> String {
    const SECRETS: [&str; 2] = ["--totp-secret", "--gm-otp-secret"];
    const CONFIG: &str = "--config";
    let mut told: Vec<&str> = Vec::new();
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        match word.split_once('=').map_or(word, |(option, _)| option) {
            CONFIG if word == CONFIG => drop(words.next()),
            CONFIG => {}
            secret if SECRETS.contains(&secret) => {
                let _ = if word == secret { words.next() } else { None };
                told.extend([secret, "hidden"]);
            }
            _ => told.push(word),
        }
    }
    bounded(&told)
}

/// What fits of a command line, in whole words: a secret that is cut in two could not be recognised. What was typed
/// beside the grammar may hold one anywhere, and anything else.
fn bounded(words: &[&str]) -> String {
    let mut room = LONGEST;
    let fits = |word: &&&str| {
        let left = room.checked_sub(word.len() + 1);
        room = left.unwrap_or(0);
        left.is_some()
    };
    let kept: Vec<&str> = words.iter().take_while(fits).copied().collect();
    let line = kept.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
    let rest: usize = words.iter().skip(kept.len()).map(|word| word.len()).sum();
    let more = if rest == 0 { String::new() } else { format!(" … ({rest} more bytes)") };
    plain(&masked(&line).text) + &more
}

/// What is hidden already needs no quotes.
fn quoted(word: &str) -> Cow<'_, str> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let name = word.strip_suffix(HIDDEN).and_then(|name| name.strip_suffix('='));
    if word == HIDDEN || name.is_some_and(|name| name.bytes().all(is_name)) {
        return word.into();
    }
    shlex::try_quote(word).unwrap_or(word.into())
}

#[cfg(test)]
mod tests {
    use super::for_the_journal;

    /// attack 23: what was not read is journaled as well, and then anything may stand in it.
    #[test]
    fn whatever_was_typed_is_bounded_and_cannot_steer_a_terminal() {
        let told = |word: &str| for_the_journal(&["audit".to_owned(), word.to_owned()]);
        assert_eq!(told(&"x".repeat(1_000_000)), "audit … (1000000 more bytes)");
        assert_eq!(told("--password=hunter2"), "audit '--password=***'");
        assert_eq!(
            (told("***"), told("--pass=***")),
            ("audit ***".to_owned(), "audit --pass=***".to_owned())
        );
        let line = told("--x\u{1b}[2J\u{202e}\n");
        assert!(!line.contains(['\u{1b}', '\n', '\u{202e}']), "{line:?}");
    }

    #[test]
    fn secrets_do_not_reach_the_journal() {
        let told = |words: &[&str]| {
            for_the_journal(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
        };
        for (option, secret) in [
            ("--totp-secret", &["--totp-secret", "JBSW Y3DP"][..]),
            ("--totp-secret", &["--totp-secret=JBSW Y3DP"]),
            ("--gm-otp-secret", &["--gm-otp-secret", "1234 5678"]),
            ("--gm-otp-secret", &["--gm-otp-secret=1234 5678"]),
        ] {
            let words = [&["operator", "enrol", "a"], secret, &["--json"]].concat();
            assert_eq!(told(&words), format!("operator enrol a {option} *** --json"));
        }
        for config in [&["--config", "/etc/x.toml"][..], &["--config=/etc/x.toml"], &[]] {
            assert_eq!(told(&[config, &["audit", "sessions"]].concat()), "audit sessions");
        }
    }
}

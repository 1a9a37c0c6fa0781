//! Runs one command for one caller, and journals that it ran and how it ended.

use std::sync::Arc;

use rust_i18n::t;
use zeroize::Zeroizing;

use super::duty::Duty;
use super::help::overview;
use super::out::{Closed, Out};
use super::say::{fail, say};
use super::tree::{Cli, Command, Credential, Operator};
use super::{approve, asset, audit, clock, lockdown, operator, policy, secrets, vpn};
use crate::access::{Authenticated, Services, speaking};
use crate::command::masked;
use crate::domain::{Origin, Role, Secret, plain};
use crate::event::{Actor, Event};

/// Who runs a command.
#[derive(Debug, Clone)]
pub enum Caller {
    /// A Unix user on the gateway's host. Whoever can reach the data directory could do all of it anyway.
    Local(String),
    Operator(Authenticated),
}

impl Caller {
    pub fn actor(&self) -> Actor {
        match self {
            Self::Local(user) => Actor::Local(user.clone()),
            Self::Operator(who) => who.actor(),
        }
    }

    pub fn origin(&self) -> Option<&Origin> {
        match self {
            Self::Local(_) => None,
            Self::Operator(who) => Some(who.origin()),
        }
    }
}

/// What the caller gave beside the words: one file's content, standard input.
#[derive(Debug, Default)]
pub struct Input {
    pub file: Option<Secret>,
    pub stdin: Option<Secret>,
    /// Whether the answer is read by somebody at a terminal.
    pub terminal: bool,
}

/// Why a command failed: one line that says what, where and the mend.
#[derive(Debug)]
pub struct Failure(pub String);

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Runs a command; returns the exit code: 0 done, 1 refused, not found or failed.
pub async fn run(
    services: &Arc<Services>,
    caller: &Caller,
    cli: &Cli,
    words: &[String],
    input: Input,
    out: &Out,
) -> u8 {
    speaking(out.language, Box::pin(act(services, caller, cli, words, input, out))).await
}

async fn act(
    services: &Arc<Services>,
    caller: &Caller,
    cli: &Cli,
    words: &[String],
    input: Input,
    out: &Out,
) -> u8 {
    let exit = match permitted(services, caller, cli) {
        Err(refusal) => report(out, Failure(refusal)).await,
        Ok(()) => match dispatch(services, caller, &cli.command, input, out).await {
            Ok(()) => 0,
            Err(failure) => report(out, failure).await,
        },
    };
    let event = Event::ConsoleCommand { command: for_the_journal(words), exit };
    match services.journal(caller.actor(), caller.origin(), event).await {
        Ok(()) => exit,
        Err(error) => {
            report(out, Failure(format!("the command ran, but could not be journaled: {error}"))).await
        }
    }
}

/// Most bytes of a command line that a row keeps.
const LONGEST: usize = 2048;

/// Journals a command that was not run: it could not be read, or it means something of another machine.
pub(super) async fn not_run(services: &Services, caller: &Caller, words: &[String], exit: u8) {
    let event = Event::ConsoleCommand { command: for_the_journal(words), exit };
    if let Err(error) = services.journal(caller.actor(), caller.origin(), event).await {
        tracing::error!(%error, "a command that was refused could not be journaled");
    }
}

/// The words for the journal: without the value of an option that is a secret, and without the
/// configuration file, which says nothing about what was done. They are redacted word by word, before they
/// are quoted: quotes must not hide a secret from this.
fn for_the_journal(words: &[String]) -> String {
    const SECRET: &str = "--totp-secret";
    const CONFIG: &str = "--config";
    let mut told: Vec<&str> = Vec::new();
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        match word.split_once('=').map_or(word, |(option, _)| option) {
            CONFIG if word == CONFIG => drop(words.next()),
            CONFIG => {}
            SECRET => {
                let _ = if word == SECRET { words.next() } else { None };
                told.extend([SECRET, "hidden"]);
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
    let line = shlex::try_join(kept.iter().copied()).unwrap_or_else(|_| kept.join(" "));
    let rest: usize = words.iter().skip(kept.len()).map(|word| word.len()).sum();
    let more = if rest == 0 { String::new() } else { format!(" … ({rest} more bytes)") };
    plain(&masked(&line).text) + &more
}

async fn report(out: &Out, failure: Failure) -> u8 {
    let _: Result<(), Closed> = out.error(format!("juyong: {}", failure.0)).await; // told to nobody, then
    1
}

/// May this caller run this command, and does it work where they are? The host's own user may run every one.
pub(super) fn permitted(services: &Services, caller: &Caller, cli: &Cli) -> Result<(), String> {
    let Caller::Operator(who) = caller else { return Ok(()) };
    let (standing, command) = (services.live.standing(), cli.path.as_str());
    let account = standing.policy.operator(who.operator().as_str());
    let role = account.map(|operator| operator.role).unwrap_or_default();
    let fits = account.is_some_and(|account| Duty::of(command).is_of(account.role));
    Err(match Duty::of(command) {
        Duty::Hosts => say!(services, "console.on-host", commands = command),
        Duty::Of(needed) if !fits => {
            let (role, needed) = (role_text(services, role), role_text(services, needed));
            say!(services, "console.not-yours", command = command, role = role, needed = needed)
        }
        Duty::Everybodys if !fits => say!(services, "refused.operator-unknown"),
        _ if cli.command.is_local() || cli.command.names_directory() => {
            say!(services, "console.files-on-host", command = command)
        }
        _ => return Ok(()),
    })
}

/// A role for people; programs have [`Role::as_str`].
pub(super) fn role_text(services: &Services, role: Role) -> String {
    t!(format!("role.{}", role.as_str()), locale = services.language().tag()).into_owned()
}

async fn dispatch(
    services: &Arc<Services>,
    caller: &Caller,
    command: &Command,
    input: Input,
    out: &Out,
) -> Result<(), Failure> {
    match command {
        Command::Whoami => whoami(services, caller, out).await,
        Command::Assets => operator::assets(services, caller, out).await,
        Command::Help => Ok(out.lines(overview(role_of(services, caller), services.language())).await?),
        Command::Operator(Operator::List) => operator::list(services, out).await,
        Command::Operator(Operator::Show { name }) => operator::show(services, name, out).await,
        Command::Operator(Operator::Enrol {
            name, totp_secret, password_stdin, totp_secret_stdin, ..
        }) => {
            let (input, read) = split(input, *password_stdin, *totp_secret_stdin)?;
            let secret = totp_secret.as_deref().or(read.as_deref().map(String::as_str));
            operator::enrol(services, caller, name, secret, input, out).await
        }
        Command::Operator(Operator::Disable { name, reason }) => {
            operator::disable(services, caller, name, reason.as_deref().unwrap_or_default(), out).await
        }
        Command::Operator(Operator::Enable { name }) => operator::enable(services, caller, name, out).await,
        Command::Operator(Operator::Unlock { name }) => operator::unlock(services, caller, name, out).await,
        Command::Operator(Operator::Reset { name }) => operator::reset(services, caller, name, out).await,
        Command::Asset(question) => asset::run(services, caller, question, &input, out).await,
        Command::Credential(Credential::Set { asset, login, .. }) => {
            secrets::set(services, caller, asset, login, input, out).await
        }
        Command::Credential(Credential::List) => secrets::list(services, out).await,
        Command::Credential(Credential::Remove { asset, login }) => {
            secrets::remove(services, caller, asset, login, out).await
        }
        Command::Policy(question) => policy::run(services, caller, question, out).await,
        Command::Clock(order) => clock::run(services, caller, order, out).await,
        Command::Lockdown(order) => lockdown::run(services, caller, order, out).await,
        Command::Vpn(order) => vpn::run(services, caller, order, input, out).await,
        Command::Approve(order) => approve::run(services, caller, order, out).await,
        Command::Audit(question) => audit::run(services, caller, question, out).await,
        Command::Demo(_) | Command::Serve | Command::Doctor | Command::Completions { .. } => {
            Err(fail!(services, "console.on-host", commands = "juyong"))
        }
    }
}

/// What somebody may run here, for a person who came without a command.
pub(crate) fn commands(services: &Services, who: &Authenticated) -> String {
    overview(role_of(services, &Caller::Operator(who.clone())), services.language())
}

async fn whoami(services: &Services, caller: &Caller, out: &Out) -> Result<(), Failure> {
    let tag = services.language().tag();
    let standing = services.live.standing();
    let actor = caller.actor().to_string();
    let Caller::Operator(who) = caller else {
        let object = serde_json::json!({ "operator": actor, "role": "local" });
        return Ok(out
            .record(&object, || t!("console.local", locale = tag, operator = actor).into_owned())
            .await?);
    };
    let role = standing.policy.operator(&actor).map(|operator| operator.role).unwrap_or_default();
    let source = who.origin().address().to_string();
    let factors = who.factors().join("+");
    let object = serde_json::json!({ "operator": actor, "role": role.as_str(), "source": source, "factors": who.factors() });
    let text = || {
        let role = role_text(services, role);
        t!("console.whoami", locale = tag, operator = actor, role = role, factors = factors, source = source)
            .into_owned()
    };
    Ok(out.record(&object, text).await?)
}

/// `None`: the host's own user, who may do everything.
fn role_of(services: &Services, caller: &Caller) -> Option<Role> {
    let Caller::Operator(who) = caller else { return None };
    let standing = services.live.standing();
    Some(standing.policy.operator(who.operator().as_str()).map(|operator| operator.role).unwrap_or_default())
}

/// Parts standard input into what is left for the command and the secret of the codes, which stands on the line
/// after the password where both are given.
fn split(input: Input, password: bool, totp: bool) -> Result<(Input, Option<Zeroizing<String>>), Failure> {
    if !totp {
        return Ok((input, None));
    }
    let missing = || Failure("standard input has no line for the one-time-code secret".into());
    let text = input.stdin.as_ref().and_then(Secret::expose_str).ok_or_else(missing)?;
    let mut lines = text.lines();
    let first = password.then(|| lines.next().map(Secret::new)).flatten();
    let secret = lines.next().map(str::trim).filter(|line| !line.is_empty()).ok_or_else(missing)?;
    let secret = Zeroizing::new(secret.to_owned());
    Ok((Input { stdin: first, ..input }, Some(secret)))
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
        let line = told("--x\u{1b}[2J\u{202e}\n");
        assert!(!line.contains(['\u{1b}', '\n', '\u{202e}']), "{line:?}");
    }

    #[test]
    fn secrets_do_not_reach_the_journal() {
        let told = |words: &[&str]| {
            for_the_journal(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
        };
        for secret in [&["--totp-secret", "JBSW Y3DP"][..], &["--totp-secret=JBSW Y3DP"]] {
            let words = [&["operator", "enrol", "a"], secret, &["--json"]].concat();
            assert_eq!(told(&words), "operator enrol a --totp-secret *** --json");
        }
        for config in [&["--config", "/etc/x.toml"][..], &["--config=/etc/x.toml"], &[]] {
            assert_eq!(told(&[config, &["audit", "sessions"]].concat()), "audit sessions");
        }
    }
}

//! `help` wherever a person types it: `juyong help`, `juyong help policy diff`, `juyong policy diff help`. No
//! configuration and no gateway is needed for it.

use rust_i18n::t;

use super::usage::{framed, tree};
use crate::domain::{Language, Role, plain};

/// The words without the options that every command takes.
fn bare(words: &[String]) -> Vec<&str> {
    const VALUED: &[&str] = &["--config", "--lang"];
    let mut kept = Vec::new();
    let mut left = words.iter().map(String::as_str);
    while let Some(word) = left.next() {
        match word.split_once('=') {
            _ if word == "--json" => {}
            None if VALUED.contains(&word) => drop(left.next()),
            Some((option, _)) if VALUED.contains(&option) => {}
            _ => kept.push(word),
        }
    }
    kept
}

/// The words of a question for help, if these are one: the command that it is about.
fn asked<'w>(words: &'w [&'w str]) -> Option<&'w [&'w str]> {
    match words {
        ["help", path @ ..] => Some(path),
        [path @ .., "help"] if !path.is_empty() => Some(path),
        _ => None,
    }
}

/// What `help` says of a command; `None` where these words ask for no such thing. The list of all commands is
/// [`overview`]'s. The error is for a command that is not there.
pub fn help(words: &[String], language: Language) -> Option<Result<String, String>> {
    let words = bare(words);
    let path = asked(&words).filter(|path| !path.is_empty())?;
    let mut tree = tree(language);
    tree.build();
    let mut at = &mut tree;
    for word in path {
        if at.find_subcommand(word).is_none() {
            // `audit replay help` may name a session `help`: only a command that has others below is asked so.
            return words.first().is_some_and(|first| *first == "help").then(|| {
                let path = plain(&path.join(" "));
                Err(t!("console.no-such-command", locale = language.tag(), path = path).into_owned())
            });
        }
        at = at.find_subcommand_mut(word)?;
    }
    Some(Ok(framed(&at.render_long_help().to_string(), language)))
}

/// Every command that a role may run, a line each; without one, every command.
pub fn overview(role: Option<Role>, language: Language) -> String {
    let tree = tree(language);
    let open = |name: &str| match (name, role) {
        ("whoami" | "assets" | "help" | "vpn", _) | (_, None) => true,
        ("audit", Some(role)) => matches!(role, Role::Auditor | Role::Security),
        ("lockdown" | "approve", Some(role)) => role == Role::Security,
        ("operator" | "asset" | "credential" | "policy", Some(role)) => role == Role::System,
        _ => false,
    };
    let mut lines = Vec::new();
    for command in tree.get_subcommands().filter(|command| open(command.get_name())) {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        // Of the audit's commands one is an officer's.
        let yours = |name: &&str| match (role, command.get_name()) {
            (Some(role), "audit") => (*name == "kill") == (role == Role::Security),
            _ => true,
        };
        let below: Vec<_> = command.get_subcommands().map(clap::Command::get_name).filter(yours).collect();
        let below = if below.is_empty() { String::new() } else { format!(" {}", below.join("|")) };
        lines.push(format!("{}{below}\n    {about}", command.get_name()));
    }
    lines.push(t!("console.help-more", locale = language.tag()).into_owned());
    lines.join("\n")
}

//! `help` wherever a person types it: `juyong help`, `juyong help policy diff`, `juyong policy diff help`. No
//! configuration and no gateway is needed for it.

use clap::CommandFactory as _;

use super::tree::Cli;
use crate::domain::Role;

/// The words of a question for help, if these are one: the command that it is about.
fn asked(words: &[String]) -> Option<Vec<&str>> {
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| *word != "--json").collect();
    match words.as_slice() {
        ["help", path @ ..] => Some(path.to_vec()),
        [path @ .., "help"] if !path.is_empty() => Some(path.to_vec()),
        _ => None,
    }
}

/// What `help` says of a command; `None` where these words ask for no such thing. The list of all commands is
/// [`overview`]'s. The error is for a command that is not there.
pub fn help(words: &[String]) -> Option<Result<String, String>> {
    let path = asked(words).filter(|path| !path.is_empty())?;
    let mut tree = Cli::command();
    tree.build();
    let mut at = &mut tree;
    for word in &path {
        if at.find_subcommand(word).is_none() {
            // `audit replay help` may name a session `help`: only a command that has others below is asked so.
            return words.first().is_some_and(|first| first == "help").then(|| {
                Err(format!("juyong: there is no command {:?}; try `juyong help`", path.join(" ")))
            });
        }
        at = at.find_subcommand_mut(word)?;
    }
    Some(Ok(at.render_long_help().to_string()))
}

/// Every command that a role may run, a line each; without one, every command.
pub fn overview(role: Option<Role>) -> String {
    let tree = Cli::command();
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
    lines.push("`help COMMAND` or `COMMAND --help` tells the rest.".to_owned());
    lines.join("\n")
}

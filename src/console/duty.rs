//! Whose duty each command is, and where it works: what the gateway is asked for says so itself; the rest is here.

use crate::admin::{Duty, RequestKind};

/// Of the command with these words. What nobody knows is open to nobody who comes over SSH.
pub(super) fn duty(path: &str) -> Duty {
    match RequestKind::called(path) {
        Some(kind) => kind.duty(),
        None if path == "help" => Duty::Everybodys,
        None => Duty::Hosts,
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::console::Cli;
    use crate::domain::Role;

    fn leaves(command: &clap::Command, path: &str, found: &mut Vec<String>) {
        if command.get_subcommands().next().is_none() {
            found.push(path.to_owned());
        }
        for below in command.get_subcommands() {
            leaves(below, format!("{path} {}", below.get_name()).trim_start(), found);
        }
    }

    /// What a front does without asking the gateway.
    const OF_THE_FRONT: [&str; 9] = [
        "demo",
        "serve",
        "doctor",
        "policy check",
        "policy decide",
        "policy judge",
        "policy test",
        "help",
        "completions",
    ];

    /// newcomer: the table of refusals and the list of `help` were two, and differed.
    #[test]
    fn every_command_asks_for_something_and_what_can_be_asked_for_has_a_command() {
        let mut commands = Vec::new();
        leaves(&Cli::command(), "", &mut commands);
        for path in commands.iter().filter(|path| !OF_THE_FRONT.contains(&path.as_str())) {
            assert!(RequestKind::called(path).is_some(), "{path} asks for nothing");
        }
        for kind in RequestKind::ALL {
            assert!(commands.iter().any(|path| path == kind.words()), "there is no command {}", kind.words());
        }
    }

    #[test]
    fn what_is_not_known_is_open_to_nobody() {
        assert_eq!(duty(""), Duty::Hosts);
        assert_eq!(duty("auditor"), Duty::Hosts);
        assert_eq!(duty("audit kill"), Duty::Of(Role::Security));
        assert_eq!(duty("audit show"), Duty::Of(Role::Auditor));
        for role in [Role::Operator, Role::System, Role::Security, Role::Auditor] {
            assert!(!Duty::Hosts.is_of(role) && Duty::Everybodys.is_of(role));
        }
    }
}

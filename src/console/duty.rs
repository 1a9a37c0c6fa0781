//! Whose duty each command is, and where it works: one table, for what is permitted, for the words of a refusal, and
//! for what `help` lists.

use crate::domain::Role;

/// Who may run a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Duty {
    /// Whoever is logged in.
    Everybodys,
    Of(Role),
    /// It is about this machine and its files: it works on the gateway's host only.
    Hosts,
}

/// By a command's words; of several that begin them the first counts.
const DUTIES: &[(&str, Duty)] = &[
    ("whoami", Duty::Everybodys),
    ("assets", Duty::Everybodys),
    ("help", Duty::Everybodys),
    ("vpn", Duty::Everybodys),
    ("audit kill", Duty::Of(Role::Security)),
    ("audit", Duty::Of(Role::Auditor)),
    ("lockdown", Duty::Of(Role::Security)),
    ("approve withdraw", Duty::Everybodys),
    ("approve", Duty::Of(Role::Security)),
    ("policy check", Duty::Hosts),
    ("policy decide", Duty::Hosts),
    ("policy judge", Duty::Hosts),
    ("policy test", Duty::Hosts),
    ("policy", Duty::Of(Role::System)),
    ("operator", Duty::Of(Role::System)),
    ("asset", Duty::Of(Role::System)),
    ("credential", Duty::Of(Role::System)),
    ("clock", Duty::Hosts),
    ("demo", Duty::Hosts),
    ("serve", Duty::Hosts),
    ("doctor", Duty::Hosts),
    ("completions", Duty::Hosts),
];

impl Duty {
    /// Of the command with these words. What the table does not know is open to nobody who comes over SSH.
    pub(super) fn of(path: &str) -> Self {
        let begins = |entry: &&(&str, Self)| {
            path.strip_prefix(entry.0).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        DUTIES.iter().find(begins).map_or(Self::Hosts, |(_, duty)| *duty)
    }

    /// Is it open to somebody of this role, over SSH?
    pub(super) fn is_of(self, role: Role) -> bool {
        match self {
            Self::Everybodys => true,
            Self::Of(needed) => needed == role,
            Self::Hosts => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::console::Cli;

    fn leaves(command: &clap::Command, path: &str, found: &mut Vec<String>) {
        if command.get_subcommands().next().is_none() {
            found.push(path.to_owned());
        }
        for below in command.get_subcommands() {
            leaves(below, format!("{path} {}", below.get_name()).trim_start(), found);
        }
    }

    /// newcomer: the table of refusals and the list of `help` were two, and differed.
    #[test]
    fn every_command_is_in_the_table_and_the_table_has_no_other() {
        let mut commands = Vec::new();
        leaves(&Cli::command(), "", &mut commands);
        let covers = |entry: &str, path: &str| path == entry || path.starts_with(&format!("{entry} "));
        for path in &commands {
            assert!(DUTIES.iter().any(|(entry, _)| covers(entry, path)), "{path} has no duty");
        }
        for (entry, _) in DUTIES {
            assert!(commands.iter().any(|path| covers(entry, path)), "there is no command {entry}");
        }
    }

    #[test]
    fn what_is_not_in_the_table_is_open_to_nobody() {
        assert_eq!(Duty::of(""), Duty::Hosts);
        assert_eq!(Duty::of("auditor"), Duty::Hosts);
        assert_eq!(Duty::of("audit kill"), Duty::Of(Role::Security));
        assert_eq!(Duty::of("audit show"), Duty::Of(Role::Auditor));
        for role in [Role::Operator, Role::System, Role::Security, Role::Auditor] {
            assert!(!Duty::Hosts.is_of(role) && Duty::Everybodys.is_of(role));
        }
    }
}

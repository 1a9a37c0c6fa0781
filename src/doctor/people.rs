//! Whether there are people for what the configuration and the policy ask of them.

use super::told::told;
use crate::admin;
use crate::config::Config;
use crate::domain::Role;
use crate::policy::{self, CommandSet, Verdict};

/// What takes two persons is never done where there is no officer beside the host's own user.
pub(super) fn second_person(config: &Config) -> Result<(), String> {
    if config.lockdown.dual.is_empty() || has_officer(config) {
        return Ok(());
    }
    Err(told!(config, "doctor.no-confirmer"))
}

/// What waits for an officer waits in vain where there is none.
pub(super) fn approvers(config: &Config) -> Result<(), String> {
    let Some(policy) = policy_of(config) else { return Ok(()) };
    if !asks_approval(&policy) || has_officer(config) {
        return Ok(());
    }
    Err(told!(config, "doctor.no-approver"))
}

/// Does anything in it wait for an officer?
pub(super) fn asks_approval(policy: &policy::Policy) -> bool {
    let asks = |set: &CommandSet| {
        let entries = set.entries.iter().map(|entry| entry.effect);
        entries.chain([set.default, set.opaque]).any(|verdict| verdict == Verdict::Approve)
    };
    policy.rules().map(|rule| &rule.conditions).any(|conditions| {
        let mut sets = conditions.commands.iter().filter_map(|set| policy.command_set(set.as_str()));
        conditions.approval || sets.any(asks)
    })
}

/// The policy files, if they are good; what is wrong with them is told by a check of its own.
pub(super) fn policy_of(config: &Config) -> Option<policy::Policy> {
    let files = admin::read_policy(&config.policy_dir, config.language).ok()?;
    policy::load(&files, &config.timezone).ok()
}

fn has_officer(config: &Config) -> bool {
    policy_of(config).is_none_or(|policy| policy.operators().any(|operator| operator.role == Role::Security))
}

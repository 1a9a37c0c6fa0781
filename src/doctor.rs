//! `juyong doctor`: looks at an installation and says what to mend.

mod ingress;

use crate::clock::Clock;
use crate::config::Config;
use crate::console::{self, Failure, Out};
use crate::domain::Role;
use crate::policy::{self, CommandSet, Verdict};
use crate::recorder;

/// Checks one thing after the other; what is wrong does not hide what comes after it.
pub(crate) async fn run(config: Result<Config, Failure>, out: &Out) -> Result<(), Failure> {
    let config = config?;
    let now = Clock::system().now();
    let mut wrong = 0_u32;
    for (what, found) in [
        ("data_dir", directory(&config.data_dir)),
        ("recordings", directory(&config.recordings).and_then(|()| room(&config))),
        ("policy_dir", policies(&config)),
        ("lockdown.dual", second_person(&config)),
        ("approvals", approvers(&config)),
        ("listen.proxy_from", ingress::balancers(&config)),
        ("tunnel.tls_server", ingress::server(&config, now)),
        ("authority", ingress::authority(&config, now)),
    ] {
        let text = match &found {
            Ok(()) => format!("ok     {what}"),
            Err(mend) => format!("wrong  {what}: {mend}"),
        };
        wrong += u32::from(found.is_err());
        let object = serde_json::json!({ "check": what, "ok": found.is_ok(), "mend": found.err() });
        out.record(&object, || text).await?;
    }
    if wrong > 0 { Err(Failure(format!("{wrong} things to mend"))) } else { Ok(()) }
}

fn directory(path: &std::path::Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let about = std::fs::metadata(path).map_err(|error| format!("{}: {error}", path.display()))?;
    if !about.is_dir() {
        return Err(format!("{} is no directory", path.display()));
    }
    if about.permissions().mode() & 0o077 != 0 {
        return Err(format!("{}: others can read it; run `chmod 700 {}`", path.display(), path.display()));
    }
    Ok(())
}

fn room(config: &Config) -> Result<(), String> {
    let free = recorder::free_bytes(&config.recordings).map_err(|error| error.to_string())?;
    let kept = config.limits.min_free.bytes();
    if free < kept { Err(format!("{free} bytes are free, {kept} are kept: make room")) } else { Ok(()) }
}

/// What takes two persons is never done where there is no officer beside the host's own user.
fn second_person(config: &Config) -> Result<(), String> {
    if config.lockdown.dual.is_empty() || has_officer(config) {
        return Ok(());
    }
    Err("nobody could confirm: the policy needs an account of role security, or better two".into())
}

/// What waits for an officer waits in vain where there is none.
fn approvers(config: &Config) -> Result<(), String> {
    let Some(policy) = policy_of(config) else { return Ok(()) };
    let asks = |set: &CommandSet| {
        let entries = set.entries.iter().map(|entry| entry.effect);
        entries.chain([set.default, set.opaque]).any(|verdict| verdict == Verdict::Approve)
    };
    let needed = policy.rules().map(|rule| &rule.conditions).any(|conditions| {
        let mut sets = conditions.commands.iter().filter_map(|set| policy.command_set(set.as_str()));
        conditions.approval || sets.any(asks)
    });
    if !needed || has_officer(config) {
        return Ok(());
    }
    Err("rules or command sets ask for approval, and nobody of role security could give it over SSH".into())
}

/// The policy files, if they are good; what is wrong with them is told by a check of its own.
fn policy_of(config: &Config) -> Option<policy::Policy> {
    let files = console::read(&config.policy_dir).ok()?;
    policy::load(&files, &config.timezone).ok()
}

fn has_officer(config: &Config) -> bool {
    policy_of(config).is_none_or(|policy| policy.operators().any(|operator| operator.role == Role::Security))
}

fn policies(config: &Config) -> Result<(), String> {
    let files = console::read(&config.policy_dir).map_err(|failure| failure.0)?;
    match policy::load(&files, &config.timezone) {
        Ok(_) => Ok(()),
        Err(faults) => Err(format!("{} errors; run `juyong policy check`", faults.len())),
    }
}

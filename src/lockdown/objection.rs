//! Why somebody may not do something about a lockdown.

use super::state::State;

/// Why not. Each says the mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Objection {
    #[error("lockdowns are for role security: ask an officer")]
    Role,
    #[error("a lockdown covers your own account: somebody whom it does not cover must do this")]
    Covered,
    #[error("this would open your own account: somebody else must do it")]
    OwnAccount,
    #[error("you asked for this yourself: another person of role security must confirm it")]
    OwnRequest,
    #[error(
        "it was asked for on this host: whoever is here counts once; an officer must confirm it over SSH"
    )]
    SameHost,
    #[error(
        "one of you has set the other's factors: whoever is on this host, and whoever has set an account's factors, \
         counts once; another officer must confirm it"
    )]
    OneHand,
    #[error("your factors were set by somebody else: they confirm nothing until {0}")]
    Fresh(jiff::Timestamp),
    #[error("your factors were set by somebody else during a lockdown: they confirm nothing while it lasts")]
    SetInLockdown,
    #[error("your factors were set when your account was not of this role: they must be set anew")]
    SetInOtherRole,
    #[error("the lockdown is {}: see `juyong lockdown status`", .0.as_str())]
    State(State),
}

//! The fixed words of the policy files: each field that takes one of a few lists them once.

use crate::auth::Factors;
use crate::domain::{Danger, FileAccess, Protocol, Role, Via};

use super::reason::Reason;
use crate::diagnostic::Fault;

/// A type that is written as one of a few words.
pub(super) trait Word: Copy + PartialEq + 'static {
    const KIND: &'static str;
    const WORDS: &'static [(&'static str, Self)];

    fn read(text: &str) -> Result<Self, Fault> {
        if let Some((_, value)) = Self::WORDS.iter().find(|(word, _)| *word == text) {
            return Ok(*value);
        }
        let words: Vec<&str> = Self::WORDS.iter().map(|(word, _)| *word).collect();
        let fault = Fault::new(format_args!("{text:?} is not {}: one of {}", Self::KIND, words.join(", ")));
        Err(fault.did_you_mean(text, words.into_iter()))
    }

    /// As it is written.
    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, value)| *value == self).map(|(word, _)| *word).unwrap_or_default()
    }
}

/// The word for a value.
pub(super) fn written<W: Word + PartialEq>(value: W) -> &'static str {
    W::WORDS.iter().find(|(_, known)| *known == value).map_or("", |(word, _)| word)
}

macro_rules! words {
    ($($type:ident: $kind:literal { $($word:literal => $variant:ident),+ $(,)? })+) => {$(
        impl Word for $type {
            const KIND: &'static str = $kind;
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant)),+];
        }
    )+};
}

words! {
    Danger: "a danger" { "low" => Low, "medium" => Medium, "high" => High, "critical" => Critical }
    Role: "a role" {
        "system" => System, "security" => Security, "auditor" => Auditor, "operator" => Operator,
    }
    Via: "a way in" { "direct" => Direct, "tunnel" => Tunnel, "tls" => Tls }
    Protocol: "a protocol" {
        "shell" => Shell, "exec" => Exec, "sftp" => Sftp, "scp" => Scp, "forward" => Forward,
    }
    FileAccess: "a kind of file access" {
        "list" => List, "download" => Download, "upload" => Upload, "change" => Change,
    }
    Reason: "a reason" {
        "operator-unknown" => OperatorUnknown,
        "operator-disabled" => OperatorDisabled,
        "operator-role" => OperatorRole,
        "operator-validity" => OperatorValidity,
        "lockdown" => Lockdown,
        "operator-source" => OperatorSource,
        "operator-schedule" => OperatorSchedule,
        "asset-unknown" => AssetUnknown,
        "asset-login" => AssetLogin,
        "asset-schedule" => AssetSchedule,
        "rule" => Rule,
        "no-rule" => NoRule,
    }
    Effect: "an effect" { "allow" => Allow, "deny" => Deny }
    FactorPair: "a pair of factors" {
        "publickey+totp" => PublickeyTotp,
        "password+totp" => PasswordTotp,
        "sk-verified" => SkVerified,
        "sk-verified+totp" => SkVerifiedTotp,
        "publickey+gm-otp" => PublickeyGmOtp,
        "password+gm-otp" => PasswordGmOtp,
        "sk-verified+gm-otp" => SkVerifiedGmOtp,
    }
    Trust: "a kind of trust" { "pinned" => Pinned, "first-use" => FirstUse }
    Mode: "a mode" { "audit" => Audit, "guard" => Guard, "strict" => Strict }
    Verdict: "a verdict" { "allow" => Allow, "warn" => Warn, "approve" => Approve, "deny" => Deny }
}

/// What a rule does to the requests that it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    Allow,
    Deny,
}

impl Effect {
    pub fn as_str(self) -> &'static str {
        self.word()
    }
}

/// What proves who somebody is: two factors or more, in this order. A verified security key is two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactorPair {
    PublickeyTotp,
    PasswordTotp,
    SkVerified,
    SkVerifiedTotp,
    PublickeyGmOtp,
    PasswordGmOtp,
    SkVerifiedGmOtp,
}

impl FactorPair {
    pub fn as_str(self) -> &'static str {
        self.word()
    }

    /// All of them, as sets of factors.
    pub fn all() -> impl Iterator<Item = Factors> {
        Self::WORDS.iter().filter_map(|(word, _)| word.parse().ok())
    }
}

/// How an asset's host key comes to be believed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Trust {
    /// Only what stands in `host_keys` or was trusted by hand.
    #[default]
    Pinned,
    /// The first key seen is pinned.
    FirstUse,
}

/// When a command set gets to judge. Ordered: the strictest of several counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Log only.
    Audit,
    /// Hold Enter until judged.
    Guard,
    /// Only commands that are executed directly; no shell.
    Strict,
}

/// What a command set says of a command. Ordered: the strictest wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Allow,
    Warn,
    Approve,
    Deny,
}

impl Verdict {
    pub fn as_str(self) -> &'static str {
        self.word()
    }
}

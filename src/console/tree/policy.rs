//! `juyong policy …`: what an administrator asks of policy files, and how they come into force.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::domain::Remark;
use serde::de::IntoDeserializer as _;
use serde::de::value::StrDeserializer;

use crate::domain::{FileAccess, Protocol, Via};
use crate::policy::Address;

#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Parses and cross-checks a directory of policy files, and runs its tests.
    Check {
        /// Left out: the one in the configuration.
        dir: Option<PathBuf>,
    },
    /// Decides requests, one JSON object a line on standard input.
    Decide {
        /// The directory of policy files.
        #[arg(long, value_name = "DIR")]
        policies: PathBuf,
        /// Reads requests from standard input.
        #[arg(long)]
        batch: bool,
        /// For dates without a time zone.
        #[arg(long, default_value = "Asia/Shanghai")]
        timezone: String,
    },
    /// Judges command lines, one JSON object a line on standard input: {"command": "rm -rf /"}.
    Judge {
        /// The directory of policy files.
        #[arg(long, value_name = "DIR")]
        policies: PathBuf,
        /// The sets that judge; the strictest wins.
        #[arg(long, required = true, value_delimiter = ',', value_name = "SET,…")]
        sets: Vec<String>,
        /// Reads command lines from standard input.
        #[arg(long)]
        batch: bool,
    },
    /// Says why a request is allowed or denied, rule by rule, and when that changes.
    Explain(Explain),
    /// Who may reach an asset, and by which rules.
    Who(Who),
    /// What an operator may reach, and by which rules.
    What(WhatCommand),
    /// Runs the `[[test]]` tables that stand beside the policies.
    Test {
        /// Left out: the one in the configuration.
        dir: Option<PathBuf>,
    },
    /// What a change of policy changes in effect: who gains, who loses.
    ///
    /// The change is from OLD to NEW. One policy alone is NEW, and OLD is what is in force; with none, NEW is
    /// the directory of policy files in the configuration. Exact for every operator, asset, login, kind of
    /// access, source and way in; in time for the coming week, and for the week after the first and last day
    /// of an account where these change. Lockdowns and accounts disabled by hand do not count.
    Diff {
        /// Each a directory, or the number of a version (a directory whose name is a number: ./7).
        #[arg(value_name = "[OLD] NEW", num_args = 0..=2)]
        places: Vec<PolicySource>,
        /// Instead: which decisions of the journal NEW would have made otherwise, as far back as this.
        #[arg(long, value_name = "30d")]
        replay: Option<String>,
    },
    /// Puts a directory of policy files in force, as a new version: checks it, runs its tests, tells what changes.
    Apply {
        /// Left out: the one in the configuration.
        dir: Option<PathBuf>,
        /// Why, for `policy history`; needed unless nothing is changed.
        #[arg(long, required_unless_present = "dry_run")]
        reason: Option<Remark>,
        /// Checks and shows what would change, and changes nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// The versions that were in force.
    History,
    /// One version: who applied it and why, what it changed, and its files.
    Show {
        /// Its number, as `policy history` shows it.
        version: u64,
    },
    /// Puts an earlier version in force again, as a new version.
    Rollback {
        /// Its number, as `policy history` shows it.
        version: u64,
        /// Why, for `policy history`.
        #[arg(long)]
        reason: Remark,
    },
    /// Writes the security control plan (安全管控方案) of the policy in force, in Markdown.
    PlanDocument {
        #[command(flatten)]
        from: From,
        /// Left out: the gateway's own.
        #[arg(long, value_name = "zh-CN|en")]
        language: Option<String>,
    },
}

/// Which policy is asked.
#[derive(Debug, Clone, Default, Args)]
pub struct From {
    /// Instead of the policy in force; needs no gateway.
    #[arg(long, value_name = "DIR")]
    pub policies: Option<PathBuf>,
}

/// One request.
#[derive(Debug, Clone, Args)]
pub struct Explain {
    /// Who.
    #[arg(long)]
    pub operator: String,
    /// Where the operator comes from.
    #[arg(long, value_name = "ADDRESS")]
    pub source: IpAddr,
    /// Which asset.
    #[arg(long)]
    pub asset: String,
    /// As which login there.
    #[arg(long)]
    pub login: String,
    /// shell | exec | sftp | scp | forward.
    #[arg(long, value_parser = word::<Protocol>, default_value = "shell")]
    pub protocol: Protocol,
    #[command(flatten)]
    pub asked: Asked,
}

/// Everybody who may.
#[derive(Debug, Clone, Args)]
pub struct Who {
    /// Which asset.
    #[arg(long)]
    pub asset: String,
    /// Left out: every login of the asset.
    #[arg(long)]
    pub login: Option<String>,
    #[command(flatten)]
    pub search: Search,
}

/// Everything that somebody may.
#[derive(Debug, Clone, Args)]
pub struct WhatCommand {
    /// Who.
    #[arg(long)]
    pub operator: String,
    #[command(flatten)]
    pub search: Search,
}

/// What is left out is asked for every value that it can have.
#[derive(Debug, Clone, Args)]
pub struct Search {
    /// Where the operator comes from. Left out: from anywhere, and the answer says from where.
    #[arg(long, value_name = "ADDRESS")]
    pub source: Option<IpAddr>,
    /// shell | exec | sftp | scp | forward. Left out: all; forwards to wherever a rule lets them go.
    #[arg(long, value_parser = word::<Protocol>)]
    pub protocol: Option<Protocol>,
    /// Also what is denied, and why.
    #[arg(long, visible_alias = "all")]
    pub reasons: bool,
    #[command(flatten)]
    pub asked: Asked,
}

/// What every question about access may say.
#[derive(Debug, Clone, Args)]
pub struct Asked {
    #[command(flatten)]
    pub from: From,
    /// direct | tunnel | tls.
    #[arg(long, value_parser = word::<Via>, default_value = "direct")]
    pub via: Via,
    /// For sftp and scp: list | download | upload | change.
    #[arg(long, value_parser = word::<FileAccess>)]
    pub file: Option<FileAccess>,
    /// For forward.
    #[arg(long, value_name = "HOST:PORT", value_parser = Address::parse)]
    pub forward_to: Option<Address>,
    /// "2026-12-01 12:00", a date, an hour, or how far ahead: 12h. Left out: now.
    #[arg(long)]
    pub at: Option<String>,
}

/// One of the words of a type, as policy files write it.
fn word<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    let text: StrDeserializer<'_, serde::de::value::Error> = text.into_deserializer();
    T::deserialize(text).map_err(|error| error.to_string())
}

/// A set of policy files: a directory, or a version by its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicySource {
    Version(u64),
    Dir(PathBuf),
}

impl PolicySource {
    fn dir(&self) -> Option<&PathBuf> {
        match self {
            Self::Dir(dir) => Some(dir),
            Self::Version(_) => None,
        }
    }
}

impl std::str::FromStr for PolicySource {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.parse().map_or_else(|_| Self::Dir(text.into()), Self::Version))
    }
}

impl PolicyCommand {
    /// Whether it needs nothing but files: then it runs where it is called, without a gateway.
    pub(super) fn is_local(&self) -> bool {
        match self {
            Self::Check { .. } | Self::Decide { .. } | Self::Judge { .. } | Self::Test { .. } => true,
            Self::Explain(Explain { asked, .. }) => asked.from.policies.is_some(),
            Self::Who(Who { search, .. }) | Self::What(WhatCommand { search, .. }) => {
                search.asked.from.policies.is_some()
            }
            Self::PlanDocument { from, .. } => from.policies.is_some(),
            Self::Diff { places, replay: None } => {
                matches!(places.as_slice(), [PolicySource::Dir(_), PolicySource::Dir(_)])
            }
            _ => false,
        }
    }

    /// The directories that it names, which are meant from where the caller stands.
    pub fn dirs(&self) -> Vec<&PathBuf> {
        match self {
            Self::Apply { dir, .. } => dir.iter().collect(),
            Self::Diff { places, .. } => places.iter().filter_map(PolicySource::dir).collect(),
            _ => Vec::new(),
        }
    }
}

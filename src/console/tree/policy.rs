//! `juyong policy …`: what an administrator asks of policy files, and how they come into force.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Parses and cross-checks a directory of policy files, and runs its tests.
    Check { dir: Option<PathBuf> },
    /// Decides requests, one JSON object a line on standard input.
    Decide {
        #[arg(long, value_name = "DIR")]
        policies: PathBuf,
        /// Reads requests from standard input.
        #[arg(long)]
        batch: bool,
        /// For dates without a time zone.
        #[arg(long, default_value = "Asia/Shanghai")]
        timezone: String,
    },
    /// Says why a request is allowed or denied, rule by rule, and when that changes.
    Explain {
        #[command(flatten)]
        asked: Asked,
        #[arg(long)]
        operator: String,
        #[arg(long)]
        asset: String,
        #[arg(long)]
        login: String,
    },
    /// Who may reach an asset, and by which rules.
    Who {
        #[command(flatten)]
        asked: Asked,
        #[arg(long)]
        asset: String,
        /// Left out: every login of the asset.
        #[arg(long)]
        login: Option<String>,
    },
    /// What an operator may reach, and by which rules.
    What {
        #[command(flatten)]
        asked: Asked,
        #[arg(long)]
        operator: String,
    },
    /// Runs the `[[test]]` tables that stand beside the policies.
    Test { dir: Option<PathBuf> },
    /// What a change of policy changes in effect: who gains, who loses.
    ///
    /// The change is from OLD to NEW. One policy alone is NEW, and OLD is what is in force; with none, NEW is
    /// the directory of policy files in the configuration. Exact for every operator, asset, login, kind of
    /// access, source and way in; in time for the coming week, and for the week after the first and last day
    /// of an account where these change. Lockdowns and accounts disabled by hand do not count.
    Diff {
        /// Each a directory, or the number of a version (a directory whose name is a number: ./7).
        #[arg(value_name = "[OLD] NEW", num_args = 0..=2)]
        places: Vec<Place>,
        /// Instead: which decisions of the journal NEW would have made otherwise, as far back as this.
        #[arg(long, value_name = "30d")]
        replay: Option<String>,
    },
    /// Puts a directory of policy files in force, as a new version: checks it, runs its tests, tells what changes.
    Apply {
        dir: Option<PathBuf>,
        #[arg(long, default_value = "")]
        reason: String,
        /// Checks and shows what would change, and changes nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// The versions that were in force.
    History,
    /// One version: who applied it and why, what it changed, and its files.
    Show { version: u64 },
    /// Puts an earlier version in force again, as a new version.
    Rollback {
        version: u64,
        #[arg(long)]
        reason: String,
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

/// What a question about access may say; each part that is left out is asked for every value it can have.
#[derive(Debug, Clone, Default, Args)]
pub struct Asked {
    #[command(flatten)]
    pub from: From,
    /// Where the operator comes from: an address.
    #[arg(long)]
    pub source: Option<String>,
    /// direct | tunnel | tls.
    #[arg(long, default_value = "direct")]
    pub via: String,
    /// shell | exec | sftp | scp | forward.
    #[arg(long)]
    pub protocol: Option<String>,
    /// For sftp and scp: list | download | upload | change.
    #[arg(long)]
    pub file: Option<String>,
    /// For forward.
    #[arg(long, value_name = "HOST:PORT")]
    pub forward_to: Option<String>,
    /// An RFC 3339 time, a date, or how far ahead: 12h. Left out: now.
    #[arg(long)]
    pub at: Option<String>,
}

/// A set of policy files: a directory, or a version by its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Version(u64),
    Dir(PathBuf),
}

impl Place {
    fn dir(&self) -> Option<&PathBuf> {
        match self {
            Self::Dir(dir) => Some(dir),
            Self::Version(_) => None,
        }
    }
}

impl std::str::FromStr for Place {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.parse().map_or_else(|_| Self::Dir(text.into()), Self::Version))
    }
}

impl Policy {
    /// Whether it needs nothing but files: then it runs where it is called, without a gateway.
    pub(super) fn is_local(&self) -> bool {
        match self {
            Self::Check { .. } | Self::Decide { .. } | Self::Test { .. } => true,
            Self::Explain { asked, .. } | Self::Who { asked, .. } | Self::What { asked, .. } => {
                asked.from.policies.is_some()
            }
            Self::PlanDocument { from, .. } => from.policies.is_some(),
            Self::Diff { places, replay: None } => {
                matches!(places.as_slice(), [Place::Dir(_), Place::Dir(_)])
            }
            _ => false,
        }
    }

    /// The directories that it names, which are meant from where the caller stands.
    pub fn dirs(&self) -> Vec<&PathBuf> {
        match self {
            Self::Apply { dir, .. } => dir.iter().collect(),
            Self::Diff { places, .. } => places.iter().filter_map(Place::dir).collect(),
            _ => Vec::new(),
        }
    }
}

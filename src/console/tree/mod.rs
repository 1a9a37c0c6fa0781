//! The command tree: one for the host and for SSH.

mod approve;
mod lockdown;
mod policy;
mod vpn;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(super) use approve::Approve;
pub(super) use lockdown::{Aim, Lockdown, ReportFormat};
pub use policy::Policy;
pub(super) use vpn::{Enrol, Vpn};

pub(super) use policy::{Asked, Explain, From, Place, Search, What, Who};

use crate::domain::Role;

#[derive(Debug, Parser)]
#[command(
    name = "juyong",
    version,
    about = "A bastion host: decided by policy, recorded, closed by one order"
)]
#[command(disable_help_subcommand = true)]
pub struct Cli {
    /// The configuration file; else $JUYONG_CONFIG, ./juyong.toml, /etc/juyong/juyong.toml.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// One JSON object a line, for programs.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Everything in one process: gateway, an asset, an operator; prints how to log in.
    Demo(Demo),
    /// Runs the gateway.
    Serve,
    /// Checks the installation and says what to mend.
    Doctor,
    /// Checks, tries and applies policy files.
    #[command(subcommand)]
    Policy(Policy),
    /// Accounts: enrolment, locks.
    #[command(subcommand)]
    Operator(Operator),
    /// Assets: their host keys.
    #[command(subcommand)]
    Asset(Asset),
    /// What the gateway logs in to assets with; sealed at rest.
    #[command(subcommand)]
    Credential(Credential),
    /// Locks accounts in bulk and cuts what is running.
    #[command(subcommand)]
    Lockdown(Lockdown),
    /// Devices: the tunnels and certificates that accounts reach the gateway with.
    #[command(subcommand)]
    Vpn(Vpn),
    /// An officer's word for what waits for it.
    #[command(subcommand)]
    Approve(Approve),
    /// What happened.
    #[command(subcommand)]
    Audit(Audit),
    /// The gateway's clock, on its host.
    #[command(subcommand)]
    Clock(Clock),
    /// Who you are here.
    Whoami,
    /// The assets that are open to you now.
    Assets,
    /// Every command.
    Help,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// Runs the whole story unattended, prints it, and says whether it held.
    #[arg(long)]
    pub tour: bool,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:2222", value_name = "ADDRESS:PORT")]
    pub listen: String,
    /// Language of menus and messages.
    #[arg(long, default_value = "en", value_name = "zh-CN|en")]
    pub language: String,
}

#[derive(Debug, Subcommand)]
pub enum Operator {
    /// Every account of the policy, and what it has enrolled.
    List,
    Show {
        name: String,
    },
    /// Sets factors. Without a flag, draws a one-time-code secret and shows it once.
    Enrol {
        name: String,
        #[arg(long, value_name = "FILE")]
        public_key: Option<PathBuf>,
        /// Reads the password from the first line of standard input.
        #[arg(long)]
        password_stdin: bool,
        #[arg(long, value_name = "BASE32")]
        totp_secret: Option<String>,
    },
    /// Closes an account until it is enabled, and cuts its sessions.
    Disable {
        name: String,
        #[arg(long, default_value = "")]
        reason: String,
    },
    Enable {
        name: String,
    },
    /// Forgets failed attempts.
    Unlock {
        name: String,
    },
    /// Takes every factor away and frees the seat.
    Reset {
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum Clock {
    /// Says that the time of day is right, though the journal has later rows: decisions go by it again.
    Trust {
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum Asset {
    List,
    /// Takes the host key that the asset shows now, after showing its fingerprint.
    Trust {
        name: String,
        /// Takes it only if this is its fingerprint.
        #[arg(long, value_name = "SHA256:…")]
        fingerprint: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum Credential {
    #[command(group = clap::ArgGroup::new("what").required(true))]
    Set {
        asset: String,
        login: String,
        #[arg(long, value_name = "FILE", group = "what")]
        private_key: Option<PathBuf>,
        /// Reads the password from the first line of standard input.
        #[arg(long, group = "what")]
        password_stdin: bool,
    },
    List,
    Remove {
        asset: String,
        login: String,
    },
}

/// Which records.
#[derive(Debug, Clone, Default, Args)]
pub struct Filters {
    #[arg(long)]
    pub operator: Option<String>,
    #[arg(long)]
    pub asset: Option<String>,
    /// An address, or a network in CIDR form.
    #[arg(long)]
    pub source: Option<String>,
    /// A date, an RFC 3339 time, or how long ago: 30m, 12h, 7d.
    #[arg(long)]
    pub since: Option<String>,
    #[arg(long)]
    pub until: Option<String>,
    #[arg(long)]
    pub session: Option<String>,
    #[arg(long)]
    pub limit: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub enum Audit {
    Sessions(Filters),
    /// Which commands were judged, and how.
    Commands(Filters),
    /// One session with all it left.
    Show {
        id: String,
    },
    /// The journal, refusals included.
    Events(Filters),
    /// Plays a session, or one recording, in the terminal. Nothing in it speaks to the terminal itself.
    Replay(Replay),
    /// Writes a session, or one recording, as a file: cast for players, txt for readers.
    Export {
        #[arg(value_name = "SESSION|RECORDING")]
        id: String,
        #[arg(long, value_enum)]
        format: Format,
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Takes the place of a file that is there.
        #[arg(long, requires = "out")]
        force: bool,
    },
    /// Checks the journal's chain; exit 1 names the first break.
    Verify,
    /// Ends one running session, for role security.
    Kill {
        /// The session, or the beginning of its id.
        id: String,
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Args)]
pub struct Replay {
    #[arg(value_name = "SESSION|RECORDING")]
    pub id: String,
    /// Times as fast as it was, from 0.01 to 1000.
    #[arg(long, default_value_t = 1.0, value_parser = speed)]
    pub speed: f64,
    /// Longest pause, in seconds, at most a day.
    #[arg(long, value_name = "SECONDS", value_parser = pause)]
    pub idle_limit: Option<f64>,
    /// Where to begin: a command's number, a length since the beginning (90s, 1h5m), or a time of day.
    #[arg(long, value_name = "TIME|COMMAND-NUMBER")]
    pub from: Option<String>,
    /// Plays every byte, also what steers the terminal: for one that may be steered.
    #[arg(long)]
    pub raw: bool,
}

fn speed(text: &str) -> Result<f64, String> {
    within(text, 0.01, 1000.0)
}

fn pause(text: &str) -> Result<f64, String> {
    within(text, 0.0, 86_400.0)
}

/// attack 18: no number that a person types is one that a clock cannot wait for.
fn within(text: &str, least: f64, most: f64) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("a number from {least} to {most}"))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Cast,
    Txt,
}

impl Command {
    /// Whose duty this is; `None` is everybody's.
    pub fn role(&self) -> Option<Role> {
        match self {
            Self::Whoami | Self::Assets | Self::Help | Self::Vpn(_) => None,
            Self::Audit(Audit::Kill { .. }) => Some(Role::Security),
            Self::Audit(_) => Some(Role::Auditor),
            Self::Lockdown(_) | Self::Approve(_) => Some(Role::Security),
            _ => Some(Role::System),
        }
    }

    /// Commands that belong to the host alone: they run there, whatever gateway runs.
    pub fn is_local(&self) -> bool {
        match self {
            Self::Demo(_) | Self::Serve | Self::Doctor => true,
            Self::Policy(policy) => policy.is_local(),
            _ => false,
        }
    }

    /// The file that the command reads on the caller's machine, with the option that names it.
    pub fn file(&self) -> Option<(&'static str, &PathBuf)> {
        match self {
            Self::Operator(Operator::Enrol { public_key: Some(path), .. }) => Some(("--public-key", path)),
            Self::Credential(Credential::Set { private_key: Some(path), .. }) => {
                Some(("--private-key", path))
            }
            _ => None,
        }
    }

    /// The option that names a file on a machine which nobody over SSH can mean.
    pub fn names_file(&self) -> Option<&'static str> {
        match self {
            Self::Vpn(Vpn::Enrol(Enrol { out: Some(_), .. })) => Some("--out"),
            _ => self.file().map(|(option, _)| option),
        }
    }

    /// The file that the command writes on the caller's machine.
    pub fn out(&self) -> Option<&PathBuf> {
        match self {
            Self::Vpn(Vpn::Enrol(Enrol { out, .. })) => out.as_ref(),
            Self::Audit(Audit::Export { out, .. }) => out.as_ref(),
            _ => None,
        }
    }

    /// Whether that file may be there already.
    pub fn replaces_file(&self) -> bool {
        matches!(self, Self::Audit(Audit::Export { force: true, .. }))
    }

    pub fn wants_stdin(&self) -> bool {
        matches!(
            self,
            Self::Operator(Operator::Enrol { password_stdin: true, .. })
                | Self::Credential(Credential::Set { password_stdin: true, .. })
        )
    }
}

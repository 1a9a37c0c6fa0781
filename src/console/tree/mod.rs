//! The command tree: one for the host and for SSH.

mod approve;
mod import;
mod lockdown;
mod own;
mod policy;
mod vpn;

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(super) use approve::Approve;
pub(super) use import::Import;
pub(super) use lockdown::{Aim, LockdownCommand, ReportFormat};
pub(super) use own::{Codes, Keys, Sessions};
pub use policy::PolicyCommand;
pub(super) use vpn::{Enrol, Vpn};

pub(super) use policy::{Asked, Explain, From, PolicySource, Search, WhatCommand, Who};

use crate::admin::AccountState;
use crate::auth::Factor;
use crate::domain::{Language, Remark, SourceNet};
use crate::roster::MOST_BYTES;

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
    /// Says it in this language: zh-CN or en; else in the gateway's.
    #[arg(long, global = true, value_name = "zh-CN|en", value_parser = language)]
    pub lang: Option<Language>,
    #[command(subcommand)]
    pub command: Command,
    /// The command's words, such as `audit kill`.
    #[arg(skip)]
    pub path: String,
}

fn language(text: &str) -> Result<Language, String> {
    Language::parse(text).ok_or_else(|| "zh-CN or en".to_owned())
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
    Policy(PolicyCommand),
    /// Accounts: enrolment, locks.
    #[command(subcommand)]
    Operator(OperatorCommand),
    /// Sources of failed logins that are blocked.
    #[command(subcommand)]
    Source(Source),
    /// Assets: their host keys, and whether the gateway can log in there.
    #[command(subcommand)]
    Asset(AssetCommand),
    /// What the gateway logs in to assets with; sealed at rest.
    #[command(subcommand)]
    Credential(CredentialCommand),
    /// Locks accounts in bulk and cuts what is running.
    #[command(subcommand)]
    Lockdown(LockdownCommand),
    /// Devices: the tunnels and certificates that accounts reach the gateway with.
    #[command(subcommand)]
    Vpn(Vpn),
    /// Requests that wait for an officer's approval: lists, grants and refuses them.
    #[command(subcommand)]
    Approve(Approve),
    /// What happened.
    #[command(subcommand)]
    Audit(Audit),
    /// The gateway's clock, on its host.
    #[command(subcommand)]
    Clock(ClockCommand),
    /// Who you are here.
    Whoami,
    /// Ends what is remembered of your one-time codes: your next login is asked for one.
    Logout,
    /// The assets that are open to you now.
    Assets,
    /// Your public keys: lists, adds and takes away.
    Keys {
        #[command(subcommand)]
        what: Option<Keys>,
    },
    /// Sets your password; asks for it twice, and for a fresh code.
    Password,
    /// Your one-time codes: a new secret for the phone.
    Totp {
        #[command(subcommand)]
        what: Option<Codes>,
    },
    /// Makes new recovery codes in the place of those that are left; asks for a fresh code.
    Recovery,
    /// Your sessions that run: lists and ends them.
    Sessions {
        #[command(subcommand)]
        what: Option<Sessions>,
    },
    /// Your devices.
    Devices,
    /// Every command; `help COMMAND` tells what one takes.
    Help,
    /// Prints what makes a shell complete the words of this program: `source <(juyong completions bash)`.
    Completions {
        /// The shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
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
pub enum OperatorCommand {
    /// Every account of the policy, what it has enrolled and what keeps it out, and how many seats are taken.
    List(ListAccounts),
    /// One account: its factors, and whether it is locked.
    Show {
        /// The account's name in the policy.
        name: String,
    },
    /// Reads a roster (CSV, xlsx) into the policy files: checks all of it, tells what changes, puts it in force.
    Import(Import),
    /// Sets factors. Without a flag, draws a one-time-code secret and shows it once.
    Enrol {
        /// The account's name in the policy.
        name: String,
        /// An OpenSSH public key, as in id_ed25519.pub, on the gateway's host.
        #[arg(long, value_name = "FILE")]
        public_key: Option<PathBuf>,
        /// What the maker of this security key says of it: a file of `ssh-keygen -O write-attestation`, on the gateway's
        /// host.
        #[arg(long, value_name = "FILE", requires = "public_key")]
        attestation: Option<PathBuf>,
        /// Reads the password from the first line of standard input.
        #[arg(long)]
        password_stdin: bool,
        /// The secret of the one-time codes. It shows in the list of processes: better give it by
        /// --totp-secret-stdin.
        #[arg(long, value_name = "BASE32")]
        totp_secret: Option<String>,
        /// Reads the secret of the one-time codes (Base32) from standard input, from the line after the password
        /// where both are given.
        #[arg(long, conflicts_with = "totp_secret")]
        totp_secret_stdin: bool,
        /// The secret of a token of GM/T 0021-2012 (SM3). It shows in the list of processes: better give it by
        /// --gm-otp-secret-stdin.
        #[arg(long, value_name = "HEX", conflicts_with_all = ["totp_secret", "totp_secret_stdin"])]
        gm_otp_secret: Option<String>,
        /// Reads the secret of a token of GM/T 0021-2012 (hexadecimal) from standard input, from the line after the
        /// password where both are given.
        #[arg(long, conflicts_with_all = ["totp_secret", "totp_secret_stdin", "gm_otp_secret"])]
        gm_otp_secret_stdin: bool,
    },
    /// Closes an account until it is enabled, and cuts its sessions.
    Disable {
        /// The account's name in the policy.
        name: String,
        /// Why, for the journal.
        #[arg(long)]
        reason: Option<Remark>,
    },
    /// Closes all that lets somebody in: the account, sessions, devices, factors, remembered codes, permits.
    Leave {
        /// The account's name.
        name: String,
        /// Why, for the journal.
        #[arg(long)]
        reason: Remark,
    },
    /// Opens an account that was disabled by hand, or that nobody has used for long.
    Enable {
        /// The account's name in the policy.
        name: String,
        /// Why, for the journal.
        #[arg(long)]
        reason: Option<Remark>,
    },
    /// Forgets failed attempts.
    Unlock {
        /// The account's name in the policy.
        name: String,
    },
    /// Ends what is remembered of an account's one-time codes: its next login is asked for one.
    Forget {
        /// The account's name in the policy.
        name: String,
    },
    /// Takes every factor away and frees the seat; with --factor that one alone, and invites its owner to set it anew.
    Reset {
        /// The account's name in the policy.
        name: String,
        /// What is lost.
        #[arg(long, value_enum)]
        factor: Option<LostFactor>,
    },
    /// Makes codes with which people enrol by themselves at their first login, each good once and for a while.
    #[command(group = clap::ArgGroup::new("whom").required(true).args(["names", "all"]))]
    Invite {
        /// Accounts, @group, vendor:NAME; of groups those who lack factors.
        #[arg(value_name = "NAME|@GROUP")]
        names: Vec<String>,
        /// Everybody who lacks factors.
        #[arg(long)]
        all: bool,
        /// A table of codes, readable to its owner alone; `-`: standard output. It must not exist yet.
        #[arg(long, value_name = "FILE")]
        csv: Option<PathBuf>,
        /// A page to print, a card a person (HTML), readable to its owner alone; `-`: standard output. It must not exist
        /// yet.
        #[arg(long, value_name = "FILE", conflicts_with = "csv")]
        sheet: Option<PathBuf>,
        /// Takes the invitation of one account back.
        #[arg(long, conflicts_with_all = ["csv", "sheet", "all"])]
        withdraw: bool,
    },
}

/// A factor that its owner can lose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LostFactor {
    /// All keys.
    Publickey,
    Password,
    /// The phone, and with it the recovery codes.
    Totp,
    /// The token of GM/T 0021, and with it the recovery codes.
    GmOtp,
}

impl LostFactor {
    pub(in crate::console) fn factor(self) -> Factor {
        match self {
            Self::Publickey => Factor::PublicKey,
            Self::Password => Factor::Password,
            Self::Totp => Factor::Totp,
            Self::GmOtp => Factor::GmOtp,
        }
    }
}

/// Which accounts.
#[derive(Debug, Clone, Default, Args)]
pub struct ListAccounts {
    /// Only in one of these states: active, disabled, not-yet-valid, expired, not-enrolled, invited, incomplete, locked,
    /// idle, locked-down.
    #[arg(long, value_delimiter = ',', value_name = "STATE,…")]
    pub state: Vec<AccountState>,
    /// Only of this group.
    #[arg(long)]
    pub group: Option<String>,
    /// Only of this vendor.
    #[arg(long)]
    pub vendor: Option<String>,
    /// Only those whose last day is over within so long: 30d.
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    pub expires_within: Option<u64>,
    /// Only those that nobody has used for so long: 90d.
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    pub idle: Option<u64>,
    /// As a table for spreadsheets.
    #[arg(long)]
    pub csv: bool,
    /// At most so many.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: Option<u32>,
    /// Only what comes after this account by name.
    #[arg(long, value_name = "NAME")]
    pub after: Option<String>,
}

fn length(text: &str) -> Result<u64, String> {
    crate::domain::length(text).ok_or_else(|| "a length of time such as 30d or 12h".to_owned())
}

#[derive(Debug, Subcommand)]
pub enum Source {
    /// Addresses from which too many logins failed, and until when they are blocked.
    List,
    /// Ends a block, and forgets what failed from there.
    Unblock {
        /// The address, or the /64 network of an IPv6 address.
        #[arg(value_name = "ADDRESS")]
        source: SourceNet,
    },
}

#[derive(Debug, Subcommand)]
pub enum ClockCommand {
    /// Says that the time of day is right, though the journal has later rows: decisions go by it again.
    Trust {
        /// Why, for the journal.
        #[arg(long)]
        reason: Remark,
    },
}

#[derive(Debug, Subcommand)]
pub enum AssetCommand {
    /// Every asset of the policy, and whether its host key is known.
    List,
    /// Reads a list of machines (CSV, xlsx) into the policy files: checks all of it, tells what changes, puts it in force.
    Import(Import),
    /// Shows the host key that the asset has now, and which are trusted. Changes nothing.
    Key {
        /// The asset's name in the policy.
        name: String,
    },
    /// Trusts the host key that the asset shows now. On a terminal it is shown first, and asked.
    Trust {
        /// The asset's name in the policy.
        name: String,
        /// Takes it only if this is its fingerprint.
        #[arg(long, value_name = "SHA256:…")]
        fingerprint: Option<String>,
        /// The fingerprint of the trusted key that it replaces: a key that changed is not taken without.
        #[arg(long, value_name = "SHA256:…")]
        replace: Option<String>,
    },
    /// Tries port, host key and credential, and says what holds; exit 1 where something does not.
    Check {
        /// The asset's name in the policy.
        name: String,
        /// Only this login; else each of the asset's.
        #[arg(long)]
        login: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum CredentialCommand {
    /// Seals what the gateway logs in to an asset with.
    #[command(group = clap::ArgGroup::new("what").required(true))]
    Set {
        /// The asset's name in the policy.
        asset: String,
        /// The login on the asset.
        login: String,
        /// A private key without a passphrase, on the gateway's host.
        #[arg(long, value_name = "FILE", group = "what")]
        private_key: Option<PathBuf>,
        /// Reads the password from the first line of standard input.
        #[arg(long, group = "what")]
        password_stdin: bool,
    },
    /// Which credentials are stored, and since when. Never what they are.
    List,
    /// Removes a credential: sessions to that login are refused from then on.
    Remove {
        /// The asset's name.
        asset: String,
        /// The login on the asset.
        login: String,
    },
}

/// Which records.
#[derive(Debug, Clone, Default, Args)]
pub struct Filters {
    /// Only of this account.
    #[arg(long)]
    pub operator: Option<String>,
    /// Only on this asset.
    #[arg(long)]
    pub asset: Option<String>,
    /// An address, or a network in CIDR form.
    #[arg(long)]
    pub source: Option<String>,
    /// Not before: a date, "2026-12-01 18:00", an hour, yesterday, or how long ago: 30m, 12h, 7d.
    #[arg(long)]
    pub since: Option<String>,
    /// Not after; written as --since. A date: to the end of that day.
    #[arg(long)]
    pub until: Option<String>,
    /// A session's id, or its beginning.
    #[arg(long)]
    pub session: Option<String>,
    /// The newest so many; with --after the first so many. Text shows 100 where nothing is said.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: Option<u32>,
    /// Only what comes before this row (of events and commands its number, of sessions the id).
    #[arg(long, value_name = "ROW")]
    pub before: Option<String>,
    /// Only what comes after this row.
    #[arg(long, value_name = "ROW")]
    pub after: Option<String>,
}

/// Which rows of the journal.
#[derive(Debug, Clone, Default, Args)]
pub struct Events {
    #[command(flatten)]
    pub filters: Filters,
    /// Only rows of this kind, such as login-refused; may be given several times.
    #[arg(long, value_name = "KIND")]
    pub event: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Who was where, when, and how it ended.
    Sessions(Filters),
    /// Which commands were judged, and how.
    Commands(Filters),
    /// One session with all it left.
    Show {
        /// The session, as `audit sessions` shows it.
        id: String,
    },
    /// The journal, refusals included.
    Events(Events),
    /// Plays a session, or one recording, in the terminal. Nothing in it speaks to the terminal itself.
    Replay(Replay),
    /// Writes a session, or one recording, as a file: cast for players, txt for readers.
    Export {
        #[arg(value_name = "SESSION|RECORDING")]
        /// The session, or one of its recordings, as `audit sessions` shows them.
        id: String,
        /// asciicast, or the text that was on the screen.
        #[arg(long, value_enum)]
        format: Format,
        /// Where it goes; else it is printed.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Takes the place of a file that is there.
        #[arg(long, requires = "out")]
        force: bool,
    },
    /// Reads all evidence again and compares it; exit 1 says what is missing and what was altered.
    Verify {
        /// The log's key that was written down: what it and the keys behind it signed is believed.
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
    /// What was signed last: how many rows there were, and their root; as a C2SP checkpoint.
    Checkpoint {
        /// The first that covers so many rows.
        #[arg(long, value_name = "ROWS")]
        size: Option<String>,
    },
    /// The log's first key, to be written down elsewhere, and the one that signs now.
    Keys,
    /// Proves that a row is in the log, for somebody who has its key alone; as a C2SP tlog-proof.
    Proof {
        /// The row's number, as `audit events` shows it.
        row: String,
    },
    /// Ends one running session, for role security.
    Kill {
        /// The session, or the beginning of its id.
        id: String,
        /// Why, for the journal.
        #[arg(long)]
        reason: Remark,
    },
}

#[derive(Debug, Args)]
pub struct Replay {
    /// The session, or one of its recordings, as `audit sessions` shows them.
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
    /// Whether it reads files alone: it runs where it is called, whatever gateway runs.
    pub fn is_local(&self) -> bool {
        matches!(self, Self::Policy(policy) if policy.is_local())
    }

    /// Whether it reads policy files from a directory of the gateway's host, which only who is there may choose.
    pub fn names_directory(&self) -> bool {
        matches!(self, Self::Policy(policy) if !policy.dirs().is_empty())
    }

    /// The file that the command reads on the caller's machine, with the option that names it.
    pub fn file(&self) -> Option<(&'static str, &PathBuf)> {
        match self {
            Self::Operator(OperatorCommand::Enrol { public_key: Some(path), .. }) => {
                Some(("--public-key", path))
            }
            Self::Credential(CredentialCommand::Set { private_key: Some(path), .. }) => {
                Some(("--private-key", path))
            }
            Self::Operator(OperatorCommand::Import(asked)) | Self::Asset(AssetCommand::Import(asked)) => {
                asked.path()
            }
            _ => None,
        }
    }

    /// The file with what the maker of a security key says of it, on the caller's machine.
    pub fn attestation(&self) -> Option<&PathBuf> {
        match self {
            Self::Operator(OperatorCommand::Enrol { attestation, .. }) => attestation.as_ref(),
            _ => None,
        }
    }

    /// The option that names a file on a machine which nobody over SSH can mean.
    pub fn names_file(&self) -> Option<&'static str> {
        match self {
            Self::Vpn(Vpn::Enrol(Enrol { out: Some(_), .. }))
            | Self::Audit(Audit::Export { out: Some(_), .. }) => Some("--out"),
            Self::Operator(OperatorCommand::Invite { csv: Some(path), .. }) if is_file(path) => Some("--csv"),
            Self::Operator(OperatorCommand::Invite { sheet: Some(path), .. }) if is_file(path) => {
                Some("--sheet")
            }
            _ => self.file().map(|(option, _)| option),
        }
    }

    /// The file that the command writes on the caller's machine.
    pub fn out(&self) -> Option<&PathBuf> {
        match self {
            Self::Vpn(Vpn::Enrol(Enrol { out, .. })) => out.as_ref(),
            Self::Audit(Audit::Export { out, .. }) => out.as_ref(),
            Self::Operator(OperatorCommand::Invite { csv, sheet, .. }) => {
                csv.as_ref().or(sheet.as_ref()).filter(|path| is_file(path))
            }
            _ => None,
        }
    }

    /// Whether that file may be there already.
    pub fn replaces_file(&self) -> bool {
        matches!(self, Self::Audit(Audit::Export { force: true, .. }))
    }

    /// What it reads of standard input, if anything.
    pub fn stdin(&self) -> Option<Stdin> {
        match self {
            Self::Operator(OperatorCommand::Import(asked)) | Self::Asset(AssetCommand::Import(asked)) => {
                asked.path().is_none().then_some(Stdin::File)
            }
            _ => self.wants_secret().then_some(Stdin::Secret),
        }
    }

    fn wants_secret(&self) -> bool {
        matches!(
            self,
            Self::Operator(OperatorCommand::Enrol { password_stdin: true, .. })
                | Self::Operator(OperatorCommand::Enrol { totp_secret_stdin: true, .. })
                | Self::Operator(OperatorCommand::Enrol { gm_otp_secret_stdin: true, .. })
                | Self::Credential(CredentialCommand::Set { password_stdin: true, .. })
        )
    }
}

/// `-` is standard output.
fn is_file(path: &Path) -> bool {
    path != Path::new("-")
}

/// What comes in by standard input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stdin {
    /// A line or two.
    Secret,
    /// All of a file.
    File,
}

impl Stdin {
    /// Most bytes that are read.
    pub fn most(self) -> usize {
        match self {
            Self::Secret => 64 * 1024,
            Self::File => MOST_BYTES + 1, // what is longer is told to be so
        }
    }
}

/// What makes a shell complete the words of this program.
pub fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    use clap::CommandFactory as _;
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "juyong", &mut script);
    script
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    fn silent(command: &clap::Command, path: &str, found: &mut Vec<String>) {
        for argument in command.get_arguments().filter(|argument| argument.get_help().is_none()) {
            found.push(format!("{path} {}", argument.get_id()));
        }
        for below in command.get_subcommands() {
            let path = format!("{path} {}", below.get_name());
            if below.get_about().is_none() {
                found.push(path.clone());
            }
            silent(below, &path, found);
        }
    }

    /// newcomer: many options had no description.
    #[test]
    fn every_command_and_every_argument_says_what_it_is() {
        let mut found = Vec::new();
        silent(&Cli::command(), "juyong", &mut found);
        assert!(found.is_empty(), "without a description: {found:#?}");
    }
}

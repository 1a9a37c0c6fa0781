//! The words of `juyong vpn`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::domain::Remark;

#[derive(Debug, Subcommand)]
pub enum Vpn {
    /// Enrols a device: prints its client file, once.
    Enrol(Enrol),
    /// Devices, those that are revoked too.
    List {
        /// Only those of this account.
        #[arg(long)]
        operator: Option<String>,
    },
    /// Forgets a device's last handshake: for one whose clock was ahead, and is right now.
    Forget {
        /// Its id.
        device: String,
        /// Why, for the journal.
        #[arg(long)]
        reason: Option<Remark>,
    },
    /// Ends a device for good, and cuts what came through it.
    Revoke {
        /// Its id; of one's own, its label too.
        device: String,
        /// Why, for the journal.
        #[arg(long)]
        reason: Option<Remark>,
    },
}

#[derive(Debug, Args)]
pub struct Enrol {
    /// Whose it is; else whoever asks.
    pub name: Option<String>,
    /// What to call it.
    #[arg(long, value_name = "LABEL")]
    pub device: Option<String>,
    /// The key that the device made itself, as `wg pubkey` prints it; else a pair is drawn here.
    #[arg(long, value_name = "KEY")]
    pub public_key: Option<String>,
    /// A certificate for the TLS listener, and no tunnel.
    #[arg(long, conflicts_with = "public_key")]
    pub tls: bool,
    /// Where the client file goes, readable to its owner alone; else it is printed. It must not exist yet.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

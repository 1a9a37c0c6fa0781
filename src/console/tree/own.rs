//! The words about one's own account.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Your public keys.
    List,
    /// Adds a public key; asks for the key, where none stands here, and for a fresh code.
    Add {
        /// The line of the .pub file.
        #[arg(value_name = "KEY")]
        key: Vec<String>,
    },
    /// Takes one of your keys away; asks for a fresh code.
    Remove {
        /// As `keys` shows it.
        #[arg(value_name = "SHA256:…")]
        fingerprint: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum Codes {
    /// Draws a new secret for the phone; asks for a code of the old one. It counts once it is confirmed.
    New,
    /// Takes the secret that was drawn, by a code of it.
    Confirm,
}

#[derive(Debug, Subcommand)]
pub enum Sessions {
    /// Your sessions that run.
    List,
    /// Ends one of them.
    End {
        /// Its id, or the beginning of it.
        id: String,
    },
}

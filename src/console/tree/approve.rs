//! The words of `juyong approve`.

use clap::Subcommand;

use crate::domain::Remark;

#[derive(Debug, Subcommand)]
pub enum Approve {
    /// What waits for an officer, and what was granted for a while.
    List {
        /// Goes on, and shows what comes.
        #[arg(long)]
        watch: bool,
    },
    /// Lets what waits go on.
    Grant {
        /// The request, as `approve list` shows it.
        id: String,
        /// So long the same passes without asking: the same account, asset, login and, of a command, line.
        #[arg(long = "for", value_name = "LENGTH")]
        lasts: Option<String>,
        /// Why, for the journal.
        #[arg(long)]
        reason: Option<Remark>,
    },
    /// Takes back what you asked for: nobody has to answer it any more.
    Withdraw {
        /// The request, as it was told when it was made.
        id: String,
    },
    /// Refuses what waits.
    Refuse {
        /// The request, as `approve list` shows it.
        id: String,
        /// Why, for the journal and for whoever asked.
        #[arg(long)]
        reason: Option<Remark>,
    },
}

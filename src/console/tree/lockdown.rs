//! The words of `juyong lockdown`.

use clap::{Args, Subcommand, ValueEnum};

use crate::domain::Remark;

#[derive(Debug, Subcommand)]
pub enum LockdownCommand {
    /// Whom an order would cover, and which live sessions it would cut. Changes nothing.
    Plan {
        /// Why it would be ordered.
        #[arg(long)]
        reason: Option<Remark>,
        #[command(flatten)]
        aim: Aim,
    },
    /// Refuses new logins and cuts live sessions of everybody in the scope, now.
    Start {
        /// Why, for the journal and the report.
        #[arg(long)]
        reason: Remark,
        #[command(flatten)]
        aim: Aim,
    },
    /// What is in force, what is planned, what waits for a second person.
    Status,
    /// Lets one person past one lockdown.
    Allow {
        /// The lockdown: its id, its number on paper, or the name of a planned period.
        id: String,
        /// Who may pass.
        operator: String,
        /// To this asset only.
        #[arg(long)]
        asset: Option<String>,
        /// Until then: a date (that whole day), "2026-12-01 18:00", 18:00, or a length such as 2h; else until the
        /// lockdown's end.
        #[arg(long)]
        until: Option<String>,
        /// The number of the paper behind it.
        #[arg(long, value_name = "NO")]
        ticket: Remark,
    },
    /// Lifts a lockdown before it ends by itself.
    Lift {
        /// The lockdown: its id, its number on paper, or the name of a planned period.
        id: String,
        /// Why, for the journal and the report.
        #[arg(long)]
        reason: Remark,
    },
    /// Confirms, as the second person, what somebody else asked for.
    Confirm {
        /// The request; or the lockdown that it is about: its id, its number on paper, or its period's name.
        id: String,
    },
    /// Draws break-glass codes: each is taken once, and then opens the account past the lockdowns of the moment for
    /// the whole length. They are shown once, and void those that were drawn before.
    Codes {
        /// Whose codes.
        #[arg(long)]
        operator: String,
        /// How many; 0 voids those that there are.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(0..=100))]
        count: u16,
        /// How long one opens the account.
        #[arg(long = "for", default_value = "2h", value_name = "LENGTH")]
        opens: String,
    },
    /// Everything that happened in it.
    Report {
        /// The lockdown: its id, its number on paper, or the name of a planned period.
        id: String,
        /// For people, for programs, or for a table.
        #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
        format: ReportFormat,
        /// Signed by the gateway's host key; docs/administer/lockdown.md says how to verify it.
        #[arg(long)]
        signed: bool,
    },
}

/// Whom an order is aimed at, and for how long.
#[derive(Debug, Args)]
pub struct Aim {
    /// The number of the order on paper.
    #[arg(long, value_name = "NO")]
    pub order: Option<Remark>,
    /// all | @group | vendor:X | NAME, comma separated.
    #[arg(long, default_value = "all")]
    pub scope: String,
    /// Who is not covered, although in the scope.
    #[arg(long, default_value = "", value_name = "@group|vendor:X|NAME,…")]
    pub except: String,
    /// Ends by itself then: a date (that whole day), "2026-12-01 18:00", 18:00, or a length such as 12h.
    #[arg(long)]
    pub until: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    Text,
    Json,
    Csv,
}

//! What was found.

use jiff::Timestamp;

use crate::evidence::log::LogKey;
use crate::store::JournalRow;

/// Who may see a row; `None` is everything.
pub type Scope<'a> = Option<&'a (dyn Fn(&JournalRow) -> bool + Sync)>;

/// How many faults of a sort are named: whoever changed a million rows does not fill the reader's disk.
pub const NAMED: usize = 100;

/// One thing that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// A fixed word: `row-altered`, `session-missing`, `recording-altered` …
    pub what: &'static str,
    /// Which one: a row's number, an id.
    pub which: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// Faults of one sort: all counted, the first named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    pub count: u64,
    pub first: Vec<Fault>,
    /// Those that whoever asks may not see are counted apart, and not named.
    pub hidden: u64,
}

impl Faults {
    pub(super) fn add(&mut self, shown: bool, what: &'static str, which: &dyn ToString, detail: String) {
        self.add_many(1, shown, what, which, detail);
    }

    pub(super) fn add_many(
        &mut self,
        count: u64,
        shown: bool,
        what: &'static str,
        which: &dyn ToString,
        detail: String,
    ) {
        if !shown {
            self.hidden += count;
            return;
        }
        self.count += count;
        if self.first.len() < NAMED {
            self.first.push(Fault { what, which: which.to_string(), detail });
        }
    }
}

/// Rows that a signed checkpoint covers: the tree over them is what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenRows {
    /// From the first on.
    pub rows: u64,
    /// The checkpoint's number.
    pub checkpoint: u64,
    pub at: Timestamp,
    /// Whose signature it is.
    pub key: LogKey,
}

/// What the log says of the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogReport {
    /// In the log when the check began.
    pub rows: u64,
    pub checkpoints: u64,
    pub keys: u64,
    /// The key that the first row of this kind names.
    pub first_key: Option<LogKey>,
    /// By the last checkpoint that is believed. None: nothing is proven.
    pub proven: Option<ProvenRows>,
}

/// What was read, and what was found. Everything that is counted is in the scope of whoever asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub rows: u64,
    pub sessions: u64,
    pub recordings: u64,
    /// What was there and is gone.
    pub missing: Faults,
    /// What is not what was written, and what nobody wrote.
    pub altered: Faults,
    /// What is no fault and worth a look: rows whose time is before that of the row before.
    pub notes: Faults,
    pub log: LogReport,
}

impl Report {
    pub fn holds(&self) -> bool {
        [&self.missing, &self.altered].iter().all(|faults| faults.count == 0 && faults.hidden == 0)
    }
}

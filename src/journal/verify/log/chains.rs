//! Which key signs when: each is named by a row, and the first checkpoint over this row is the key's before it.

use std::collections::BTreeMap;

use super::super::super::named::{KIND, NamedKey};
use super::super::report::{LogReport, ProvenRows, Report};
use super::range::range;
use crate::evidence::log::{Checkpoint, Frontier, LogKey, SignedNote};
use crate::store::{CheckpointRow, RowFields};

/// Logs of one journal that are followed at once: each begins where the key of the one before was lost.
const LOGS: usize = 1000;

/// Whose signature is good, and whether that key is believed.
struct SignedBy {
    key: LogKey,
    believed: bool,
}

/// One log's keys and checkpoints.
struct Chain {
    key: LogKey,
    /// Named by a row that no checkpoint covers yet.
    next: Option<NamedKey>,
    /// What this key signs is believed.
    trusted: bool,
    /// The number that the next checkpoint has to have.
    number: u64,
}

pub(super) struct Chains {
    /// The key that somebody wrote down: trust begins with it, and else with the first.
    pinned: Option<LogKey>,
    met: bool,
    chains: BTreeMap<String, Chain>,
    /// Rows up to the last checkpoint that agrees with the tree.
    agreed: u64,
    /// The last row that the log has, or that a believed checkpoint covers though it is not there.
    last: u64,
    found: LogReport,
}

impl Chains {
    pub(super) fn new(pinned: Option<LogKey>, rows: u64) -> Self {
        let (chains, found) = (BTreeMap::new(), LogReport::default());
        Self { pinned, met: false, chains, agreed: 0, last: rows, found }
    }

    /// A row of the journal; most of them name no key.
    pub(super) fn row(&mut self, seq: u64, body: &str, all: bool, report: &mut Report) {
        if !body.contains(KIND) || RowFields::read(body).event != KIND {
            return;
        }
        let Some(named) = NamedKey::read(seq, body) else {
            return report.altered.add(all, "log-key-altered", &seq, String::new());
        };
        self.found.keys += 1;
        self.found.first_key.get_or_insert_with(|| named.key.clone());
        let unvouched = if named.cause.begins_a_log() { self.begin(named) } else { self.follow(named) };
        if let Some(seq) = unvouched {
            report.altered.add(all, "log-key-unvouched", &seq, String::new());
        }
    }

    /// Its row, where nobody says that this log is the one that goes on.
    fn begin(&mut self, named: NamedKey) -> Option<u64> {
        let pinned = self.meets(&named.key);
        let first = self.chains.is_empty();
        let trusted = pinned || first && self.pinned.is_none();
        let NamedKey { key, seq, .. } = named;
        if !key.begins_its_log() || self.chains.contains_key(key.name()) || self.chains.len() >= LOGS {
            return Some(seq);
        }
        self.chains.insert(key.name().to_owned(), Chain { key, next: None, trusted, number: 1 });
        (!first && self.pinned.is_none()).then_some(seq)
    }

    /// The row that nobody can vouch for any more: this one in no log, or the one that was to be vouched for next.
    fn follow(&mut self, named: NamedKey) -> Option<u64> {
        match self.chains.get_mut(named.key.name()) {
            Some(chain) => chain.next.replace(named).map(|before| before.seq),
            None => Some(named.seq),
        }
    }

    fn meets(&mut self, key: &LogKey) -> bool {
        let met = self.pinned.as_ref() == Some(key);
        self.met |= met;
        met
    }

    /// A checkpoint, and the tree of its size; none where the log does not go so far.
    pub(super) fn checkpoint(
        &mut self,
        row: &CheckpointRow,
        tree: Option<&Frontier>,
        all: bool,
        report: &mut Report,
    ) {
        self.found.checkpoints += 1;
        let Some((said, note)) = row.read() else {
            return report.altered.add(all, "checkpoint-altered", &row.number, String::new());
        };
        let Some(signed) = self.signed(&said, &note, all, report) else {
            return report.altered.add(all, "checkpoint-forged", &said.number, String::new());
        };
        self.count(&said, all, report);
        let Some(tree) = tree else { return self.cut_off(&said, signed.believed, all, report) };
        if tree.size() != said.size || tree.root() != said.root {
            let rows = range(self.agreed + 1, said.size);
            return report.altered.add(all, "checkpoint-contradicted", &said.number, rows);
        }
        self.agreed = said.size;
        if signed.believed {
            let Checkpoint { number, size, at, .. } = said;
            self.found.proven = Some(ProvenRows { rows: size, checkpoint: number, at, key: signed.key });
        }
    }

    /// Each log's checkpoints are numbered without a gap.
    fn count(&mut self, said: &Checkpoint, all: bool, report: &mut Report) {
        let Some(chain) = self.chains.get_mut(&said.origin) else { return };
        if said.number > chain.number {
            let which = range(chain.number, said.number - 1);
            let count = said.number - chain.number;
            report.missing.add_many(count, all, "checkpoint-missing", &which, String::new());
        }
        chain.number = chain.number.max(said.number.saturating_add(1));
    }

    /// The key that signed it: the one in force, or the one that a row named to follow it.
    fn signed(
        &mut self,
        said: &Checkpoint,
        note: &SignedNote,
        all: bool,
        report: &mut Report,
    ) -> Option<SignedBy> {
        let chain = self.chains.get_mut(&said.origin)?;
        let own = note.is_signed_by(&chain.key);
        if !own
            && !chain.next.as_ref().is_some_and(|next| next.seq <= said.size && note.is_signed_by(&next.key))
        {
            return None;
        }
        let before = SignedBy { key: chain.key.clone(), believed: chain.trusted };
        let Some(next) = chain.next.take_if(|next| next.seq <= said.size) else { return Some(before) };
        if !own {
            report.altered.add(all, "log-key-unvouched", &next.seq, String::new());
        }
        let pinned = self.pinned.as_ref() == Some(&next.key);
        self.met |= pinned;
        chain.trusted = pinned || chain.trusted && own;
        chain.key = next.key;
        let after = SignedBy { key: chain.key.clone(), believed: chain.trusted };
        Some(if own { before } else { after })
    }

    /// It covers rows that the log does not have any more.
    fn cut_off(&mut self, said: &Checkpoint, signed: bool, all: bool, report: &mut Report) {
        if signed && said.size > self.last {
            let (which, number) = (range(self.last + 1, said.size), said.number.to_string());
            report.missing.add_many(said.size - self.last, all, "rows-cut", &which, number);
            self.last = said.size;
        }
    }

    /// All was read.
    pub(super) fn end(mut self, rows: u64, all: bool, report: &mut Report) {
        if let Some(pinned) = self.pinned.filter(|_| !self.met) {
            report.altered.add(all, "log-key-unknown", &pinned, String::new());
            self.found.proven = None;
        }
        report.log = LogReport { rows, ..self.found };
    }
}

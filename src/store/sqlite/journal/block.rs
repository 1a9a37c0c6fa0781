//! What stands in each 64 rows of the journal, so that a list can skip those that cannot hold what it looks for. A
//! summary may name too much and never too little: it is written in the transaction that writes the rows, and
//! `audit verify` compares.

use std::collections::{BTreeSet, HashSet};
use std::net::IpAddr;

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::store::api::error::StoreError;
use crate::store::api::filter::Filter;
use crate::store::api::journal_row::{NewRow, RowFields};
use crate::store::sqlite::row::{count, plain, whole};

/// A power of two: few enough rows to read for one that is looked for.
pub(super) const ROWS: i64 = 64;

pub(super) fn of_row(seq: i64) -> i64 {
    seq.div_euclid(ROWS)
}

/// What one block holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) number: i64,
    last: u64,
    earliest: i64,
    latest: i64,
    names: BTreeSet<String>,
}

const LOAD: &str = "SELECT block, last, earliest, latest, names FROM journal_block WHERE block = ?";
const SAVE: &str = "INSERT INTO journal_block (block, last, earliest, latest, names) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (block) DO UPDATE SET last = excluded.last, earliest = excluded.earliest,
                        latest = excluded.latest, names = excluded.names";

impl Block {
    pub(super) fn empty(number: i64) -> Self {
        Self { number, last: 0, earliest: i64::MAX, latest: i64::MIN, names: BTreeSet::new() }
    }

    /// Takes in a row, and what the row that began its session says.
    pub(super) fn add(&mut self, row: &NewRow, told: &RowFields, began: Option<&RowFields>) {
        self.last = self.last.max(row.seq);
        self.earliest = self.earliest.min(row.at.as_microsecond());
        self.latest = self.latest.max(row.at.as_microsecond());
        self.names.extend(names(told));
        self.names.extend(began.into_iter().flat_map(names).filter(|name| !name.starts_with(KIND)));
    }

    pub(super) async fn load(number: i64, from: &mut SqliteConnection) -> Result<Self, StoreError> {
        let row = sqlx::query(LOAD).bind(number).fetch_optional(from).await?;
        row.as_ref().map_or(Ok(Self::empty(number)), read)
    }

    pub(super) async fn save(&self, to: &mut SqliteConnection) -> Result<(), StoreError> {
        let names = self.names.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
        let query = sqlx::query(SAVE).bind(self.number).bind(whole(self.last));
        query.bind(self.earliest).bind(self.latest).bind(names).execute(to).await?;
        Ok(())
    }

    /// Whether what is summed up here is all in the other.
    pub(super) fn is_in(&self, other: &Self) -> bool {
        self.last <= other.last
            && self.earliest >= other.earliest
            && self.latest <= other.latest
            && self.names.is_subset(&other.names)
    }
}

pub(super) fn read(row: &SqliteRow) -> Result<Block, StoreError> {
    Ok(Block {
        number: plain(row, "block")?,
        last: count(row, "last")?,
        earliest: plain(row, "earliest")?,
        latest: plain(row, "latest")?,
        names: plain::<&str>(row, "names")?.lines().map(str::to_owned).collect(),
    })
}

const KIND: &str = "e:";
const OPERATOR: &str = "o:";
const ASSET: &str = "a:";
const SOURCE: &str = "s:";

/// A name as it stands in a summary. Spelling is levelled: a block too many may be read, none too few.
fn levelled(prefix: &str, name: &str) -> String {
    let plain = name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(80);
    format!("{prefix}{}", plain.collect::<String>().to_lowercase())
}

fn names(told: &RowFields) -> impl Iterator<Item = String> {
    let RowFields { actor, source, event, operator, asset, .. } = told;
    let maybe = |prefix, name: &Option<String>| name.as_ref().map(|name| levelled(prefix, name));
    [
        Some(levelled(KIND, event)),
        Some(levelled(OPERATOR, actor)),
        maybe(OPERATOR, operator),
        maybe(ASSET, asset),
        maybe(SOURCE, source),
    ]
    .into_iter()
    .flatten()
}

/// What a block has to hold for a filter to find something in it: one name of each set, and one source for each
/// condition on sources.
#[derive(Debug, Default)]
pub(super) struct Need {
    names: Vec<HashSet<String>>,
    /// Sources are asked for, too.
    source: bool,
}

impl Need {
    pub(super) fn of(filter: &Filter) -> Self {
        let within = &filter.within;
        let set = |prefix: &str, names: Vec<&str>| names.iter().map(|name| levelled(prefix, name)).collect();
        let mut need: Vec<HashSet<String>> = Vec::new();
        if !filter.kinds.is_empty() {
            need.push(set(KIND, filter.kinds.iter().map(String::as_str).collect()));
        }
        if let Some(operator) = &filter.operator {
            need.push(set(OPERATOR, vec![operator.as_str(), &Filter::unproven(operator)]));
        }
        need.extend(filter.asset.as_ref().map(|asset| set(ASSET, vec![asset.as_str()])));
        need.extend(
            within.operators.as_ref().map(|names| set(OPERATOR, names.iter().map(String::as_str).collect())),
        );
        need.extend(
            within.assets.as_ref().map(|names| set(ASSET, names.iter().map(String::as_str).collect())),
        );
        Self { names: need, source: filter.source.is_some() || within.sources.is_some() }
    }

    /// Whether a block of these names may hold a row that `filter` looks for.
    pub(super) fn may_be_in(&self, names: &str, filter: &Filter) -> bool {
        self.names.iter().all(|set| names.lines().any(|name| set.contains(name)))
            && (!self.source || names.lines().any(|name| source(filter, name)))
    }
}

fn source(filter: &Filter, name: &str) -> bool {
    let Some(text) = name.strip_prefix(SOURCE) else { return false };
    let within = filter.within.sources.as_ref().is_none_or(|sources| {
        // Whoever judges the scope reads an address; what is none is in no scope that asks for one.
        text.parse::<IpAddr>().is_ok_and(|address| sources.contain(address))
    });
    within && filter.admits(Some(text))
}

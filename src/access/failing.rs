//! Sources of failed logins: counted, and blocked for a while when there were too many; twice as long each time in a row.
//! What is kept is bounded, whoever comes from however many addresses.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::domain::SourceNet;

/// Sources that are counted apart. For one more, the one is forgotten that failed the longest ago; a blocked one only
/// where all are.
const MOST: usize = 4096;

/// Blocks that are told one by one before the next are only counted.
const MOST_TOLD: usize = 32;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// When a source is blocked, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct BlockRule {
    /// So many failures; `None`: never.
    pub after: Option<NonZeroU32>,
    /// Within this time.
    pub within: Duration,
    /// The first time; then twice as long each time.
    pub first: Duration,
    /// At most. A source that was quiet for so long begins anew.
    pub longest: Duration,
    /// So many blocks within an hour are an alarm.
    pub alarm: NonZeroU32,
}

/// A source that is blocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceBlock {
    pub source: SourceNet,
    /// From now on.
    pub left: Duration,
    /// How often in a row.
    pub times: u32,
}

/// What there is to be written down since the last time.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct NewBlocks {
    pub blocks: Vec<SourceBlock>,
    /// Beyond those.
    pub more: u64,
    /// So many within an hour, which is an alarm; once an hour.
    pub alarm: Option<u32>,
}

#[derive(Debug)]
struct Record {
    failures: u32,
    since: Instant,
    last: Instant,
    times: u32,
    until: Option<Instant>,
}

impl Record {
    fn left(&self, now: Instant) -> Option<Duration> {
        self.until.map(|until| until.saturating_duration_since(now)).filter(|left| !left.is_zero())
    }
}

#[derive(Debug)]
struct Counts {
    sources: HashMap<SourceNet, Record>,
    new: NewBlocks,
    /// Blocks since then.
    hour: Instant,
    blocks: u32,
}

#[derive(Debug)]
pub struct FailingSources {
    rule: BlockRule,
    counts: Mutex<Counts>,
    blocked: Notify,
}

impl FailingSources {
    pub fn new(rule: BlockRule) -> Self {
        let (sources, new) = (HashMap::new(), NewBlocks::default());
        let counts = Counts { sources, new, hour: Instant::now(), blocks: 0 };
        Self { rule, counts: Mutex::new(counts), blocked: Notify::new() }
    }

    /// What is counted is whole between any two statements, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For how long nobody is served there, but for whom it is home.
    pub fn block(&self, source: SourceNet) -> Option<Duration> {
        self.lock().sources.get(&source).and_then(|record| record.left(Instant::now()))
    }

    /// One login failed.
    pub(crate) fn failed(&self, source: SourceNet) {
        if self.fail(source, Instant::now()) {
            self.blocked.notify_one();
        }
    }

    /// True when it is blocked by this.
    fn fail(&self, source: SourceNet, now: Instant) -> bool {
        let Some(after) = self.rule.after else { return false };
        let mut counts = self.lock();
        counts.make_room(source, now);
        let fresh = || Record { failures: 0, since: now, last: now, times: 0, until: None };
        let record = counts.sources.entry(source).or_insert_with(fresh);
        if record.left(now).is_some() {
            return false;
        }
        if now.saturating_duration_since(record.last) >= self.rule.longest {
            record.times = 0;
        }
        if now.saturating_duration_since(record.since) >= self.rule.within {
            (record.failures, record.since) = (0, now);
        }
        (record.failures, record.last) = (record.failures + 1, now);
        if record.failures < after.get() {
            return false;
        }
        let left = self.rule.first.saturating_mul(1 << record.times.min(30)).min(self.rule.longest);
        (record.failures, record.times) = (0, record.times.saturating_add(1));
        // Quiet counts from the end of the block.
        (record.until, record.last) = (now.checked_add(left), now.checked_add(left).unwrap_or(now));
        let block = SourceBlock { source, left, times: record.times };
        counts.tell(block, self.rule.alarm, now);
        true
    }

    /// Somebody logged in from there with a new code: it is not only a source of failures.
    pub(crate) fn proven(&self, source: SourceNet) {
        let mut counts = self.lock();
        if counts.sources.get(&source).is_some_and(|record| record.until.is_none()) {
            counts.sources.remove(&source);
        }
    }

    /// Those that are blocked, by their addresses.
    pub fn blocks(&self) -> Vec<SourceBlock> {
        let now = Instant::now();
        let counts = self.lock();
        let block = |(source, record): (&SourceNet, &Record)| {
            record.left(now).map(|left| SourceBlock { source: *source, left, times: record.times })
        };
        let mut blocks: Vec<_> = counts.sources.iter().filter_map(block).collect();
        blocks.sort_unstable_by_key(|block| block.source);
        blocks
    }

    /// Forgets what a source did; false where it was not blocked.
    pub fn unblock(&self, source: SourceNet) -> bool {
        let record = self.lock().sources.remove(&source);
        record.is_some_and(|record| record.left(Instant::now()).is_some())
    }

    /// Resolves when a source was blocked.
    pub async fn blocked(&self) {
        self.blocked.notified().await;
    }

    /// What was blocked since the last call.
    pub fn take_new(&self) -> NewBlocks {
        std::mem::take(&mut self.lock().new)
    }
}

impl Counts {
    fn make_room(&mut self, source: SourceNet, now: Instant) {
        if self.sources.len() < MOST || self.sources.contains_key(&source) {
            return;
        }
        let oldest = self.sources.iter().min_by_key(|(_, record)| (record.left(now).is_some(), record.last));
        if let Some(oldest) = oldest.map(|(source, _)| *source) {
            self.sources.remove(&oldest);
        }
    }

    fn tell(&mut self, block: SourceBlock, alarm: NonZeroU32, now: Instant) {
        match self.new.blocks.len() {
            MOST_TOLD.. => self.new.more += 1,
            _ => self.new.blocks.push(block),
        }
        if now.saturating_duration_since(self.hour) >= HOUR {
            (self.hour, self.blocks) = (now, 0);
        }
        self.blocks = self.blocks.saturating_add(1);
        if self.blocks == alarm.get() {
            self.new.alarm = Some(self.blocks);
        }
    }
}

#[cfg(test)]
mod tests;

//! How many connections may be on their way to a login: in all, and from one source.
//!
//! Whoever says nothing gives way to whoever comes. Sources that have logged in lately, and devices that have
//! proven themselves, have a share of their own, as large as the strangers'; and whoever has proven one factor and
//! looks for the code is in nobody's way any more.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::access::Approach;

/// How long a source that has logged in is known.
const LATELY: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Sources that are known at once; the one whose login is the longest ago is forgotten for a new one.
const MOST_KNOWN: usize = 4096;

const FULL: &str = "too many connections before login";
const SOURCE_FULL: &str = "too many connections before login from one source";
const SILENT: &str = "no key exchange in time";

/// Before anything of it is read.
pub(super) const BLOCKED: &str = "too many failed logins from one source";

/// Why a connection was turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Refused {
    pub(super) reason: &'static str,
}

/// Whose places a connection takes one of. Each share has as many as `limits.starts` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Share {
    Strangers,
    /// From a source that has logged in lately.
    Known,
    /// Through a device that has proven itself.
    Devices,
    /// One factor is proven.
    Halfway,
}

struct Start {
    share: Share,
    /// Whose count it is in; `None`: it is not known yet, or does not count any more.
    source: Option<IpAddr>,
    /// It has not got as far as a key.
    silent: bool,
    give_way: CancellationToken,
}

#[derive(Default)]
struct Counts {
    /// In the order in which they came.
    starts: BTreeMap<u64, Start>,
    next: u64,
    known: HashMap<IpAddr, Instant>,
    refused: HashMap<Refused, u64>,
}

impl Counts {
    fn refuse(&mut self, reason: &'static str) -> Refused {
        let refused = Refused { reason };
        *self.refused.entry(refused).or_default() += 1;
        refused
    }

    fn held(&self, share: Share) -> usize {
        self.starts.values().filter(|start| start.share == share).count()
    }

    fn from(&self, source: IpAddr) -> usize {
        self.starts.values().filter(|start| start.source == Some(source)).count()
    }

    fn is_known(&self, source: IpAddr, now: Instant) -> bool {
        self.known.get(&source).is_some_and(|at| now.saturating_duration_since(*at) < LATELY)
    }

    fn know(&mut self, source: IpAddr, now: Instant) {
        if self.known.len() >= MOST_KNOWN && !self.known.contains_key(&source) {
            let oldest = self.known.iter().min_by_key(|(_, at)| **at).map(|(source, _)| *source);
            oldest.and_then(|oldest| self.known.remove(&oldest));
        }
        self.known.insert(source, now);
    }

    /// Turns the oldest silent one of some away; false where none is silent.
    fn make_room(&mut self, reason: &'static str, among: impl Fn(&Start) -> bool) -> bool {
        let oldest = self.starts.iter().find(|(_, start)| start.silent && among(start));
        let Some(ticket) = oldest.map(|(ticket, _)| *ticket) else { return false };
        if let Some(start) = self.starts.remove(&ticket) {
            start.give_way.cancel();
        }
        self.refuse(reason);
        true
    }
}

/// The counts, and their limits.
pub(super) struct Starts {
    total: usize,
    per_source: usize,
    counts: Mutex<Counts>,
    refused: Notify,
}

/// One connection's place; given back when somebody is proven, or when dropped.
pub(super) struct Permit {
    starts: Arc<Starts>,
    ticket: u64,
    give_way: CancellationToken,
}

impl Starts {
    pub(super) fn new(total: u32, per_source: u32) -> Self {
        let many = |count| usize::try_from(count).unwrap_or(usize::MAX);
        let (counts, refused) = (Mutex::default(), Notify::new());
        Self { total: many(total), per_source: many(per_source), counts, refused }
    }

    /// What is counted is whole between any two statements, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place of a share, and one of its source where that is known.
    pub(super) fn begin(self: &Arc<Self>, source: Option<IpAddr>, share: Share) -> Result<Permit, Refused> {
        let mut counts = self.lock();
        let share = self.admit(&mut counts, source, share)?;
        let (ticket, give_way) = (counts.next, CancellationToken::new());
        counts.next += 1;
        counts.starts.insert(ticket, Start { share, source, silent: true, give_way: give_way.clone() });
        Ok(Permit { starts: Arc::clone(self), ticket, give_way })
    }

    /// The share in which there is room; its own source first, so that a flood from one is in its own way.
    fn admit(&self, counts: &mut Counts, source: Option<IpAddr>, share: Share) -> Result<Share, Refused> {
        let known = share == Share::Strangers && source.is_some_and(|ip| counts.is_known(ip, Instant::now()));
        let share = if known { Share::Known } else { share };
        let refuse = |counts: &mut Counts, reason| {
            self.refused.notify_one();
            Err(counts.refuse(reason))
        };
        if let Some(source) = source
            && counts.from(source) >= self.per_source
        {
            if !counts.make_room(SOURCE_FULL, |start| start.source == Some(source)) {
                return refuse(counts, SOURCE_FULL);
            }
            self.refused.notify_one();
        }
        if counts.held(share) >= self.total {
            if !counts.make_room(FULL, |start| start.share == share) {
                return refuse(counts, FULL);
            }
            self.refused.notify_one();
        }
        Ok(share)
    }

    /// Counts one that was turned away for another reason.
    pub(super) fn refuse(&self, reason: &'static str) {
        self.lock().refuse(reason);
        self.refused.notify_one();
    }

    /// What was turned away since the last call.
    pub(super) fn take_refused(&self) -> HashMap<Refused, u64> {
        std::mem::take(&mut self.lock().refused)
    }

    /// Resolves when something was turned away.
    pub(super) async fn refused(&self) {
        self.refused.notified().await;
    }
}

impl Permit {
    /// From here on it counts for its source, once; and through a device for the devices.
    pub(super) fn settle(&self, source: IpAddr) -> Result<(), Refused> {
        let mut counts = self.starts.lock();
        let Some(start) = counts.starts.remove(&self.ticket) else { return Ok(()) }; // it gave way
        let (share, before) = (start.share, start.source);
        let settled = match before {
            Some(_) => Ok(share),
            None => self.starts.admit(&mut counts, Some(source), share),
        };
        let share = settled?;
        counts.starts.insert(self.ticket, Start { share, source: before.or(Some(source)), ..start });
        Ok(())
    }

    /// It came through a device that has proven itself; where those have no place left, it keeps its own.
    pub(super) fn by_device(&self) {
        self.pass_to(Share::Devices);
    }

    fn pass_to(&self, share: Share) -> bool {
        let mut counts = self.starts.lock();
        let room = counts.held(share) < self.starts.total;
        if let Some(start) = counts.starts.get_mut(&self.ticket).filter(|_| room) {
            start.share = share;
        }
        room
    }

    /// It is turned away for another reason.
    pub(super) fn refuse(&self, reason: &'static str) {
        self.starts.refuse(reason);
    }

    /// Resolves when it has to give way.
    pub(super) fn given_way(&self) -> impl Future<Output = ()> + Send + use<> {
        self.give_way.clone().cancelled_owned()
    }
}

impl Approach for Permit {
    fn greeted(&self) {
        if let Some(start) = self.starts.lock().starts.get_mut(&self.ticket) {
            start.silent = false;
        }
    }

    fn silent(&self) {
        self.starts.lock().refuse(SILENT);
        self.starts.refused.notify_one();
    }

    fn halfway(&self) {
        if self.pass_to(Share::Halfway)
            && let Some(start) = self.starts.lock().starts.get_mut(&self.ticket)
        {
            start.source = None;
        }
    }

    fn proven(&self, source: IpAddr) {
        let mut counts = self.starts.lock();
        counts.starts.remove(&self.ticket);
        counts.know(source, Instant::now());
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.starts.lock().starts.remove(&self.ticket);
    }
}

#[cfg(test)]
mod tests;

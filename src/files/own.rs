//! What a channel made itself, by the requests that it sent and the answers that came.
//!
//! An upload is more than bytes: clients write under another name first and rename it then, stamp what they wrote
//! by its path, and take away what they began and gave up. On names that this channel made that belongs to
//! the upload; on all others it is a change. Nothing is asked of the server: names are compared as they were
//! written, and what is not surely the same name is not the channel's own.

use std::collections::{HashMap, VecDeque};

/// What a request does to names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    /// Opens a file to write. `anew`: nothing is left of what may have been there.
    Write {
        name: Name,
        anew: bool,
    },
    MakeDir(Name),
    Stamp(Name),
    Remove(Name),
    RemoveDir(Name),
    /// `to` need not be a name that we could know again.
    Rename {
        from: Option<Name>,
        to: Option<Name>,
    },
}

/// A path that means the same file whenever it is written, as long as nobody moves what stands above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name(Vec<u8>);

impl Name {
    /// Linux's longest.
    const LONGEST: usize = 4096;

    /// `None` where a link could lead elsewhere (`..`), or servers read the beginning each in their way.
    pub(super) fn parse(path: &[u8]) -> Option<Self> {
        if path.len() > Self::LONGEST || path.starts_with(b"//") || path.contains(&0) {
            return None;
        }
        let mut name = Vec::with_capacity(path.len());
        for part in path.split(|&byte| byte == b'/') {
            if part.is_empty() || part == b"." {
                continue;
            }
            if part == b".." {
                return None;
            }
            if !name.is_empty() || path.starts_with(b"/") {
                name.push(b'/');
            }
            name.extend_from_slice(part);
        }
        (!name.is_empty()).then_some(Self(name))
    }
}

/// What the server answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Answer {
    pub id: u32,
    /// It did what it was asked to.
    pub done: bool,
}

/// Requests under way whose answers are told apart; more than any client has.
const MOST_WAITING: usize = 4096;
/// Of these, such as say something of names.
const MOST_DEEDS: usize = 64;

/// The names that one channel made, and what is under way to make more.
#[derive(Default)]
pub(super) struct Own {
    /// Made here, or written anew.
    files: Names,
    /// Opened here to write; they hold what others wrote as well.
    written: Names,
    dirs: Names,
    waiting: HashMap<u32, Waiting>,
    deeds: usize,
    /// Answers cannot be told apart any more: nothing is the channel's own.
    blind: bool,
}

/// Requests of one id.
struct Waiting {
    answers: u32,
    /// Only where the next answer can be to nothing else.
    deed: Option<Deed>,
}

impl Own {
    /// Does it touch nothing but what this channel made?
    pub(super) fn covers(&self, deed: &Deed) -> bool {
        match deed {
            Deed::Stamp(name) => self.files.has(name) || self.written.has(name) || self.dirs.has(name),
            Deed::Remove(name) => self.files.has(name),
            Deed::RemoveDir(name) => self.dirs.has(name),
            Deed::Rename { from, .. } => from.as_ref().is_some_and(|from| self.files.has(from)),
            Deed::Write { .. } | Deed::MakeDir(_) => false,
        }
    }

    /// The request goes to the server.
    pub(super) fn sent(&mut self, id: u32, deed: Option<Deed>) {
        if self.blind {
            return;
        }
        if self.waiting.len() >= MOST_WAITING && !self.waiting.contains_key(&id) {
            *self = Self { blind: true, ..Self::default() };
            return;
        }
        let deed = deed.and_then(|deed| self.under_way(deed));
        // One id for two requests: which answer belongs to which is not known.
        let waiting = self.waiting.entry(id).or_insert(Waiting { answers: 0, deed: None });
        waiting.answers = waiting.answers.saturating_add(1);
        let alone = waiting.answers == 1;
        self.deeds -= usize::from(waiting.deed.take().is_some());
        if alone && self.deeds < MOST_DEEDS {
            self.deeds += usize::from(deed.is_some());
            waiting.deed = deed;
        }
    }

    /// Until the answer comes, a name that is about to go is nobody's. What is left is what success or failure
    /// brings about.
    fn under_way(&mut self, deed: Deed) -> Option<Deed> {
        let own = self.covers(&deed);
        match &deed {
            Deed::Remove(name) | Deed::RemoveDir(name) => self.forget(name),
            // Whoever may move others' directories moves what stands in them, and puts it where ours was.
            Deed::Rename { .. } if !own => self.forget_all(),
            Deed::Rename { from, to } => from.iter().chain(to).for_each(|name| self.forget(name)),
            Deed::Stamp(_) => return None,
            Deed::Write { .. } | Deed::MakeDir(_) => return Some(deed),
        }
        own.then_some(deed)
    }

    pub(super) fn answered(&mut self, answer: Answer) {
        let Some(waiting) = self.waiting.get_mut(&answer.id) else { return };
        waiting.answers = waiting.answers.saturating_sub(1);
        let deed = waiting.deed.take();
        if waiting.answers == 0 {
            self.waiting.remove(&answer.id);
        }
        let Some(deed) = deed else { return };
        self.deeds -= 1;
        match (deed, answer.done) {
            (Deed::Write { name, anew: true }, true) => self.files.add(name),
            (Deed::Write { name, anew: false }, true) => self.written.add(name),
            (Deed::MakeDir(name), true) => self.dirs.add(name),
            (Deed::Rename { to: Some(name), .. }, true) => self.files.add(name),
            (Deed::Rename { from: Some(name), .. } | Deed::Remove(name), false) => self.files.add(name),
            (Deed::RemoveDir(name), false) => self.dirs.add(name),
            _ => {}
        }
    }

    fn forget(&mut self, name: &Name) {
        for names in [&mut self.files, &mut self.written, &mut self.dirs] {
            names.take(name);
        }
    }

    fn forget_all(&mut self) {
        (self.files, self.written, self.dirs) = Default::default();
    }
}

/// Names, the newest last; of too many the oldest are forgotten.
#[derive(Default)]
struct Names {
    names: VecDeque<Name>,
    bytes: usize,
}

impl Names {
    const MOST: usize = 1024;
    const MOST_BYTES: usize = 128 * 1024;

    fn has(&self, name: &Name) -> bool {
        self.names.iter().rev().any(|known| known == name)
    }

    fn add(&mut self, name: Name) {
        self.take(&name);
        self.bytes += name.0.len();
        self.names.push_back(name);
        while self.names.len() > Self::MOST || self.bytes > Self::MOST_BYTES {
            let Some(oldest) = self.names.pop_front() else { break };
            self.bytes -= oldest.0.len();
        }
    }

    fn take(&mut self, name: &Name) {
        if let Some(at) = self.names.iter().rposition(|known| known == name) {
            self.names.remove(at);
            self.bytes -= name.0.len();
        }
    }
}

#[cfg(test)]
mod tests;

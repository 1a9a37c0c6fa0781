//! What a channel made itself, by the requests that it sent and the answers that came.
//!
//! An upload is more than bytes: clients write under another name first and rename it then, stamp what they wrote
//! by its path, and take away what they began and gave up. On names that this channel made that belongs to
//! the upload; on all others it is a change. Nothing is asked of the server: names are compared as they were
//! written, and what is not surely the same name is not the channel's own. An open file is known by its handle.

mod name;
mod newest;

use std::collections::HashMap;

pub(super) use name::{Handle, Name};
use newest::Newest;

/// What a request does to names, or to an open file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    /// Opens a file to write. Its name need not be one that we could know again: the handle is.
    Write {
        name: Option<Name>,
        how: Writing,
    },
    StampOpen(Handle),
    Close(Handle),
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

/// What is left of a file that may have been there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// Nothing.
    Anew,
    /// All, if there was one; else it is made.
    Perhaps,
    /// All.
    On,
}

/// What the server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub id: u32,
    /// It did what it was asked to.
    pub done: bool,
    /// What it opened.
    pub handle: Option<Handle>,
}

/// Requests under way whose answers are told apart; more than any client has.
const MOST_WAITING: usize = 4096;
/// Of these, such as say something of names.
const MOST_DEEDS: usize = 64;

/// The names that one channel made, and what is under way to make more.
#[derive(Default)]
pub(super) struct Own {
    /// Made here, or written anew.
    files: Newest<Name>,
    dirs: Newest<Name>,
    /// Of files that were made here, or written anew.
    handles: Newest<Handle>,
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
            Deed::Stamp(name) => self.files.has(name) || self.dirs.has(name),
            Deed::StampOpen(handle) => self.handles.has(handle),
            Deed::Remove(name) => self.files.has(name),
            Deed::RemoveDir(name) => self.dirs.has(name),
            Deed::Rename { from, .. } => from.as_ref().is_some_and(|from| self.files.has(from)),
            Deed::Write { .. } | Deed::MakeDir(_) | Deed::Close(_) => false,
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
            // The server may give the same handle to the next file.
            Deed::Close(handle) => self.handles.take(handle),
            Deed::Stamp(_) | Deed::StampOpen(_) => return None,
            Deed::Write { .. } | Deed::MakeDir(_) => return Some(deed),
        }
        own.then_some(deed)
    }

    pub(super) fn answered(&mut self, answer: Answer) {
        if let Some(handle) = &answer.handle {
            self.handles.take(handle);
        }
        let Some(waiting) = self.waiting.get_mut(&answer.id) else { return };
        waiting.answers = waiting.answers.saturating_sub(1);
        let deed = waiting.deed.take();
        if waiting.answers == 0 {
            self.waiting.remove(&answer.id);
        }
        let Some(deed) = deed else { return };
        self.deeds -= 1;
        match (deed, answer.done) {
            (Deed::Write { name, how }, true) => self.opened(name, how, answer.handle),
            (Deed::MakeDir(name), true) => self.dirs.add(name),
            (Deed::Rename { to: Some(name), .. }, true) => self.files.add(name),
            (Deed::Rename { from: Some(name), .. } | Deed::Remove(name), false) => self.files.add(name),
            (Deed::RemoveDir(name), false) => self.dirs.add(name),
            _ => {}
        }
    }

    /// What is not written anew is ours if it was before, and still is; and what is made in a directory of ours was not
    /// there before that.
    fn opened(&mut self, name: Option<Name>, how: Writing, handle: Option<Handle>) {
        let known = name.as_ref().is_some_and(|name| self.files.has(name));
        let inside = || name.as_ref().and_then(Name::above).is_some_and(|above| self.dirs.has(&above));
        let anew = how == Writing::Anew || how == Writing::Perhaps && inside();
        if anew || known {
            handle.into_iter().for_each(|handle| self.handles.add(handle));
        }
        if anew {
            name.into_iter().for_each(|name| self.files.add(name));
        }
    }

    fn forget(&mut self, name: &Name) {
        self.files.take(name);
        self.dirs.take(name);
    }

    /// Names, that is: a handle goes on meaning the file that was opened.
    fn forget_all(&mut self) {
        (self.files, self.dirs) = Default::default();
    }
}

#[cfg(test)]
mod tests;

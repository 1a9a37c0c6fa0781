//! Commands that run what they read from their input.

use super::found::Found;
use crate::command::opaque::Why;
use crate::command::simple::{Input, Simple};
use crate::command::wrap;

/// Texts of code that stand in a line's input for its commands.
const MOST_FED: usize = 64;

impl Found {
    /// A command runs what it reads: now, if that is known, or when the line is read.
    pub(in crate::command) fn feeds(&mut self, at: usize) {
        match self.reading.commands.get(at) {
            Some(Simple { input: Input::Here(_), .. }) => self.feed(at),
            _ => self.fed.push_back(at),
        }
    }

    pub(super) fn feed(&mut self, at: usize) {
        let Some(command) = self.reading.commands.get(at).cloned() else { return };
        let dir = std::mem::replace(&mut self.dir, command.dir.clone());
        wrap::feed(&command, self);
        self.dir = dir;
    }

    /// What is still fed, now that all that could feed it was read.
    pub(super) fn settle(&mut self) {
        for _ in 0..MOST_FED {
            let Some(at) = self.fed.pop_front() else { return };
            self.feed(at);
        }
        if !self.fed.is_empty() {
            self.opaque(Why::TooMany);
        }
    }
}

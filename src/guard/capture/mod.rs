//! Holds Enter until the line is known, and what was typed after it until the answer has come.

mod between;
mod held;
mod line;
mod output;
mod refused;
mod rows;
mod ruled;
#[cfg(test)]
mod tests;
mod typing;
mod unread;

use std::collections::VecDeque;
use std::time::Duration;

use super::bulk::Bulk;
use super::current::Current;
use super::full_screen::started;
use super::keys::Key;
use super::pace::Pace;
use super::prompt::Prompt;
use super::stage::{Owner, Stage};
use super::unread::Unread;
use crate::terminal::scan::Scanner;
use crate::terminal::screen::{Screen, Spot};
use refused::Refused;
use rows::Rows;

pub use line::Line;

/// What is to be done next. Times are since the channel began.
#[derive(Debug, PartialEq, Eq)]
pub enum CaptureStep {
    /// These bytes go on to the target.
    Send(Vec<u8>),
    /// This line waits for its Enter: [`Capture::pass`] or [`Capture::refuse`] says what becomes of it.
    Judge(Line),
    /// A shell would ask for more of this one: [`Capture::go_on`] lets it, or it is judged as above.
    Unfinished(Line),
    /// This line runs already: the shell took it without an Enter that was held, or took another than was read.
    Late(Line),
    /// Nothing, before something is typed or shown, or this moment comes.
    Wait(Option<Duration>),
}

/// A line editor that has begun draws its prompt soon, unless there is none.
const DRAWING: Duration = Duration::from_millis(150);

struct Typed {
    key: Key,
    raw: Box<[u8]>,
}

enum Phase {
    /// Keys go on.
    Open,
    /// The answer to an Enter has not come, or not all of it.
    Answer { since: Duration },
    /// An Enter waits until the line is known.
    Held { since: Duration, enter: Typed },
    /// The line is with whoever judges.
    Judged { enter: Typed, row: String },
}

pub struct Capture {
    screen: Screen,
    stage: Stage,
    bulk: Bulk,
    pace: Pace,
    keys: Scanner,
    queue: VecDeque<Typed>,
    queued: usize,
    phase: Phase,
    /// What a full-screen program may not have read.
    unread: Unread,
    /// A full-screen program was told something: how long it must be quiet before it gets more.
    told: Option<Duration>,
    current: Current,
    /// The prompt of the last line.
    known: Option<Prompt>,
    rows: Rows,
    late: VecDeque<Line>,
    /// What the line editor was told to run.
    accepted: Option<String>,
    /// How often a line editor has begun.
    turn: u64,
    /// Where the cursor stood when it did.
    began: Option<Spot>,
    /// The next line may not begin empty.
    prefilled: bool,
    refused: Option<Refused>,
}

impl Capture {
    pub fn new(columns: u32, rows: u32) -> Self {
        Self {
            screen: Screen::new(columns, rows),
            stage: Stage::default(),
            bulk: Bulk::default(),
            pace: Pace::default(),
            keys: Scanner::of_keys(),
            queue: VecDeque::new(),
            queued: 0,
            phase: Phase::Answer { since: Duration::ZERO },
            unread: Unread::default(),
            told: None,
            current: Current::default(),
            known: None,
            rows: Rows::default(),
            late: VecDeque::new(),
            accepted: None,
            turn: 0,
            began: None,
            prefilled: false,
            refused: None,
        }
    }

    /// For a terminal that was in use already: the line that stands there may have begun unseen.
    pub fn midway(columns: u32, rows: u32) -> Self {
        Self { prefilled: true, ..Self::new(columns, rows) }
    }

    /// This was judged, and runs already.
    pub fn runs(&mut self, line: &str) {
        self.stage.passed(started(line));
    }

    /// A full-screen program has the keys.
    fn in_program(&self) -> bool {
        self.current.owner == Owner::Program
    }

    /// Bytes that were typed and not sent on yet.
    pub fn queued(&self) -> usize {
        self.queued
    }

    /// Whether something waits for what the target shows.
    pub fn is_waiting(&self) -> bool {
        !self.queue.is_empty()
            || self.refused.is_some()
            || !self.late.is_empty()
            || matches!(self.phase, Phase::Held { .. })
    }

    /// What is to be done now.
    pub fn next(&mut self, now: Duration) -> CaptureStep {
        if let Some(line) = self.late.pop_front() {
            return CaptureStep::Late(line);
        }
        if self.is_waiting() {
            self.see_bulk();
        }
        loop {
            let step = match &self.phase {
                Phase::Judged { .. } => Some(CaptureStep::Wait(None)),
                Phase::Held { since, .. } => self.look(*since, now),
                Phase::Open | Phase::Answer { .. } if self.queue.is_empty() && self.refused.is_none() => {
                    Some(CaptureStep::Wait(None))
                }
                Phase::Answer { since } => self.until_answered(*since, now),
                Phase::Open => self.send(now),
            };
            if let Some(step) = step {
                return step;
            }
        }
    }
}

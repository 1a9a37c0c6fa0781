//! Holds Enter until the line is known, and what was typed after it until the answer has come.

mod output;
mod rows;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::Duration;

use super::bulk::Bulk;
use super::current::{Current, Row, What};
use super::escapes;
use super::keys::{Accept, Key, key};
use super::pace::{Expected, Pace, Settled};
use super::prompt::Prompt;
use super::screen::{Screen, Spot};
use crate::command::Confidence;
use crate::evidence::scan::Scanner;
use rows::Rows;

/// A line, and how sure it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    /// Another reading; the stricter of the two counts.
    pub or: Option<String>,
    pub confidence: Confidence,
    /// What stands left of where it began: the last row of the prompt, if it was seen.
    pub prompt: String,
    /// Only a program without a line editor marks what is for a shell.
    editing: bool,
}

impl Line {
    fn partial(text: String) -> Self {
        Self { text, or: None, confidence: Confidence::Partial, prompt: String::new(), editing: true }
    }

    /// What a shell gets to see of one of its readings: programs that hand a line on mark it.
    pub fn for_shell<'t>(&self, text: &'t str) -> &'t str {
        let rest = text.strip_prefix("\\!").or_else(|| text.strip_prefix('!').filter(|_| !self.editing));
        rest.unwrap_or(text)
    }
}

/// What is to be done next. Times are since the channel began.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
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

/// A shell that showed a prompt before shows the next one soon, or is busy.
const PROMPT: Duration = Duration::from_millis(100);

/// A line editor that has begun draws its prompt soon, unless there is none.
const DRAWING: Duration = Duration::from_millis(150);

/// Programs that show other terminals on one screen: what line is whose cannot be told.
const MULTIPLEXERS: [&str; 5] = ["tmux", "screen", "byobu", "zellij", "abduco"];

struct Typed {
    key: Key,
    raw: Box<[u8]>,
}

/// A line that was refused, until it is seen to be gone.
struct Refused {
    /// The cursor's row, and the line editor's turn.
    row: isize,
    turn: u64,
    tries: usize,
    /// It was cleared by keys that leave the program alone.
    gently: bool,
}

/// Ctrl-C clears a line in every shell, in all its modes.
const CLEAR: u8 = 0x03;
/// To the end of the line, and away with it: programs other than shells may end at Ctrl-C.
const CLEAR_GENTLY: [u8; 2] = [0x05, 0x15];

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
    bulk: Bulk,
    pace: Pace,
    keys: Scanner,
    queue: VecDeque<Typed>,
    queued: usize,
    phase: Phase,
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
    multiplexed: bool,
    refused: Option<Refused>,
}

impl Capture {
    pub fn new(columns: u32, rows: u32) -> Self {
        Self {
            screen: Screen::new(columns, rows),
            bulk: Bulk::default(),
            pace: Pace::default(),
            keys: Scanner::of_keys(),
            queue: VecDeque::new(),
            queued: 0,
            phase: Phase::Answer { since: Duration::ZERO },
            current: Current::default(),
            known: None,
            rows: Rows::default(),
            late: VecDeque::new(),
            accepted: None,
            turn: 0,
            began: None,
            prefilled: false,
            multiplexed: false,
            refused: None,
        }
    }

    /// For a terminal that was in use already: the line that stands there may have begun unseen.
    pub fn midway(columns: u32, rows: u32) -> Self {
        Self { prefilled: true, ..Self::new(columns, rows) }
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

    /// Takes what the person typed.
    pub fn typed(&mut self, bytes: &[u8]) {
        let mut keys = std::mem::take(&mut self.keys);
        keys.feed(bytes, |token, raw| self.enqueue(key(token, raw), raw));
        keys.lone_escape(|token, raw| self.enqueue(key(token, raw), raw));
        self.keys = keys;
    }

    fn enqueue(&mut self, key: Key, raw: &[u8]) {
        // A terminal throws away what was typed before an interrupt and not read yet.
        let waits = !matches!(self.phase, Phase::Open | Phase::Judged { .. });
        if key == Key::Interrupt && waits && !self.screen.is_full() {
            self.queue.clear();
            self.queued = 0;
            self.refused = None;
            self.phase = Phase::Open;
        }
        self.queued += raw.len();
        // Alt-Enter is one key: a shell that gets its halves apart takes them for two.
        let alt =
            matches!(key, Key::Accept(_)).then(|| self.queue.pop_back_if(|last| last.key == Key::Escape));
        let raw = alt.flatten().map_or_else(|| raw.into(), |escape| [&escape.raw, raw].concat().into());
        self.queue.push_back(Typed { key, raw });
    }

    /// What is to be done now.
    pub fn next(&mut self, now: Duration) -> Step {
        if let Some(line) = self.late.pop_front() {
            return Step::Late(line);
        }
        if self.is_waiting() {
            self.see_bulk();
        }
        loop {
            let step = match &self.phase {
                Phase::Judged { .. } => Some(Step::Wait(None)),
                Phase::Held { since, .. } => Some(self.look(*since, now)),
                Phase::Open | Phase::Answer { .. } if self.queue.is_empty() && self.refused.is_none() => {
                    Some(Step::Wait(None))
                }
                Phase::Answer { since } => self.until_answered(*since, now),
                Phase::Open => self.send(now),
            };
            if let Some(step) = step {
                return step;
            }
        }
    }

    /// Until the answer to an Enter is complete, nothing goes on: it would not be known where the next line
    /// begins.
    fn until_answered(&mut self, since: Duration, now: Duration) -> Option<Step> {
        if self.screen.is_full() {
            self.phase = Phase::Open;
            return None;
        }
        let settled = self.prompted(self.pace.settled(now, self.expected(), since), now);
        if let Settled::Wait(until) = settled {
            return Some(Step::Wait(Some(until)));
        }
        if let Some(step) = self.clear_again(now) {
            return Some(step);
        }
        if self.queue.is_empty() {
            return Some(Step::Wait(None));
        }
        self.phase = Phase::Open;
        self.begin();
        if settled == Settled::GivenUp {
            self.current.prompt = None;
        }
        None
    }

    /// A line editor answers an Enter for sure.
    fn expected(&self) -> Expected {
        if self.accepted.is_some() { Expected::Answer } else { Expected::Anything }
    }

    /// A shell that was busy may have lost the key that clears the line.
    fn clear_again(&mut self, now: Duration) -> Option<Step> {
        let refused = self.refused.take()?;
        // A new prompt stands in a new row, and most line editors begin anew for it.
        let moved_on = refused.turn != self.turn || self.screen.cursor().row > refused.row;
        if (moved_on && !self.lacks_prompt()) || (refused.gently && self.current.is_empty(&self.screen)) {
            return None;
        }
        if refused.tries == 0 {
            self.prefilled = true;
            return None;
        }
        self.refused = Some(Refused { tries: refused.tries - 1, gently: false, ..refused });
        self.phase = Phase::Answer { since: now };
        self.pace.sent(now, false);
        Some(Step::Send(vec![CLEAR]))
    }

    /// A line editor that had a prompt and shows none is not done with its last line.
    fn lacks_prompt(&self) -> bool {
        self.known.is_some() && self.screen.is_editing() && self.screen.cursor().column == 0
    }

    /// What looks complete may only be the pause before a prompt.
    fn prompted(&self, settled: Settled, now: Duration) -> Settled {
        let cursor = self.screen.cursor();
        let undrawn = cursor.column == 0 || (self.current.ahead && self.began == Some(cursor));
        match settled {
            Settled::Yes if self.screen.is_editing() && undrawn => self.pace.quiet_for(DRAWING, now),
            Settled::Yes if self.turn > 0 && !self.screen.is_editing() => self.pace.quiet_for(PROMPT, now),
            settled => settled,
        }
    }

    /// A line begins where the cursor stands.
    fn begin(&mut self) {
        if self.current.ahead {
            self.current.settle_ahead(&self.screen);
        } else if self.is_same_buffer() {
            self.current.typed.another_row();
            self.rows.clear(); // they stand there
        } else {
            let prompt = Prompt::at_cursor(&self.screen).or_right_of(self.known.as_ref());
            self.current = Current { prompt: Some(prompt), silent: true, ..Current::default() };
            self.current.prefilled = std::mem::take(&mut self.prefilled) || self.lacks_prompt();
        }
        self.accepted = None;
        (self.current.begun, self.current.turn) = (true, self.turn);
        self.current.full = self.screen.is_full();
        if let Some(lost) = self.rows.begin(self.current.prompt.as_ref()) {
            self.late.push_back(Line::partial(lost));
        }
    }

    /// The line editor took an Enter into the line that it has: fish does, where a command is unfinished.
    fn is_same_buffer(&self) -> bool {
        self.current.begun
            && !self.current.ended
            && self.accepted.is_some()
            && self.screen.is_editing()
            && self.current.turn == self.turn
    }

    /// Sends keys on, up to the first that has to wait.
    fn send(&mut self, now: Duration) -> Option<Step> {
        let mut bytes = Vec::new();
        while let Some(&Typed { key, .. }) = self.queue.front() {
            if self.current.begun && self.current.full != self.screen.is_full() {
                // Another program has the screen now: nothing of what was typed is its line.
                (self.current, self.phase) = (Current::default(), Phase::Answer { since: now });
                break;
            }
            if !self.current.begun {
                self.begin();
            }
            let (holds, ends) = (self.holds(key), self.ends(key));
            if holds && !bytes.is_empty() {
                break;
            }
            let Some(typed) = self.queue.pop_front() else { break };
            self.queued -= typed.raw.len();
            if holds {
                self.phase = Phase::Held { since: now, enter: typed };
                return None;
            }
            self.current.key(key, &self.screen);
            bytes.extend_from_slice(&typed.raw);
            if ends {
                self.give_up(now);
                self.prefilled = key == Key::Accept(Accept::AndNext);
                break;
            }
        }
        if bytes.is_empty() {
            return None;
        }
        self.pace.sent(now, self.current.typed.plain().is_some());
        Some(Step::Send(bytes))
    }

    fn holds(&self, key: Key) -> bool {
        let (current, typed) = (&self.current, &self.current.typed);
        match key {
            _ if typed.is_pasting() => false,
            Key::Accept(Accept::Enter) if current.full => current.asks || self.multiplexed,
            Key::Accept(Accept::AndNext) if current.full => false,
            Key::Accept(_) => typed.any() || current.prefilled || self.rows.is_open(),
            // Without an editor, this hands a line on as Enter does.
            Key::End => !current.full && typed.any() && !self.screen.is_editing(),
            _ => false,
        }
    }

    /// Whether what follows belongs to another line. An Enter that is not held has nothing to run, and Ctrl-D
    /// on an empty line is the end of something.
    fn ends(&self, key: Key) -> bool {
        let typed = &self.current.typed;
        let ends = match key {
            Key::Interrupt => true,
            Key::Accept(_) => !typed.is_pasting(),
            Key::End => !typed.any(),
            _ => false,
        };
        ends && !self.current.full
    }

    fn give_up(&mut self, now: Duration) {
        self.rows.clear();
        self.current.ended = true;
        self.current.begun = false;
        self.accepted = None;
        self.phase = Phase::Answer { since: now };
    }

    /// Reads the line whose Enter is held, as soon as it can be read.
    fn look(&mut self, since: Duration, now: Duration) -> Step {
        let plainly = if self.current.full { None } else { self.current.plainly(&self.screen) };
        if let Some(text) = plainly {
            return self.decide(Row { text, or: None, confidence: Confidence::Screen }, now);
        }
        let settled = self.pace.settled(now, self.current.expected(&self.screen), since);
        let settled = match settled {
            settled if self.current.ahead => self.prompted(settled, now),
            Settled::Yes if !self.current.full && self.is_behind() => self.pace.quiet_for(DRAWING, now),
            settled => settled,
        };
        if let Settled::Wait(until) = settled {
            return Step::Wait(Some(until));
        }
        if self.current.full {
            return self.look_full(settled, now);
        }
        if self.current.ahead {
            self.current.settle_ahead(&self.screen);
        }
        match self.current.what(&self.screen, self.known.as_ref(), settled == Settled::GivenUp) {
            What::Secret => Step::Send(self.accept(None, now)),
            What::Text(row) => self.decide(row, now),
        }
    }

    /// A shell is not done yet with what it got.
    fn is_behind(&self) -> bool {
        self.current.is_adrift(&self.screen) || self.current.lags(&self.screen)
    }

    fn look_full(&mut self, settled: Settled, now: Duration) -> Step {
        let given_up = settled == Settled::GivenUp || self.multiplexed;
        let confidence = if given_up { Confidence::Partial } else { Confidence::Screen };
        let asked = match self.multiplexed {
            true => Some(self.screen.left_of_cursor().trim().to_owned()),
            false => escapes::asked(&self.screen),
        };
        match asked {
            Some(text) => {
                let line = self.line(text, None, confidence);
                self.judged(String::new());
                Step::Judge(line)
            }
            None => Step::Send(self.accept(None, now)),
        }
    }

    /// What an empty or an unfinished line says is known when there is more of it.
    fn decide(&mut self, row: Row, now: Duration) -> Step {
        let sure = row.is_sure();
        if row.text.trim().is_empty() && sure && !self.rows.is_open() {
            return Step::Send(self.accept(Some(row.text), now));
        }
        let shells = self.current.prompt.as_ref().is_some_and(Prompt::is_shells);
        let shell = self.screen.is_editing() || shells || self.rows.is_open();
        let moved = self.current.typed.may_have_moved();
        let whole = self.rows.with(&row.text);
        let goes_on = sure && shell && self.is_enter() && self.rows.goes_on(&whole, moved);
        let or = row.or.map(|or| self.rows.with(&or));
        let line = self.line(whole, or, row.confidence);
        self.judged(row.text);
        if goes_on { Step::Unfinished(line) } else { Step::Judge(line) }
    }

    fn line(&self, text: String, or: Option<String>, confidence: Confidence) -> Line {
        let prompt = self.rows.first().or(self.current.prompt.as_ref()).filter(|_| !self.current.full);
        let prompt = prompt.map(|prompt| prompt.text().to_owned()).unwrap_or_default();
        Line { text, or, confidence, prompt, editing: self.screen.is_editing() }
    }

    fn is_enter(&self) -> bool {
        matches!(&self.phase, Phase::Held { enter, .. } if enter.key == Key::Accept(Accept::Enter))
    }

    fn judged(&mut self, row: String) {
        match std::mem::replace(&mut self.phase, Phase::Open) {
            Phase::Held { enter, .. } => self.phase = Phase::Judged { enter, row },
            phase => self.phase = phase,
        }
    }

    /// The Enter of a row that the shell asks more for; all of them are judged when the line is whole.
    pub fn go_on(&mut self, line: Line, now: Duration) -> Vec<u8> {
        let row = match &mut self.phase {
            Phase::Judged { row, .. } => Some(std::mem::take(row)),
            _ => None,
        };
        self.rows.keep(line.text, self.current.prompt.clone(), self.screen.cursor().row + 1);
        self.accept(row, now)
    }

    /// The Enter of a line that may run: the bytes that go on.
    pub fn pass(&mut self, now: Duration) -> Vec<u8> {
        let row = match &mut self.phase {
            Phase::Judged { row, .. } => Some(std::mem::take(row)),
            _ => None,
        };
        if let Some(row) = row.as_deref().filter(|_| !self.current.full) {
            let named = |word: &str| MULTIPLEXERS.contains(&word.rsplit('/').next().unwrap_or_default());
            self.multiplexed = row.split(|c: char| c.is_whitespace() || ";|&()".contains(c)).any(named);
        }
        self.rows.clear();
        self.accept(row, now)
    }

    /// A line that must not run: the bytes that clear it, so that nothing half-typed remains.
    pub fn refuse(&mut self, now: Duration) -> Vec<u8> {
        let plain = self.current.typed.plain().is_some() && !self.current.prefilled;
        let alone = plain && !self.screen.is_editing() && !self.current.full;
        self.give_up(now);
        self.pace.sent(now, false);
        if self.screen.is_editing() {
            let row = self.screen.cursor().row;
            self.refused = Some(Refused { row, turn: self.turn, tries: 5, gently: false });
        }
        // Without a line editor, Ctrl-U clears the line and leaves the program alone.
        vec![if alone { 0x15 } else { CLEAR }]
    }

    /// The same for a line that a program asked for which is no shell.
    pub fn refuse_told(&mut self, now: Duration) -> Vec<u8> {
        self.give_up(now);
        self.pace.sent(now, false);
        let row = self.screen.cursor().row;
        self.refused = Some(Refused { row, turn: self.turn, tries: 5, gently: true });
        CLEAR_GENTLY.to_vec()
    }

    /// Stops what runs already.
    pub fn refuse_late(&mut self, now: Duration) -> Vec<u8> {
        self.give_up(now);
        self.pace.sent(now, false);
        vec![CLEAR]
    }

    fn accept(&mut self, row: Option<String>, now: Duration) -> Vec<u8> {
        let phase = std::mem::replace(&mut self.phase, Phase::Answer { since: now });
        let (Phase::Held { enter, .. } | Phase::Judged { enter, .. }) = phase else { return Vec::new() };
        self.prefilled = enter.key == Key::Accept(Accept::AndNext);
        if let Some(prompt) = self.current.prompt.as_ref().filter(|prompt| !prompt.is_blank()) {
            self.known = Some(prompt.clone());
        }
        self.accepted = row.filter(|_| self.screen.is_editing());
        self.current.ended |= enter.key == Key::End;
        if self.accepted.is_none() {
            self.current = Current::default();
        }
        self.pace.sent(now, false);
        enter.raw.into_vec()
    }
}

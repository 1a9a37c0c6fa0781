//! The line that is being typed: where it began, what is known of it, and what it is.

use unicode_width::UnicodeWidthStr as _;

use super::keys::Key;
use super::pace::Expected;
use super::prompt::Prompt;
use super::reading::{Reading, read, row_at_cursor};
use super::search;
use super::stage::Owner;
use super::typed::Typed;
use crate::command::Confidence;
use crate::terminal::screen::{Screen, Spot};

#[derive(Default)]
pub(super) struct Current {
    /// A key was sent for it.
    pub begun: bool,
    /// Where it began; `None`: that was not seen.
    pub prompt: Option<Prompt>,
    pub typed: Typed,
    /// Where the cursor stood when the text that was typed last began.
    pub from: Option<Spot>,
    /// The line editor's turn in which it began.
    pub turn: u64,
    /// Whose it is.
    pub owner: Owner,
    /// A key was typed without which such a program runs nothing.
    pub asks: bool,
    /// It was typed before there was a prompt.
    pub ahead: bool,
    /// The shell may have put something into it before it began.
    pub prefilled: bool,
    /// It began with what the shell put there, which stands behind the prompt.
    pub given: bool,
    /// It was given up or ended by a key of its own: what happens to it is no surprise.
    pub ended: bool,
    /// Nothing was shown since it began.
    pub silent: bool,
}

/// What the line is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Nothing that anybody may read: it was not shown.
    Secret,
    Text(Row),
}

/// One row or more, as read at once.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub text: String,
    /// Another reading, if both may be meant.
    pub or: Option<String>,
    pub confidence: Confidence,
}

impl Row {
    pub(super) fn partial(text: String) -> Self {
        Self { text, or: None, confidence: Confidence::Partial }
    }

    /// It is just this.
    pub(super) fn is_sure(&self) -> bool {
        self.or.is_none() && self.confidence != Confidence::Partial
    }
}

impl Current {
    pub(super) fn key(&mut self, key: Key, screen: &Screen) {
        if self.typed.tail().is_empty() {
            self.from = Some(screen.cursor());
        }
        match key {
            // Brackets that nobody asked for are keys like others, and what they hold is typed.
            Key::PasteBegin if !screen.takes_pastes() => self.typed.key(Key::Other),
            key => self.typed.key(key),
        }
        match key {
            Key::Text(c) if super::escapes::may_ask(c) => self.asks = true,
            Key::Escape => self.asks = false,
            Key::Interrupt | Key::End => self.ended = true,
            _ => {}
        }
    }

    /// A prompt has come since it was typed. What a program took is not in it; the rest stands left of the
    /// cursor by now.
    pub(super) fn settle_ahead(&mut self, screen: &Screen) {
        self.ahead = false;
        let Some(plain) = self.typed.plain() else { return };
        if !plain.is_empty() && screen.left_of_cursor().ends_with(plain) {
            self.prompt = Some(Prompt::before_cursor(screen, plain.width()));
        } else {
            self.prompt = Some(Prompt::at_cursor(screen));
            self.typed = Typed::default();
        }
    }

    fn read(&self, screen: &Screen, known: Option<&Prompt>) -> Option<(Reading, bool)> {
        let prompt = self.prompt.as_ref().or(known)?;
        if self.typed.may_have_rows()
            && !prompt.stands(screen)
            && let Some(reading) = search::found(&row_at_cursor(screen))
        {
            return Some((reading, false));
        }
        let found = prompt.find(screen)?;
        Some((read(screen, prompt, found), found.moved))
    }

    /// The prompt does not stand anywhere: it is about to be drawn again, or never.
    pub(super) fn is_adrift(&self, screen: &Screen) -> bool {
        self.prompt.is_some() && self.read(screen, None).is_none()
    }

    /// Its prompt stands there, and nothing behind it.
    pub(super) fn is_empty(&self, screen: &Screen) -> bool {
        self.read(screen, None).is_some_and(|(reading, _)| reading.text.trim().is_empty())
    }

    /// What was typed last does not stand there: it is about to be shown, or was taken for something else.
    pub(super) fn lags(&self, screen: &Screen) -> bool {
        let tail = self.typed.tail().trim_end();
        self.read(screen, None).is_some_and(|(reading, _)| !reading.before.trim_end().ends_with(tail))
    }

    /// Whoever got what was typed last has put it left of the cursor, where it did not stand before.
    pub(super) fn is_echoed(&self, screen: &Screen) -> bool {
        let tail = self.typed.tail();
        !tail.is_empty() && self.from != Some(screen.cursor()) && screen.left_of_cursor().ends_with(tail)
    }

    /// What was plainly typed, if it stands there and nothing else does.
    pub(super) fn plainly(&self, screen: &Screen) -> Option<String> {
        let plain = self.typed.plain().filter(|_| !self.ahead && !self.prefilled && !self.given)?;
        let (reading, _) = self.read(screen, None)?;
        let whole = reading.before == plain && reading.text.trim_end() == plain.trim_end();
        whole.then(|| plain.to_owned())
    }

    /// What it is, now that the screen shows all there will be. `given_up`: not even that is sure.
    pub(super) fn what(&self, screen: &Screen, known: Option<&Prompt>, given_up: bool) -> What {
        let editing = screen.is_editing();
        let unshown = self.silent && self.typed.wrote();
        if unshown && !editing {
            // A program asks for passwords; a shell at its prompt has lost its echo.
            let shells =
                self.prompt.as_ref().zip(known).is_some_and(|(prompt, known)| prompt.ends_like(known));
            return if shells { What::Text(Row::partial(String::new())) } else { What::Secret };
        }
        let Some((reading, moved)) = self.read(screen, known) else {
            return What::Text(Row::partial(screen.left_of_cursor().trim().to_owned()));
        };
        if !editing && !self.prefilled && self.is_masked(&reading.text) {
            return What::Secret;
        }
        let plainly = self.typed.plain().is_some_and(|plain| plain.trim() == reading.text.trim());
        let doubtful = given_up
            || unshown
            || self.prefilled
            || self.prompt.is_none()
            || self.typed.is_unseen()
            || self.typed.has_left_search()
            || (reading.text.trim().is_empty()
                && self.typed.plain().is_some_and(|plain| !plain.trim().is_empty()))
            || (moved && self.typed.may_have_rows())
            || (reading.suggested && self.typed.may_have_moved())
            || (reading.padded && !plainly)
            || (!reading.below.is_empty() && self.typed.may_have_rows() && self.typed.may_be_listed())
            || (!editing && self.typed.plain().is_some());
        let confidence = if doubtful { Confidence::Partial } else { Confidence::Screen };
        let or = reading.with_right.clone().filter(|_| !plainly);
        What::Text(Row { text: self.with_rows_below(reading), or, confidence })
    }

    /// What has to come back before the line is settled.
    pub(super) fn expected(&self, screen: &Screen) -> Expected {
        // A shell that is busy shows nothing either, and what asks for a password shows that it does.
        let shell = screen.is_editing() || self.prompt.as_ref().is_none_or(Prompt::is_blank);
        let unshown = shell && self.silent && self.typed.wrote();
        if unshown { Expected::Answer } else { self.typed.expected() }
    }

    pub(super) fn shown(&mut self) {
        self.silent = false;
        self.typed.answered();
    }

    /// Some programs show a star for each character of a password.
    fn is_masked(&self, shown: &str) -> bool {
        let typed = self.typed.plain().map(|plain| plain.chars().count());
        typed == Some(shown.chars().count()) && shown.chars().all(|c| matches!(c, '*' | '•'))
    }

    fn with_rows_below(&self, reading: Reading) -> String {
        if self.typed.may_have_rows() && !reading.below.is_empty() && !search::is_asked(&reading.below) {
            return format!("{}\n{}", reading.text, reading.below);
        }
        reading.text
    }

    /// What stands there when the line editor has ended: what it ran, if it ran it.
    pub(super) fn last(&self, screen: &Screen) -> Option<String> {
        self.prompt.as_ref().filter(|_| !self.ahead)?;
        let text = self.read(screen, None)?.0.text;
        let Spot { row, column } = screen.cursor();
        // The editor has moved on to a row that shows something of before.
        let below = screen.text(row, 0..screen.columns());
        let moved_on = column == 0 && !screen.flows_on(row - 1) && !below.trim().is_empty();
        let line = text.strip_suffix(below.trim_end()).and_then(|text| text.strip_suffix('\n'));
        Some(line.filter(|_| moved_on).map(|line| line.trim_end().to_owned()).unwrap_or(text))
    }
}

//! A line typed on a channel whose client is in raw mode: we echo, we edit.

use std::collections::VecDeque;
use std::time::Duration;

use unicode_width::UnicodeWidthStr;
use zeroize::Zeroizing;

use crate::access::term::Activity;
use crate::domain::Secret;
use crate::ssh::{Channel, Event, Terminal};

/// Longest line in bytes; what is typed beyond it is dropped.
const MAX_LINE: usize = 256;

/// Reads lines from one channel, and keeps what was typed ahead and how large the terminal is.
pub(crate) struct Prompt<'a> {
    channel: &'a mut Channel,
    ahead: VecDeque<u8>,
    pub(super) terminal: Terminal,
    /// How long it waits for a key; nobody is there any more, then.
    patience: Duration,
    deserted: bool,
    activity: Option<&'a Activity>,
}

enum Key {
    Text(u8),
    Erase,
    Clear,
    Enter,
    Quit,
    Ignored,
}

impl<'a> Prompt<'a> {
    pub(crate) fn new(channel: &'a mut Channel, terminal: Terminal, patience: Duration) -> Self {
        Self { channel, ahead: VecDeque::new(), terminal, patience, deserted: false, activity: None }
    }

    /// The same; each key says that somebody is there.
    pub(super) fn attended(self, activity: &'a Activity) -> Self {
        Self { activity: Some(activity), ..self }
    }

    /// How long it waited for a key, if that was too long.
    pub(super) fn deserted(&self) -> Option<Duration> {
        self.deserted.then_some(self.patience)
    }

    /// Ends the reading: what was typed ahead is for whoever reads next.
    pub(super) fn finish(self) -> Terminal {
        let ahead: Vec<u8> = self.ahead.into();
        self.channel.inbox.put_back(&ahead);
        self.terminal
    }

    /// Shows text; `\n` starts a new line at its left end. False when the client is gone.
    pub(super) async fn show(&self, text: &str) -> bool {
        let text = text.replace('\n', "\r\n");
        self.channel.outlet.data(text.into_bytes().into()).await.is_ok()
    }

    /// Shows `label` and reads a line. `None`: Ctrl-C, Ctrl-D on an empty line, the client left, or nobody is
    /// there.
    pub(super) async fn line(&mut self, label: &str) -> Option<String> {
        if !self.show(label).await {
            return None;
        }
        let mut typed = Vec::new();
        loop {
            match self.key().await? {
                Key::Enter => {
                    self.show("\n").await;
                    return Some(String::from_utf8_lossy(&typed).trim().to_owned());
                }
                Key::Quit if typed.is_empty() => {
                    self.show("\n").await;
                    return None;
                }
                Key::Clear | Key::Quit => {
                    typed.clear();
                    self.redraw(label, &typed).await;
                }
                Key::Erase => {
                    let text = String::from_utf8_lossy(&typed).into_owned();
                    let kept = text.char_indices().next_back().map_or(0, |(start, _)| start);
                    typed.truncate(kept);
                    self.redraw(label, &typed).await;
                }
                Key::Text(byte) if typed.len() < MAX_LINE => {
                    typed.push(byte);
                    // Half a character is not shown; the whole line is, once it is whole again.
                    if std::str::from_utf8(&typed).is_ok() {
                        self.redraw(label, &typed).await;
                    }
                }
                Key::Text(_) | Key::Ignored => {}
            }
        }
    }

    /// Shows `label` and reads a line that is not shown. `None` as for [`Self::line`].
    pub(crate) async fn secret(&mut self, label: &str) -> Option<Secret> {
        if !self.show(label).await {
            return None;
        }
        let mut typed = Zeroizing::new(Vec::new());
        loop {
            match self.key().await? {
                Key::Enter => {
                    self.show("\n").await;
                    return Some(Secret::new(typed.as_slice()));
                }
                Key::Quit => {
                    self.show("\n").await;
                    return None;
                }
                Key::Clear => typed.clear(),
                Key::Erase => drop(typed.pop()),
                Key::Text(byte) if typed.len() < MAX_LINE => typed.push(byte),
                Key::Text(_) | Key::Ignored => {}
            }
        }
    }

    async fn redraw(&self, label: &str, typed: &[u8]) {
        let last = label.rsplit('\n').next().unwrap_or(label);
        self.show(&format!("\r\x1b[K{last}{}", String::from_utf8_lossy(typed))).await;
    }

    async fn key(&mut self) -> Option<Key> {
        Some(match self.byte().await? {
            b'\r' | b'\n' => Key::Enter,
            3 | 4 => Key::Quit,
            8 | 127 => Key::Erase,
            21 => Key::Clear,
            27 => self.escape().await?,
            0..=31 => Key::Ignored,
            byte => Key::Text(byte),
        })
    }

    /// Arrow and function keys do nothing here, but must not leave their tails in the line.
    async fn escape(&mut self) -> Option<Key> {
        match self.ahead.front() {
            Some(b'[' | b'O') => {
                self.byte().await?;
                while !(0x40..=0x7e).contains(&self.byte().await?) {}
                Some(Key::Ignored)
            }
            _ => Some(Key::Ignored),
        }
    }

    async fn byte(&mut self) -> Option<u8> {
        // Only a key is waited for: whatever else a client sends says nothing of who sits there.
        let deadline = tokio::time::Instant::now() + self.patience;
        while self.ahead.is_empty() {
            let Ok(event) = tokio::time::timeout_at(deadline, self.channel.inbox.next()).await else {
                self.deserted = true;
                return None;
            };
            match event? {
                Event::Data(bytes) => {
                    self.activity.inspect(|activity| activity.touch());
                    self.ahead.extend(bytes.iter());
                }
                Event::Resize { columns, rows, pixel_width, pixel_height } => {
                    let terminal = std::mem::take(&mut self.terminal);
                    self.terminal = Terminal { columns, rows, pixel_width, pixel_height, ..terminal };
                }
                Event::Eof | Event::Close => return None,
                _ => {}
            }
        }
        self.channel.outlet.credit(1).await.ok()?;
        self.ahead.pop_front()
    }
}

/// `text`, filled with blanks to `width` columns; a Chinese character takes two.
pub(crate) fn column(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(blanks))
}

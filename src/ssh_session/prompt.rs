//! A line typed on a channel whose client is in raw mode: we echo, we edit.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::access::term::Activity;
use crate::domain::{Secret, halfwidth};
use crate::ssh::{Channel, ChannelEvent, Terminal};
use crate::terminal::width::rows_above;

/// Longest line in bytes, where nothing else is said; what is typed beyond it is dropped.
const MAX_LINE: usize = 256;

/// Reads lines from one channel, and keeps what was typed ahead and how large the terminal is.
pub(crate) struct ChannelPrompt<'a> {
    channel: &'a mut Channel,
    ahead: VecDeque<u8>,
    pub(super) terminal: Terminal,
    /// How long it waits for a key; nobody is there any more, then.
    patience: Duration,
    /// Until when a key is waited for: what is said meanwhile makes that no longer.
    deadline: Option<Instant>,
    deserted: bool,
    activity: Option<&'a Activity>,
    /// What is said meanwhile, a line each.
    notices: Option<mpsc::Receiver<String>>,
    /// Longest line.
    room: usize,
}

enum Key {
    Text(u8),
    Erase,
    Clear,
    Enter,
    Quit,
    Ignored,
    /// Not a key: something to say to whoever types.
    Notice(String),
}

impl<'a> ChannelPrompt<'a> {
    pub(crate) fn new(channel: &'a mut Channel, terminal: Terminal, patience: Duration) -> Self {
        Self {
            channel,
            ahead: VecDeque::new(),
            terminal,
            patience,
            deadline: None,
            deserted: false,
            activity: None,
            notices: None,
            room: MAX_LINE,
        }
    }

    /// The same; a line may have so many bytes.
    pub(crate) fn with_room(self, room: usize) -> Self {
        Self { room, ..self }
    }

    /// The same; each key says that somebody is there.
    pub(super) fn attended(self, activity: &'a Activity) -> Self {
        Self { activity: Some(activity), ..self }
    }

    /// The same; what comes here is shown above the line that is being typed.
    pub(super) fn hearing(self, notices: mpsc::Receiver<String>) -> Self {
        Self { notices: Some(notices), ..self }
    }

    /// How long it waited for a key, if that was too long.
    pub(super) fn deserted(&self) -> Option<Duration> {
        self.deserted.then_some(self.patience)
    }

    /// Ends the reading: what was typed ahead is for whoever reads next.
    pub(crate) fn finish(self) -> Terminal {
        let ahead: Vec<u8> = self.ahead.into();
        self.channel.inbox.put_back(&ahead);
        self.terminal
    }

    /// Shows text; `\n` starts a new line at its left end. False when the client is gone.
    pub(super) async fn show(&self, text: &str) -> bool {
        let text = text.replace('\n', "\r\n");
        self.channel.outlet.data(text.into_bytes().into()).await.is_ok()
    }

    /// Shows `label` and reads a line; full-width letters and signs mean what the usual ones mean. `None`: Ctrl-C,
    /// Ctrl-D on an empty line, the client left, or nobody is there.
    pub(super) async fn line(&mut self, label: &str) -> Option<String> {
        if !self.show(label).await {
            return None;
        }
        let (mut typed, mut drawn) = (Vec::new(), last_row(label).to_owned());
        loop {
            match self.key().await? {
                Key::Enter => {
                    self.show("\n").await;
                    return Some(halfwidth(String::from_utf8_lossy(&typed).trim()));
                }
                Key::Quit if typed.is_empty() => {
                    self.show("\n").await;
                    return None;
                }
                Key::Clear | Key::Quit => {
                    typed.clear();
                    self.redraw(label, &typed, &mut drawn).await;
                }
                Key::Erase => {
                    let text = String::from_utf8_lossy(&typed).into_owned();
                    let kept = text.char_indices().next_back().map_or(0, |(start, _)| start);
                    typed.truncate(kept);
                    self.redraw(label, &typed, &mut drawn).await;
                }
                Key::Text(byte) if typed.len() < self.room => {
                    typed.push(byte);
                    // Half a character is not shown; the whole line is, once it is whole again.
                    if std::str::from_utf8(&typed).is_ok() {
                        self.redraw(label, &typed, &mut drawn).await;
                    }
                }
                Key::Notice(text) => {
                    self.show(&format!("\n{text}\n")).await;
                    drawn.clear();
                    self.redraw(label, &typed, &mut drawn).await;
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
                Key::Text(byte) if typed.len() < self.room => typed.push(byte),
                Key::Notice(text) => drop(self.show(&format!("\n{text}\n{}", last_row(label))).await),
                Key::Text(_) | Key::Ignored => {}
            }
        }
    }

    /// Puts the label and what was typed where `drawn` stands, however many rows that took.
    async fn redraw(&self, label: &str, typed: &[u8], drawn: &mut String) {
        let up = match rows_above(drawn, self.terminal.columns) {
            0 => String::new(),
            rows => format!("\x1b[{rows}A"),
        };
        *drawn = format!("{}{}", last_row(label), String::from_utf8_lossy(typed));
        self.show(&format!("\r{up}\x1b[J{drawn}")).await;
    }

    async fn key(&mut self) -> Option<Key> {
        let byte = match self.pressed().await? {
            Pressed::Byte(byte) => byte,
            Pressed::Notice(text) => return Some(Key::Notice(text)),
        };
        Some(match byte {
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

    /// The next byte of a key that was begun; what is to be said waits for the next key.
    async fn byte(&mut self) -> Option<u8> {
        let notices = self.notices.take();
        let pressed = self.pressed().await;
        self.notices = notices;
        match pressed? {
            Pressed::Byte(byte) => Some(byte),
            Pressed::Notice(_) => None, // nobody says any
        }
    }

    async fn pressed(&mut self) -> Option<Pressed> {
        // Only a key is waited for: whatever else a client sends says nothing of who sits there.
        let deadline = *self.deadline.get_or_insert_with(|| Instant::now() + self.patience);
        while self.ahead.is_empty() {
            let heard = async {
                tokio::select! {
                    event = self.channel.inbox.next() => Ok(event),
                    notice = notice(&mut self.notices) => Err(notice),
                }
            };
            let event = match tokio::time::timeout_at(deadline, heard).await {
                Ok(Ok(event)) => event,
                Ok(Err(notice)) => return Some(Pressed::Notice(notice)),
                Err(_) => {
                    self.deserted = true;
                    return None;
                }
            };
            match event? {
                ChannelEvent::Data(bytes) => {
                    self.activity.inspect(|activity| activity.touch());
                    self.ahead.extend(bytes.iter());
                }
                ChannelEvent::Resize { columns, rows, pixel_width, pixel_height } => {
                    let terminal = std::mem::take(&mut self.terminal);
                    self.terminal = Terminal { columns, rows, pixel_width, pixel_height, ..terminal };
                }
                ChannelEvent::Eof | ChannelEvent::Close => return None,
                _ => {}
            }
        }
        self.deadline = None;
        self.channel.outlet.credit(1).await.ok()?;
        self.ahead.pop_front().map(Pressed::Byte)
    }
}

enum Pressed {
    Byte(u8),
    Notice(String),
}

/// The next thing to say; never, where nobody says anything.
async fn notice(notices: &mut Option<mpsc::Receiver<String>>) -> String {
    if let Some(notices) = notices
        && let Some(notice) = notices.recv().await
    {
        return notice;
    }
    std::future::pending().await
}

/// Only the last row of a label stands before what is typed.
fn last_row(label: &str) -> &str {
    label.rsplit('\n').next().unwrap_or(label)
}

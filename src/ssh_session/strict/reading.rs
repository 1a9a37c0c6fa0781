//! Reads at the prompt: keys go to the editor, and what it draws to the person and the recording.

use std::time::Duration;

use super::{Desk, Step};
use crate::access::outcome::ChannelEnd;
use crate::access::record::ChannelRecorder;
use crate::ssh::{ChannelEvent as Said, Terminal};
use crate::terminal::editor::LineEvent;
use crate::terminal::size::TerminalSize;

/// A terminal puts brackets around what is pasted: at the prompt, and not into a program.
const PASTE_ON: &str = "\x1b[?2004h";
pub(super) const PASTE_OFF: &str = "\x1b[?2004l";

impl Desk<'_> {
    /// Reads keys up to an event of the editor.
    pub(super) async fn read(&mut self, prompt: &str) -> Step<LineEvent> {
        let mut out = PASTE_ON.to_owned();
        self.editor.begin(prompt, columns(&self.terminal), &mut out);
        loop {
            let event = self.editor.read(&mut out);
            if event.is_some() {
                out += PASTE_OFF;
            }
            self.show(&std::mem::take(&mut out)).await?;
            if let Some(event) = event {
                return Ok(event);
            }
            match self.inbox.next().await.ok_or(ChannelEnd::Closed)? {
                Said::Eof => return Ok(LineEvent::EndOfFile),
                said => self.hear(said, &mut out).await?,
            }
        }
    }

    /// What the person does goes to the editor.
    async fn hear(&mut self, said: Said, out: &mut String) -> Step<()> {
        match said {
            Said::Data(bytes) => {
                self.activity.touch();
                self.room.tape.input(&bytes).await.map_err(ChannelEnd::NotRecorded)?;
                self.editor.typed(&bytes);
                let _ = self.near.credit(bytes.len()).await; // gone: the next word to it says so
            }
            Said::Resize { columns, rows, pixel_width, pixel_height } => {
                let (size, pixels) = ((columns, rows), (pixel_width, pixel_height));
                self.terminal = resized(self.room.tape, &self.terminal, size, pixels).await?;
                self.editor.resize(self::columns(&self.terminal), out);
            }
            Said::Close => return Err(ChannelEnd::Closed),
            Said::Refused(what) => self.room.refused_request(what).await,
            _ => {}
        }
        Ok(())
    }

    /// Throws away what was typed up to now.
    pub(super) async fn forget_typed(&mut self) -> Step<()> {
        while let Ok(said) = tokio::time::timeout(Duration::ZERO, self.inbox.next()).await {
            self.hear(said.ok_or(ChannelEnd::Closed)?, &mut String::new()).await?;
        }
        self.editor.forget_ahead();
        Ok(())
    }
}

fn columns(terminal: &Terminal) -> usize {
    match terminal.columns {
        0 => 80, // a client that does not know
        columns => usize::try_from(columns).unwrap_or(usize::MAX),
    }
}

/// The same terminal with another size, which the recording knows of.
pub(super) async fn resized(
    tape: &ChannelRecorder,
    terminal: &Terminal,
    size: (u32, u32),
    pixels: (u32, u32),
) -> Step<Terminal> {
    let ((columns, rows), (pixel_width, pixel_height)) = (size, pixels);
    tape.resize(TerminalSize { columns, rows }).await.map_err(ChannelEnd::NotRecorded)?;
    Ok(Terminal { columns, rows, pixel_width, pixel_height, ..terminal.clone() })
}

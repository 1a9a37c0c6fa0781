//! While a program runs: keys go to it, its output comes back, and both are in the recording first.

use super::reading::resized;
use super::{Desk, Room, Step};
use crate::access::outcome::ChannelEnd;
use crate::access::record::ChannelRecorder;
use crate::access::term::Activity;
use crate::ssh::{Channel, ChannelEvent as Said, Gone, Inbox, Outlet, Terminal};

const CTRL_C: u8 = 3;

/// How a program ended.
#[derive(Default)]
pub(super) struct Ran {
    /// Its status or signal, if it did not end well.
    pub(super) status: Option<String>,
    /// Its output did not end with a line.
    pub(super) mid_row: bool,
}

impl Desk<'_> {
    /// Until the program ends. Neither direction waits for the other.
    pub(super) async fn pump(&mut self, far: Channel) -> Step<Ran> {
        let far = self.far.insert(far);
        let (near, tape) = (self.near, self.room.tape);
        let mut interrupted = false;
        let keys = Keys {
            room: &self.room,
            inbox: self.inbox,
            terminal: &mut self.terminal,
            near,
            far: &far.outlet,
            activity: self.activity,
            interrupted: &mut interrupted,
        };
        let ran = tokio::select! {
            biased;
            end = keys.pass() => Err(end),
            ran = output(&mut far.inbox, &far.outlet, near, tape) => ran,
        };
        if let Some(far) = self.far.take_if(|_| ran.is_ok()) {
            let _ = far.outlet.close().await; // it closed first, or is gone
        }
        if interrupted {
            self.editor.forget_ahead(); // the lines of a paste that were to come after this one
        }
        ran
    }
}

/// From the person to the program.
struct Keys<'k> {
    room: &'k Room<'k>,
    inbox: &'k mut Inbox,
    terminal: &'k mut Terminal,
    near: &'k Outlet,
    far: &'k Outlet,
    activity: &'k Activity,
    interrupted: &'k mut bool,
}

impl Keys<'_> {
    /// Until the person is gone. A program that is gone is heard of from its output.
    async fn pass(mut self) -> ChannelEnd {
        while let Some(event) = self.inbox.next().await {
            match self.one(event).await {
                Ok(Ok(()) | Err(Gone)) => {}
                Err(end) => return end,
            }
        }
        ChannelEnd::Closed
    }

    async fn one(&mut self, event: Said) -> Step<Result<(), Gone>> {
        let tape = self.room.tape;
        Ok(match event {
            Said::Data(bytes) => {
                self.activity.touch();
                tape.input(&bytes).await.map_err(ChannelEnd::NotRecorded)?;
                tape.pace().await;
                *self.interrupted |= bytes.contains(&CTRL_C);
                let size = bytes.len();
                let sent = self.far.data(bytes).await;
                let _ = self.near.credit(size).await; // gone: its inbox ends
                sent
            }
            Said::Resize { columns, rows, pixel_width, pixel_height } => {
                *self.terminal =
                    resized(tape, self.terminal, (columns, rows), (pixel_width, pixel_height)).await?;
                self.far.resize(columns, rows, pixel_width, pixel_height).await
            }
            Said::Signal(name) => self.far.signal(&name).await,
            Said::Eof => self.far.eof().await,
            Said::Close => return Err(ChannelEnd::Closed),
            Said::Refused(what) => {
                self.room.refused_request(what).await;
                Ok(())
            }
            _ => Ok(()),
        })
    }
}

/// From the program to the person.
async fn output(inbox: &mut Inbox, far: &Outlet, near: &Outlet, tape: &ChannelRecorder) -> Step<Ran> {
    let mut ran = Ran::default();
    while let Some(event) = inbox.next().await {
        match event {
            // With a terminal there is no standard error of its own; a server may send it all the same.
            Said::Data(bytes) | Said::Errors(bytes) => {
                tape.output(&bytes).await.map_err(ChannelEnd::NotRecorded)?;
                tape.pace().await;
                ran.mid_row = bytes.last().is_some_and(|last| *last != b'\n');
                let size = bytes.len();
                near.data(bytes).await.map_err(|Gone| ChannelEnd::Closed)?;
                let _ = far.credit(size).await; // gone with its last bytes still on their way
            }
            Said::ExitStatus(status) => ran.status = (status != 0).then(|| status.to_string()),
            Said::ExitSignal { signal, .. } => ran.status = Some(signal),
            Said::Close => return Ok(ran),
            _ => {}
        }
    }
    Err(ChannelEnd::Lost)
}

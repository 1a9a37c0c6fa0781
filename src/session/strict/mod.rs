//! A shell under a set of mode `strict`: the prompt is the gateway's, and the asset runs one judged command after
//! another. Read [`serve`] and [`Desk::attend`]; what a line may be is in [`crate::strict`].

mod command;
mod own;
mod pump;
mod verdict;

use std::sync::Arc;

use super::channel;
use super::hold::{Activity, Hold, Stopped};
use super::record::{NotRecorded, Tape};
use super::referee::{NotLogged, Referee};
use super::relay::End;
use super::running::Session;
use super::select::Purpose;
use super::visit::Visit;
use super::words;
use crate::ssh::{Channel, Event as Said, Inbox, Outlet, Start, Terminal};
use crate::strict::{Directory, Editor, Event, Words};

/// What a program may have left a terminal in: no colours, a cursor, plain keys, no mouse.
const SANE: &str = "\x1b[0m\x1b[?25h\x1b[?1l\x1b>\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l";

/// A terminal puts brackets around what is pasted: at the prompt, and not into a program.
const PASTE_ON: &str = "\x1b[?2004h";
const PASTE_OFF: &str = "\x1b[?2004l";

/// What the channel has when it comes here.
pub(super) struct Room<'a> {
    pub visit: &'a Visit,
    pub session: &'a Arc<Session>,
    pub referee: &'a Referee,
    pub tape: &'a Tape,
    pub purpose: &'a Purpose,
}

impl Room<'_> {
    async fn refused_request(&self, what: &'static str) {
        self.visit.refused(what, Some(self.session.id.clone())).await;
    }
}

/// Serves the prompt until the first reason to stop.
pub(super) async fn serve(room: Room<'_>, near: &mut Channel, mut hold: Hold<'_>) -> End {
    let Some(terminal) = room.purpose.terminal.clone() else {
        let line = words::with(&room.visit.services, "strict.no-terminal", "");
        channel::dismiss(&near.outlet, false, &line).await;
        return End::Closed;
    };
    let activity = Activity::begin();
    let gone = near.inbox.ended();
    let (near, inbox) = (&near.outlet, &mut near.inbox);
    let tape = room.tape;
    let editor = Editor::new(columns(&terminal));
    let mut desk = Desk {
        room,
        near,
        inbox,
        activity: &activity,
        terminal,
        editor,
        place: Place::default(),
        status: None,
    };
    tokio::select! {
        biased;
        lapse = hold.lapsed_or_idle(&activity, tape, near) => End::Lapsed(lapse),
        () = gone => End::Closed,
        end = desk.attend() => end,
    }
}

fn columns(terminal: &Terminal) -> usize {
    match terminal.columns {
        0 => 80, // a client that does not know
        columns => usize::try_from(columns).unwrap_or(usize::MAX),
    }
}

/// The same terminal with another size, which the recording knows of.
fn resized(tape: &Tape, terminal: &Terminal, size: (u32, u32), pixels: (u32, u32)) -> Step<Terminal> {
    let ((columns, rows), (pixel_width, pixel_height)) = (size, pixels);
    tape.resize(columns, rows).map_err(End::NotRecorded)?;
    Ok(Terminal { columns, rows, pixel_width, pixel_height, ..terminal.clone() })
}

/// Where commands run, and where they did.
#[derive(Default)]
struct Place {
    here: Option<Directory>,
    before: Option<Directory>,
    home: Option<Directory>,
}

/// The prompt of one channel.
struct Desk<'a> {
    room: Room<'a>,
    near: &'a Outlet,
    inbox: &'a mut Inbox,
    activity: &'a Activity,
    terminal: Terminal,
    editor: Editor,
    place: Place,
    /// How the last program ended, if not well.
    status: Option<String>,
}

/// Goes on, or ends the channel.
type Step<T> = Result<T, End>;

impl Desk<'_> {
    async fn attend(&mut self) -> End {
        match self.go_on().await {
            Ok(()) => self.leave().await,
            Err(end) => end,
        }
    }

    /// Line after line, up to the one that ends it all.
    async fn go_on(&mut self) -> Step<()> {
        self.begin().await?;
        loop {
            self.editor.offer(Words::new(self.room.referee.programs()));
            match self.read(&self.prompt()).await? {
                Event::EndOfFile => return Ok(()),
                Event::Interrupted => self.status = None,
                Event::PasteRefused => self.say(&words::with(self.services(), "strict.paste", "")).await?,
                Event::Line(line) => {
                    if self.act(line.trim_matches([' ', '\t'])).await?.is_break() {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn services(&self) -> &Arc<super::Services> {
        &self.room.visit.services
    }

    fn prompt(&self) -> String {
        let Session { login, asset, .. } = self.room.session.as_ref();
        let here = self.place.here.as_ref().map(|here| format!(" {here}")).unwrap_or_default();
        let status = self.status.as_ref().map(|status| format!(" [{status}]")).unwrap_or_default();
        format!("{login}@{asset}{here}{status}> ")
    }

    /// Reads keys up to an event of the editor.
    async fn read(&mut self, prompt: &str) -> Step<Event> {
        let mut out = PASTE_ON.to_owned();
        self.editor.begin(prompt, &mut out);
        loop {
            let event = self.editor.read(&mut out);
            if event.is_some() {
                out += PASTE_OFF;
            }
            self.show(&std::mem::take(&mut out)).await?;
            if let Some(event) = event {
                return Ok(event);
            }
            match self.inbox.next().await.ok_or(End::Closed)? {
                Said::Data(bytes) => {
                    self.activity.touch();
                    self.room.tape.input(&bytes).map_err(End::NotRecorded)?;
                    self.editor.typed(&bytes);
                    let _ = self.near.credit(bytes.len()).await; // gone: the next word to it says so
                }
                Said::Resize { columns, rows, pixel_width, pixel_height } => {
                    let (size, pixels) = ((columns, rows), (pixel_width, pixel_height));
                    self.terminal = resized(self.room.tape, &self.terminal, size, pixels)?;
                    self.editor.resize(self::columns(&self.terminal), &mut out);
                }
                Said::Eof => return Ok(Event::EndOfFile),
                Said::Close => return Err(End::Closed),
                Said::Refused(what) => self.room.refused_request(what).await,
                _ => {}
            }
        }
    }

    /// Shows text as it is, and records it.
    async fn show(&self, text: &str) -> Step<()> {
        if text.is_empty() {
            return Ok(());
        }
        self.room.tape.output(text.as_bytes()).map_err(End::NotRecorded)?;
        self.near.data(text.as_bytes().to_vec().into()).await.map_err(|_| End::Closed)
    }

    /// Says something in rows of its own.
    async fn say(&self, text: &str) -> Step<()> {
        self.show(&format!("{}\r\n", text.replace('\n', "\r\n"))).await
    }

    /// The program's own end is the channel's: a client exits with its status.
    async fn leave(&self) -> End {
        let status = self.status.as_deref().map_or(0, |status| status.parse().unwrap_or(channel::REFUSED));
        channel::farewell(self.near, true, "", status).await;
        End::Closed
    }

    /// A channel of the asset with this command on it.
    async fn start(&self, command: String, terminal: Option<Terminal>) -> Result<Channel, Stopped> {
        let env = self.room.purpose.env.clone();
        let purpose = Purpose { start: Start::Exec(command.into_bytes()), terminal, env, refused: vec![] };
        channel::start(self.room.visit, self.room.session, &purpose).await
    }
}

impl From<NotLogged> for End {
    fn from(error: NotLogged) -> Self {
        Self::NotRecorded(NotRecorded::from(error))
    }
}

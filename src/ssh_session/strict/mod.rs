//! A shell under a set of mode `strict`: the prompt is the gateway's, and the asset runs one judged command after
//! another. Read [`serve`] and [`Desk::attend`]; what a line may be is in [`crate::strict`].

mod command;
mod own;
mod pump;
mod reading;
mod verdict;

use std::sync::Arc;

use super::audience::Screen;
use super::farewell::{self, Then};
use super::select::ChannelRequest;
use super::start;
use crate::access::Services;
use crate::access::outcome::{ChannelEnd, NotRelayed};
use crate::access::record::ChannelRecorder;
use crate::access::review::CommandReview;
use crate::access::running::Session;
use crate::access::term::Activity;
use crate::access::watch::GrantWatch;
use crate::ssh::{Channel, Inbox, Outlet, Start, Terminal};
use crate::ssh_session::visit::Visit;
use crate::ssh_session::words;
use crate::strict::{Directory, completions};
use crate::terminal::editor::{Editor, LineEvent};

/// What the channel has when it comes here.
pub(super) struct Room<'a> {
    pub visit: &'a Visit,
    pub session: &'a Arc<Session>,
    pub referee: &'a CommandReview,
    pub tape: &'a ChannelRecorder,
    pub purpose: &'a ChannelRequest,
    pub then: Then,
}

impl Room<'_> {
    async fn refused_request(&self, what: &'static str) {
        self.visit.refused(what, Some(self.session.id.clone())).await;
    }
}

/// Serves the prompt until the first reason to stop.
pub(super) async fn serve(room: Room<'_>, near: &mut Channel, mut hold: GrantWatch<'_>) -> ChannelEnd {
    let Some(terminal) = room.purpose.terminal.clone() else {
        let line = words::with(&room.visit.services, "strict.no-terminal", "");
        farewell::dismiss(&near.outlet, false, &line).await;
        return ChannelEnd::Closed;
    };
    let activity = hold.activity;
    activity.touch();
    let gone = near.inbox.ended();
    let (near, inbox) = (&near.outlet, &mut near.inbox);
    let tape = room.tape;
    let editor = Editor::default();
    let mut desk = Desk {
        room,
        near,
        inbox,
        activity,
        terminal,
        editor,
        place: Place::default(),
        far: None,
        status: None,
    };
    let screen = Screen { outlet: near, terminal: true };
    let end = tokio::select! {
        biased;
        lapse = hold.lapsed_or_idle(tape, &screen) => ChannelEnd::Lapsed(lapse),
        () = gone => ChannelEnd::Closed,
        end = desk.attend() => end,
    };
    if let Some(far) = desk.far {
        // Its terminal goes, and the program with it; the asset may be gone.
        let _ = tokio::time::timeout(farewell::LAST_WORD, far.outlet.close()).await;
    }
    end
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
    /// The program that runs.
    far: Option<Channel>,
    /// How the last program ended, if not well.
    status: Option<String>,
}

/// Goes on, or ends the channel.
type Step<T> = Result<T, ChannelEnd>;

impl Desk<'_> {
    async fn attend(&mut self) -> ChannelEnd {
        match self.go_on().await {
            Ok(()) => self.leave().await,
            Err(end) => end,
        }
    }

    /// Line after line, up to the one that ends it all.
    async fn go_on(&mut self) -> Step<()> {
        self.begin().await?;
        loop {
            self.editor.offer(completions(self.room.referee.programs()));
            match self.read(&self.prompt()).await? {
                LineEvent::EndOfFile => return Ok(()),
                LineEvent::Interrupted => self.status = None,
                LineEvent::PasteRefused => {
                    self.say(&words::with(self.services(), "strict.paste", "")).await?
                }
                LineEvent::Line(line) => {
                    if self.act(line.trim_matches([' ', '\t'])).await?.is_break() {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn services(&self) -> &Arc<Services> {
        &self.room.visit.services
    }

    fn prompt(&self) -> String {
        let Session { login, asset, .. } = self.room.session.as_ref();
        let here = self.place.here.as_ref().map(|here| format!(" {here}")).unwrap_or_default();
        let status = self.status.as_ref().map(|status| format!(" [{status}]")).unwrap_or_default();
        format!("{login}@{asset}{here}{status}> ")
    }

    /// Shows text as it is, and records it.
    async fn show(&self, text: &str) -> Step<()> {
        if text.is_empty() {
            return Ok(());
        }
        self.room.tape.output(text.as_bytes()).await.map_err(ChannelEnd::NotRecorded)?;
        self.near.data(text.as_bytes().to_vec().into()).await.map_err(|_| ChannelEnd::Closed)
    }

    /// Says something in rows of its own.
    async fn say(&self, text: &str) -> Step<()> {
        self.show(&format!("{}\r\n", text.replace('\n', "\r\n"))).await
    }

    /// The program's own end is the channel's: a client exits with its status.
    async fn leave(&self) -> ChannelEnd {
        if self.room.then == Then::Menu && self.inbox.probe().is_open() {
            return ChannelEnd::Closed;
        }
        let status = self.status.as_deref().map_or(0, |status| status.parse().unwrap_or(farewell::REFUSED));
        farewell::farewell(self.near, true, "", status).await;
        ChannelEnd::Closed
    }

    /// A channel of the asset with this command on it.
    async fn start(&self, command: String, terminal: Option<Terminal>) -> Result<Channel, NotRelayed> {
        let env = self.room.purpose.env.clone();
        let purpose =
            ChannelRequest { start: Start::Exec(command.into_bytes()), terminal, env, refused: vec![] };
        start::start(self.room.visit, self.room.session, &purpose, None).await.map(|started| started.far)
    }
}

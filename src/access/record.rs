//! The fourth step: no recording, no session. One [`ChannelRecorder`] per channel, shared by its two pumps.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::decide::Grant;
use super::outcome::NotRecorded;
use super::services::{Authenticated, Services};
use crate::command::masked;
use crate::domain::{RecordingId, SessionId, TerminalSize};
use crate::evidence::cast::{About, Env, Header, Version2};
use crate::recorder::{self, Closed, Recording};

/// No terminal is wider or higher.
const LARGEST: u32 = 1000;

/// A running recording.
pub(crate) struct ChannelRecorder {
    id: RecordingId,
    began: Instant,
    terminal: bool,
    recording: Mutex<Option<Recording>>,
}

/// Opens the recording of one channel, if there is room for one.
pub(crate) fn open(
    services: &Services,
    who: &Authenticated,
    session: &SessionId,
    grant: &Grant,
    terminal: Option<(&str, TerminalSize)>,
    command: Option<&str>,
) -> Result<ChannelRecorder, NotRecorded> {
    let quota = services.quotas.begin(&who.operator).map_err(NotRecorded)?;
    let now = services.clock.now();
    let id = RecordingId::new(crate::access::words::millis(now), services.random());
    let about = About {
        recording: id.clone(),
        session: session.clone(),
        operator: who.operator.clone(),
        source: who.origin.to_string(),
        asset: grant.asset().clone(),
        login: grant.login().clone(),
        protocol: grant.protocol(),
    };
    let header = header(about, now, terminal, command);
    let kind = match terminal {
        Some(_) => recorder::Terminal::Yes,
        None if grant.handling().full_recording => recorder::Terminal::NoAndWhole,
        None => recorder::Terminal::No,
    };
    let recording =
        Recording::create(&services.config.recordings, &header, now, kind, quota).map_err(NotRecorded)?;
    Ok(ChannelRecorder {
        id,
        began: Instant::now(),
        terminal: terminal.is_some(),
        recording: Mutex::new(Some(recording)),
    })
}

fn header(
    about: About,
    now: Timestamp,
    terminal: Option<(&str, TerminalSize)>,
    command: Option<&str>,
) -> Header {
    let (width, height) = shown(terminal.map(|(_, size)| size).unwrap_or_default());
    Header {
        version: Version2,
        width,
        height,
        timestamp: now.as_second(),
        title: Some(format!("{} {}@{}", about.operator, about.login, about.asset)),
        command: command.map(|command| masked(command).text),
        env: Env { term: terminal.map(|(name, _)| name.to_owned()), shell: None },
        juyong: about,
    }
}

/// Columns and rows of a terminal that a player can show: some clients say nothing, and some say anything.
fn shown(size: TerminalSize) -> (u32, u32) {
    let said = |said: u32, unsaid| if said == 0 { unsaid } else { said.min(LARGEST) };
    (said(size.columns, 80), said(size.rows, 24))
}

impl ChannelRecorder {
    pub(crate) fn id(&self) -> &RecordingId {
        &self.id
    }

    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal
    }

    fn with(&self, act: impl FnOnce(&mut Recording, Duration) -> io::Result<()>) -> Result<(), NotRecorded> {
        let at = self.began.elapsed();
        let mut recording = self.recording.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(recording) = recording.as_mut() else {
            return Err(NotRecorded(io::Error::other("the recording is closed")));
        };
        act(recording, at).map_err(NotRecorded)
    }

    pub(crate) fn input(&self, bytes: &[u8]) -> Result<(), NotRecorded> {
        self.with(|recording, at| recording.input(at, bytes))
    }

    pub(crate) fn output(&self, bytes: &[u8]) -> Result<(), NotRecorded> {
        self.with(|recording, at| recording.output(at, bytes))
    }

    pub(crate) fn errors(&self, bytes: &[u8]) -> Result<(), NotRecorded> {
        self.with(|recording, at| recording.errors(at, bytes))
    }

    pub(crate) fn resize(&self, size: TerminalSize) -> Result<(), NotRecorded> {
        let (columns, rows) = shown(size);
        self.with(|recording, at| recording.resize(at, columns, rows))
    }

    /// Waits where its account writes faster than it may for long. Whoever sends has to wait with it: no window
    /// is given back meanwhile.
    pub(crate) async fn pace(&self) {
        let pace = {
            let mut recording = self.recording.lock().unwrap_or_else(PoisonError::into_inner);
            recording.as_mut().map(Recording::take_pace).unwrap_or_default()
        };
        if !pace.is_zero() {
            tokio::time::sleep(pace).await;
        }
    }

    /// A place to find again.
    pub(crate) fn marker(&self, label: &str) -> Result<(), NotRecorded> {
        self.with(|recording, at| recording.marker(at, label))
    }

    /// What the gateway itself tells the person, as they see it.
    pub(crate) fn said(&self, line: &str, shown: &str) -> Result<(), NotRecorded> {
        self.with(|recording, at| recording.said(at, line.trim(), shown))
    }

    /// The last of them: what comes after it is the end.
    pub(crate) fn said_last(&self, line: &str, shown: &str) {
        let end = if self.terminal { "\r\n" } else { "\n" };
        if let Err(error) = self.said(line, &format!("{shown}{end}")) {
            tracing::debug!(%error, "what the gateway said is not in the recording");
        }
    }

    /// A line of it. Where it cannot be recorded any more, the next byte finds out, or the end.
    pub(crate) fn said_line(&self, line: &str) {
        self.said_last(line, line);
    }

    /// Closes the recording; later calls, and writes after it, are errors.
    pub(crate) async fn close(&self) -> Result<Closed, NotRecorded> {
        let taken = self.recording.lock().unwrap_or_else(PoisonError::into_inner).take();
        let closed = || NotRecorded(io::Error::other("the recording is closed"));
        let recording = taken.ok_or_else(closed)?;
        // Waits for the disk: not on the threads that carry other sessions.
        let finished = tokio::task::spawn_blocking(move || recording.finish()).await;
        finished.map_err(|_| closed())?.map_err(NotRecorded)
    }
}

//! The fourth step: no recording, no session. One [`ChannelRecorder`] per channel, shared by its two pumps.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::decide::Grant;
use super::outcome::NotRecorded;
use super::services::{Authenticated, Services};
use crate::command::masked;
use crate::domain::{RecordingId, SessionId};
use crate::evidence::cast::{CastSession, Env, Header, Version2};
use crate::recorder::{self, Finished, Recording, RecordingFile, RecordingTerms};
use crate::terminal::size::TerminalSize;

/// No terminal is wider or higher.
const LARGEST: u32 = 1000;

/// A running recording.
pub(crate) struct ChannelRecorder {
    id: RecordingId,
    began: Instant,
    terminal: bool,
    /// Held while something is encoded, and never while the disk is waited for.
    recording: Mutex<Option<Recording>>,
    file: Arc<RecordingFile>,
}

/// Opens the recording of one channel, if there is room for one and the disk takes its header in time.
pub(crate) async fn open(
    services: &Services,
    who: &Authenticated,
    session: &SessionId,
    grant: &Grant,
    terminal: Option<(&str, TerminalSize)>,
    command: Option<&str>,
) -> Result<ChannelRecorder, NotRecorded> {
    let now = services.clock.now();
    let id = RecordingId::new(crate::access::words::millis(now), services.random());
    let about = CastSession {
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
        Some(_) => recorder::HasTerminal::Yes,
        None if grant.handling().full_recording => recorder::HasTerminal::NoAndWhole,
        None => recorder::HasTerminal::No,
    };
    let recording = create(services, who, header, now, kind).await.map_err(NotRecorded)?;
    Ok(ChannelRecorder {
        id,
        began: Instant::now(),
        terminal: terminal.is_some(),
        file: recording.file(),
        recording: Mutex::new(Some(recording)),
    })
}

async fn create(
    services: &Services,
    who: &Authenticated,
    header: Header,
    now: Timestamp,
    terminal: recorder::HasTerminal,
) -> io::Result<Recording> {
    let (quotas, operator, id) =
        (services.quotas.clone(), who.operator.clone(), header.juyong.recording.clone());
    let (writers, dir) = (services.writers.clone(), services.config.recordings.clone());
    let patience = services.config.limits.recording_stall.as_duration();
    let made = services.writers.apart(move || {
        let quota = quotas.begin(&operator)?;
        Recording::create(&dir, &header, now, RecordingTerms { terminal, quota, writers, patience })
    });
    let late = |_| {
        let late = format!("recording {id}: the disk did not make the file within {patience:?}");
        io::Error::new(io::ErrorKind::TimedOut, late)
    };
    let recording = tokio::time::timeout(patience, made).await.map_err(late)??;
    recording.file().written(1).await?; // the header
    Ok(recording)
}

fn header(
    about: CastSession,
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

    /// The file, for whoever seals it if nobody closes it.
    pub(crate) fn file(&self) -> Arc<RecordingFile> {
        Arc::clone(&self.file)
    }

    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Encodes something and has it written; the mark to wait for.
    fn push<T>(&self, act: impl FnOnce(&mut Recording, Duration) -> io::Result<T>) -> io::Result<T> {
        let at = self.began.elapsed();
        let mut recording = self.recording.lock().unwrap_or_else(PoisonError::into_inner);
        let recording = recording.as_mut().ok_or_else(closed)?;
        act(recording, at)
    }

    /// The same; returns when it is in the file. Where the disk does not take it in time, that is the end.
    async fn with(
        &self,
        act: impl FnOnce(&mut Recording, Duration) -> io::Result<u64>,
    ) -> Result<(), NotRecorded> {
        self.file.room().await.map_err(NotRecorded)?;
        let mark = self.push(act).map_err(NotRecorded)?;
        self.file.written(mark).await.map_err(NotRecorded)
    }

    pub(crate) async fn input(&self, bytes: &[u8]) -> Result<(), NotRecorded> {
        self.with(|recording, at| recording.input(at, bytes)).await
    }

    pub(crate) async fn output(&self, bytes: &[u8]) -> Result<(), NotRecorded> {
        self.with(|recording, at| recording.output(at, bytes)).await
    }

    /// The same, and whoever calls it may write it: for those who are cut without it ([`Laid::write`]).
    ///
    /// [`Laid::write`]: crate::recorder::Laid::write
    pub(crate) async fn output_at_once(&self, bytes: &[u8]) -> Result<(), NotRecorded> {
        self.file.room().await.map_err(NotRecorded)?;
        let laid = self.push(|recording, at| recording.lay_output(at, bytes)).map_err(NotRecorded)?;
        let mark = laid.mark();
        laid.write();
        self.file.written(mark).await.map_err(NotRecorded)
    }

    /// Resolves when whoever writes themself is held by the disk for too long.
    pub(crate) async fn overdue(&self) -> NotRecorded {
        NotRecorded(self.file.overdue().await)
    }

    pub(crate) async fn errors(&self, bytes: &[u8]) -> Result<(), NotRecorded> {
        self.with(|recording, at| recording.errors(at, bytes)).await
    }

    pub(crate) async fn resize(&self, size: TerminalSize) -> Result<(), NotRecorded> {
        let (columns, rows) = shown(size);
        self.with(|recording, at| recording.resize(at, columns, rows)).await
    }

    /// Waits where its account writes faster than it may for long. Whoever sends has to wait with it: no window
    /// is given back meanwhile.
    pub(crate) async fn pace(&self) {
        let pace = self.file.take_pace();
        if !pace.is_zero() {
            tokio::time::sleep(pace).await;
        }
    }

    /// A place to find again.
    pub(crate) async fn marker(&self, label: &str) -> Result<(), NotRecorded> {
        self.with(|recording, at| recording.marker(at, label)).await
    }

    /// What the gateway itself tells the person, as they see it.
    pub(crate) async fn said(&self, line: &str, shown: &str) -> Result<(), NotRecorded> {
        self.with(|recording, at| recording.said(at, line.trim(), shown)).await
    }

    /// The same, for whoever must not wait for the disk: it is written in its turn. Where it cannot be recorded any
    /// more, the next byte finds out, or the end.
    pub(crate) fn said_soon(&self, line: &str, shown: &str) {
        if let Err(error) = self.push(|recording, at| recording.said(at, line.trim(), shown)) {
            tracing::debug!(%error, "what the gateway said is not in the recording");
        }
    }

    /// The last of them: what comes after it is the end.
    pub(crate) fn said_last(&self, line: &str, shown: &str) {
        let end = if self.terminal { "\r\n" } else { "\n" };
        self.said_soon(line, &format!("{shown}{end}"));
    }

    /// A line of it.
    pub(crate) fn said_line(&self, line: &str) {
        self.said_last(line, line);
    }

    /// Closes the recording; later calls, and writes after it, are errors. The disk has yet to keep it.
    pub(crate) async fn close(&self) -> Result<Finished, NotRecorded> {
        let taken = self.recording.lock().unwrap_or_else(PoisonError::into_inner).take();
        let recording = taken.ok_or_else(closed).map_err(NotRecorded)?;
        recording.finish().await.map_err(NotRecorded)
    }
}

fn closed() -> io::Error {
    io::Error::other("the recording is closed")
}

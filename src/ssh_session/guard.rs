//! The command guard of a terminal: what is typed goes on when the referee has let its line pass.
//!
//! [`Capture`] knows what line stands at the prompt and holds its Enter; here it is given bytes and time, and
//! what it asks for is done. A channel on which nothing is judged passes untouched.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::Notify;

use super::farewell::LAST_WORD;
use super::path::{Path, request};
use super::select::ChannelRequest;
use crate::access::Services;
use crate::access::decide::GrantEnd;
use crate::access::foreground::{Asks, Foreground};
use crate::access::outcome::{ChannelEnd, Confirmation};
use crate::access::review::{
    self, CommandReview, PendingApproval, PendingConfirmation, ReviewAnswer, Ruling,
};
use crate::command::{Confidence, Place};
use crate::domain::{Protocol, halfwidth};
use crate::guard::{Capture, CaptureStep, Line, Starts, Transfer, is_reply};
use crate::ssh::{ChannelEvent, Inbox, Start};
use crate::ssh_session::words;

/// Bytes that may wait for an Enter; more stay with the client.
const MAX_QUEUED: usize = 64 * 1024;

/// A program that is being ended begins some more times; whoever reads was told.
const TOLD: Duration = Duration::from_secs(5);

/// Transfers of one channel that are journaled; whoever prints what looks like one fills no journal.
const MAX_NOTICED: usize = 32;

pub(super) struct Guard {
    services: Arc<Services>,
    referee: CommandReview,
    began: Instant,
    /// How large the terminal is; `None`: there is none, and nothing that is typed can be judged.
    size: Mutex<Option<(u32, u32)>>,
    /// Made when commands are judged for the first time.
    capture: OnceLock<Mutex<Capture>>,
    shown: Notify,
    foreground: Mutex<Foreground>,
    starts: Mutex<Starts>,
    transfers: Mutex<Noticed>,
}

/// Transfers through the terminal so far.
#[derive(Default)]
struct Noticed {
    count: usize,
    last: Option<Instant>,
}

impl Noticed {
    /// Whether it is another one than the last.
    fn is_new(&mut self) -> bool {
        let last = self.last.replace(Instant::now());
        let new = last.is_none_or(|last| last.elapsed() > TOLD) && self.count < MAX_NOTICED;
        self.count += usize::from(new);
        new
    }
}

impl Guard {
    /// For a channel on which a person may type commands.
    pub(super) fn new(
        services: &Arc<Services>,
        referee: CommandReview,
        protocol: Protocol,
        purpose: &ChannelRequest,
    ) -> Option<Self> {
        let terminal = purpose.terminal.as_ref();
        let typed = protocol == Protocol::Shell || (protocol == Protocol::Exec && terminal.is_some());
        let size = terminal.map(|terminal| (terminal.columns, terminal.rows));
        typed.then(|| {
            let guard = Self {
                services: Arc::clone(services),
                referee,
                began: Instant::now(),
                size: Mutex::new(size),
                capture: OnceLock::new(),
                shown: Notify::new(),
                foreground: Mutex::default(),
                starts: Mutex::default(),
                transfers: Mutex::default(),
            };
            guard.capture(|columns, rows| {
                let mut capture = Capture::new(columns, rows);
                if let Start::Exec(command) = &purpose.start {
                    capture.runs(&String::from_utf8_lossy(command));
                }
                capture
            });
            guard
        })
    }

    /// Where commands are judged here and now, or were before.
    fn capture(&self, make: impl FnOnce(u32, u32) -> Capture) -> Option<&Mutex<Capture>> {
        if self.capture.get().is_none() && self.referee.mode().is_some() {
            let (columns, rows) = (*self.size.lock().unwrap_or_else(PoisonError::into_inner))?;
            let _ = self.capture.set(Mutex::new(make(columns, rows))); // made meanwhile
        }
        self.capture.get()
    }

    fn with<T>(&self, capture: &Mutex<Capture>, act: impl FnOnce(&mut Capture, Duration) -> T) -> T {
        act(&mut capture.lock().unwrap_or_else(PoisonError::into_inner), self.began.elapsed())
    }

    pub(super) fn looks(&self) -> bool {
        self.capture.get().is_some()
    }

    /// The target has shown this.
    pub(super) fn shown(&self, bytes: &[u8]) {
        let Some(capture) = self.capture.get() else { return };
        let waiting = self.with(capture, |capture, now| {
            capture.output(bytes, now);
            capture.is_waiting()
        });
        if waiting {
            self.shown.notify_one();
        }
    }

    /// A program that moves files through the terminal is noticed; where commands are judged it is ended, since
    /// bytes are no keys, and no line could be read while they pass.
    pub(super) async fn transfers(&self, shown: &[u8], path: &Path<'_>) -> Result<(), ChannelEnd> {
        let found = self.starts.lock().unwrap_or_else(PoisonError::into_inner).find(shown);
        let Some(transfer) = found else { return Ok(()) };
        let refused = self.looks();
        let new = self.transfers.lock().unwrap_or_else(PoisonError::into_inner).is_new();
        if new {
            self.referee.transfer(transfer, refused).await?;
        }
        if refused { self.end_transfer(transfer, new, path).await } else { Ok(()) }
    }

    async fn end_transfer(&self, transfer: Transfer, tell: bool, path: &Path<'_>) -> Result<(), ChannelEnd> {
        path.tape.input(transfer.cancel()).await.map_err(ChannelEnd::NotRecorded)?;
        let cancel = path.far.data(transfer.cancel().into());
        let _ = tokio::time::timeout(LAST_WORD, cancel).await; // one that does not read stands still by itself
        if !tell {
            return path.near.data(transfer.cancel_client().into()).await.map_err(|_| ChannelEnd::Closed);
        }
        let text = words::with(&self.services, "command.transfer", "");
        let shown = format!("\r\n{text}\r\n");
        path.tape.said(&text, &shown).await.map_err(ChannelEnd::NotRecorded)?;
        let shown = [transfer.cancel_client(), shown.as_bytes()].concat();
        path.near.data(shown.into()).await.map_err(|_| ChannelEnd::Closed)
    }

    /// A request that goes on to the asset may say how large the terminal is.
    pub(super) fn notice(&self, event: &ChannelEvent) {
        let &ChannelEvent::Resize { columns, rows, .. } = event else { return };
        if let Some(size) = &mut *self.size.lock().unwrap_or_else(PoisonError::into_inner) {
            *size = (columns, rows);
        }
        if let Some(capture) = self.capture.get() {
            self.with(capture, |capture, _| capture.resize(columns, rows));
        }
    }

    /// The next thing that the client said and that the guard does not take care of.
    pub(super) async fn next(
        &self,
        inbox: &mut Inbox,
        path: &Path<'_>,
    ) -> Result<Option<ChannelEvent>, ChannelEnd> {
        if let Some(capture) = self.capture.get() {
            return self.guarded(capture, inbox, path).await;
        }
        let bytes = match inbox.next().await {
            Some(ChannelEvent::Data(bytes)) => bytes,
            event => return Ok(event),
        };
        // The policy of now counts, not the one under which the key was waited for.
        match self.capture(Capture::midway) {
            Some(capture) => {
                self.typed(capture, &bytes, path).await;
                self.guarded(capture, inbox, path).await
            }
            // A policy that came to judge what is typed ends a shell where nothing can be judged.
            None if self.referee.mode().is_some() && !path.tape.is_terminal() => {
                Err(ChannelEnd::Lapsed(GrantEnd::NoTerminal))
            }
            None => Ok(Some(ChannelEvent::Data(bytes))),
        }
    }

    async fn guarded(
        &self,
        capture: &Mutex<Capture>,
        inbox: &mut Inbox,
        path: &Path<'_>,
    ) -> Result<Option<ChannelEvent>, ChannelEnd> {
        let mut eof = None;
        loop {
            match self.with(capture, |capture, now| capture.next(now)) {
                CaptureStep::Send(bytes) => send(bytes, path).await?,
                CaptureStep::Judge(line) => self.judge(capture, line, inbox, path).await?,
                CaptureStep::Unfinished(line) => self.unfinished(capture, line, inbox, path).await?,
                CaptureStep::Late(line) => self.late(capture, &line, path).await?,
                CaptureStep::Wait(_)
                    if eof.is_some() && !self.with(capture, |capture, _| capture.is_waiting()) =>
                {
                    return Ok(eof);
                }
                CaptureStep::Wait(until) => match self.wait(capture, until, eof.is_none(), inbox).await {
                    Some(Some(ChannelEvent::Data(bytes))) => self.typed(capture, &bytes, path).await,
                    // What was typed before the end still goes on.
                    Some(Some(ChannelEvent::Eof)) => eof = Some(ChannelEvent::Eof),
                    Some(event) => return Ok(event),
                    None => {}
                },
            }
        }
    }

    /// Waits for the client, for output, or for a moment; `None`: not for the client.
    async fn wait(
        &self,
        capture: &Mutex<Capture>,
        until: Option<Duration>,
        listens: bool,
        inbox: &mut Inbox,
    ) -> Option<Option<ChannelEvent>> {
        let room = self.with(capture, |capture, _| capture.queued() < MAX_QUEUED);
        let moment = async {
            match until {
                Some(until) => tokio::time::sleep_until((self.began + until).into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            event = inbox.next(), if room && listens => Some(event),
            () = self.shown.notified() => None,
            () = moment => None,
        }
    }

    async fn typed(&self, capture: &Mutex<Capture>, bytes: &[u8], path: &Path<'_>) {
        path.activity.touch();
        if !is_reply(bytes) {
            self.with(capture, |capture, _| capture.typed(bytes));
        }
        let _ = path.near.credit(bytes.len()).await; // the client may be gone with its last bytes on their way
    }

    /// A shell asks for more of it; a program that is no shell may be told it as it stands.
    async fn unfinished(
        &self,
        capture: &Mutex<Capture>,
        line: Line,
        inbox: &mut Inbox,
        path: &Path<'_>,
    ) -> Result<(), ChannelEnd> {
        match self.asks(&line, &line.text) {
            Asks::Program { .. } => self.judge(capture, line, inbox, path).await,
            Asks::Shell => send(self.with(capture, |capture, now| capture.go_on(line, now)), path).await,
        }
    }

    fn asks(&self, line: &Line, text: &str) -> Asks {
        let foreground = self.foreground.lock().unwrap_or_else(PoisonError::into_inner);
        self.referee.asks(&foreground, &line.prompt, text)
    }

    /// One reading of a line, for whoever asks for it.
    fn read(&self, line: &Line, text: &str) -> review::ReviewLine {
        match self.asks(line, text) {
            Asks::Shell => line.for_shell(text).into(),
            Asks::Program { program, told } => review::ReviewLine {
                typed: text.to_owned(),
                judged: told,
                directory: None,
                told: Some(program),
            },
        }
    }

    fn passed(&self, line: &Line) {
        let asks = self.asks(line, &line.text);
        let mut foreground = self.foreground.lock().unwrap_or_else(PoisonError::into_inner);
        foreground.passed(asks, &line.prompt, line.for_shell(&line.text));
    }

    async fn judge(
        &self,
        capture: &Mutex<Capture>,
        line: Line,
        inbox: &mut Inbox,
        path: &Path<'_>,
    ) -> Result<(), ChannelEnd> {
        let read = self.read(&line, &line.text);
        let judged = match &line.or {
            Some(or) => self.referee.stricter(read, self.read(&line, or), Place::Terminal),
            None => read,
        };
        let ruling = match line.stranger {
            true => self.referee.rule_stranger(&judged).await?,
            false => self.referee.rule_line(&judged, Place::Terminal, line.confidence).await?,
        };
        let refusal = match ruling {
            Ruling::Pass => None,
            Ruling::Refuse { text } => Some(text),
            Ruling::Warn { text, warned } => self.confirm(capture, &text, warned, inbox, path).await?,
            Ruling::Approve { text, asked } => self.approve(&text, asked, inbox, path).await?,
        };
        let bytes = match refusal {
            None => {
                self.passed(&line);
                self.with(capture, Capture::pass)
            }
            Some(mut text) => {
                if line.unanswered {
                    text = format!("{text}\r\n{}", words::with(&self.services, "command.busy", ""));
                }
                if line.alternate {
                    text = format!("{text}\r\n{}", words::with(&self.services, "command.alternate", ""));
                }
                say(&format!("\r\n{text}\r\n"), &text, path).await?;
                let told = matches!(self.asks(&line, &line.text), Asks::Program { .. });
                self.with(capture, if told { Capture::refuse_told } else { Capture::refuse })
            }
        };
        send(bytes, path).await
    }

    /// The person's own word; the refusal if it is no. What they answer is not for the target.
    async fn confirm(
        &self,
        capture: &Mutex<Capture>,
        text: &str,
        warned: PendingConfirmation,
        inbox: &mut Inbox,
        path: &Path<'_>,
    ) -> Result<Option<String>, ChannelEnd> {
        // The rest of a paste, or a key too many, is no answer to what nobody has read yet.
        while let Some(ahead) = self.typed_by_now(inbox, path).await? {
            self.typed(capture, &ahead, path).await;
        }
        let question = words::confirm(&self.services);
        say(&format!("\r\n{text}\r\n{question}"), text, path).await?;
        let limit = self.services.config.limits.question.as_duration();
        let said = match tokio::time::timeout(limit, self.typed_next(inbox, path)).await {
            Ok(answer) => {
                let answer = answer?;
                path.activity.touch();
                let _ = path.near.credit(answer.len()).await; // as above
                if is_yes(&answer) { Confirmation::Yes } else { Confirmation::No }
            }
            Err(_) => Confirmation::Nothing,
        };
        let refusal = self.referee.confirmed(warned, said).await?;
        if refusal.is_none() {
            say("y\r\n", "", path).await?;
        }
        Ok(refusal)
    }

    /// An officer's word; the refusal if it is no, or the person gives up.
    async fn approve(
        &self,
        text: &str,
        asked: PendingApproval,
        inbox: &mut Inbox,
        path: &Path<'_>,
    ) -> Result<Option<String>, ChannelEnd> {
        say(&format!("\r\n{text}\r\n"), text, path).await?;
        let answer = tokio::select! {
            answer = self.referee.ask(asked) => answer?,
            () = inbox.interrupted() => {
                self.take_interrupt(inbox, path).await?;
                return Ok(Some(words::given_up(&self.services)));
            }
        };
        match answer {
            ReviewAnswer::Refused { text } => Ok(Some(text)),
            ReviewAnswer::Granted { by } => {
                let text = words::granted(&self.services, &by);
                say(&format!("{text}\r\n"), &text, path).await?;
                Ok(None)
            }
        }
    }

    /// A line that runs already is logged as what it is, and stopped if it must not run.
    async fn late(&self, capture: &Mutex<Capture>, line: &Line, path: &Path<'_>) -> Result<(), ChannelEnd> {
        match self.referee.rule(&line.text, Place::Terminal, Confidence::Partial).await? {
            Ruling::Pass => return Ok(()),
            Ruling::Warn { text, .. } => return say(&format!("\r\n{text}\r\n"), &text, path).await,
            Ruling::Refuse { .. } | Ruling::Approve { .. } => {}
        }
        send(self.with(capture, Capture::refuse_late), path).await?;
        let text = words::with(&self.services, "command.late", "");
        say(&format!("\r\n{text}\r\n"), &text, path).await
    }

    /// The next bytes that the person types. Other requests go on.
    async fn typed_next(&self, inbox: &mut Inbox, path: &Path<'_>) -> Result<Bytes, ChannelEnd> {
        loop {
            match inbox.next().await {
                Some(ChannelEvent::Data(bytes)) => return Ok(bytes),
                None | Some(ChannelEvent::Close) => return Err(ChannelEnd::Closed),
                Some(event) => {
                    self.notice(&event);
                    let _ = request(event, path).await?; // gone: its output ends, too
                }
            }
        }
    }

    /// The same, if they are here already.
    async fn typed_by_now(&self, inbox: &mut Inbox, path: &Path<'_>) -> Result<Option<Bytes>, ChannelEnd> {
        tokio::select! {
            biased;
            bytes = self.typed_next(inbox, path) => bytes.map(Some),
            () = std::future::ready(()) => Ok(None),
        }
    }

    /// Takes what was typed up to the interrupt, and drops it.
    async fn take_interrupt(&self, inbox: &mut Inbox, path: &Path<'_>) -> Result<(), ChannelEnd> {
        const CTRL_C: u8 = 3;
        loop {
            let bytes = self.typed_next(inbox, path).await?;
            let at = bytes.iter().rposition(|&byte| byte == CTRL_C);
            let dropped = at.map_or(bytes.len(), |at| at + 1);
            let _ = path.near.credit(dropped).await; // the client may be gone
            if at.is_some() {
                inbox.put_back(bytes.get(dropped..).unwrap_or_default());
                return Ok(());
            }
        }
    }
}

/// A yes comes alone: what begins with a `y` and goes on was meant for somebody else.
fn is_yes(answer: &[u8]) -> bool {
    let word = halfwidth(&String::from_utf8_lossy(answer.trim_ascii_end()));
    word.eq_ignore_ascii_case("y") || word.eq_ignore_ascii_case("yes")
}

/// Bytes are in the recording before they go on.
async fn send(bytes: Vec<u8>, path: &Path<'_>) -> Result<(), ChannelEnd> {
    path.tape.input(&bytes).await.map_err(ChannelEnd::NotRecorded)?;
    path.far.data(bytes.into()).await.map_err(|_| ChannelEnd::Lost)
}

/// Tells the person. The recording shows it apart from the target's output.
async fn say(shown: &str, line: &str, path: &Path<'_>) -> Result<(), ChannelEnd> {
    path.tape.said(line, shown).await.map_err(ChannelEnd::NotRecorded)?;
    path.near.data(shown.as_bytes().to_vec().into()).await.map_err(|_| ChannelEnd::Closed)
}

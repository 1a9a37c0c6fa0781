//! One session: an operator on an asset with a login, whose channels it counts, and what is written of it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::outcome::Settled;
use super::record::ChannelRecorder;
use super::services::{Authenticated, Services};
use super::term::Term;
use crate::access::live::Registration;
use crate::command::masked;
use crate::domain::{AssetName, LoginName, Protocol, RecordingId, SessionId};
use crate::event::{Carried, Ending, Event};
use crate::evidence::for_row;
use crate::recorder::{Closed, RecordingFile};

/// Begun and journaled; it must be ended by [`Session::end`].
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) term: Arc<Term>,
    pub(crate) who: Authenticated,
    pub(crate) asset: AssetName,
    pub(crate) login: LoginName,
    /// What a second person said, where a rule asks for one: held while somebody waits for the word.
    pub(crate) approval: tokio::sync::Mutex<Option<Settled>>,
    /// The session counts as running, channels or not, until it is cut or ended.
    registration: Mutex<Option<Registration>>,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    unrecorded: AtomicU64,
    /// Recordings whose channels have not closed them, or could not.
    unsealed: Mutex<Vec<(RecordingId, Arc<RecordingFile>)>>,
    /// Nothing of it may reach the asset any more.
    left: AtomicBool,
    /// The gravest reason that one of its channels ended for.
    ending: Mutex<(Ending, String)>,
}

/// How long until a row that the journal could not take is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Journals how something ended. What the journal cannot take now is written once it can, and whoever waits is told of the
/// fault: an end that has no row would be found missing for ever.
async fn journal_end(services: &Arc<Services>, who: &Authenticated, event: Event) -> Result<(), String> {
    let Err(error) = services.journal(who.actor(), Some(&who.origin), event.clone()).await else {
        return Ok(());
    };
    let (services, who) = (Arc::clone(services), who.clone());
    tokio::spawn(async move {
        let written = async || services.journal(who.actor(), Some(&who.origin), event.clone()).await.is_ok();
        while !written().await {
            tokio::time::sleep(AGAIN).await;
        }
    });
    Err(error.to_string())
}

/// Seals a recording that nobody closed as it is found, once its disk answers.
async fn seal_as_found(
    services: Arc<Services>,
    who: Authenticated,
    session: SessionId,
    (recording, file): (RecordingId, Arc<RecordingFile>),
) -> Result<(), String> {
    let found = services.writers.apart(move || file.abandon()).await;
    let file = found.map_err(|error| format!("recording {recording}: {error}"))?;
    let event = Event::RecordingClosed { session, recording, passed: None, file, left_open: true };
    journal_end(&services, &who, event).await
}

fn gravity(ending: Ending) -> u8 {
    match ending {
        Ending::Closed => 0,
        Ending::Error => 1,
        Ending::Cut => 2,
        Ending::Interrupted => 3,
    }
}

impl Session {
    /// Journals the beginning; the table of sessions is made of that row.
    pub(crate) async fn begin(
        services: &Services,
        who: &Authenticated,
        asset: &AssetName,
        login: &LoginName,
        term: &Arc<Term>,
    ) -> Result<Self, String> {
        let id = term.id.clone();
        let event = Event::SessionStarted {
            session: id.clone(),
            via: who.origin.via(),
            asset: asset.clone(),
            login: login.clone(),
        };
        let journaled = services.journal(who.actor(), Some(&who.origin), event).await;
        journaled.map_err(|error| error.to_string())?;
        let registration = services.live.register(&id, &who.operator);
        Ok(Self {
            id,
            term: Arc::clone(term),
            who: who.clone(),
            asset: asset.clone(),
            login: login.clone(),
            left: AtomicBool::new(false),
            approval: tokio::sync::Mutex::new(None),
            registration: Mutex::new(Some(registration)),
            bytes_in: AtomicU64::new(0),
            bytes_out: AtomicU64::new(0),
            unrecorded: AtomicU64::new(0),
            unsealed: Mutex::default(),
            ending: Mutex::new((Ending::Closed, String::new())),
        })
    }

    /// Journals that a channel begins, and where it is recorded.
    pub(crate) async fn opened(
        &self,
        services: &Services,
        protocol: Protocol,
        command: Option<String>,
        tape: &ChannelRecorder,
    ) -> Result<(), String> {
        let command = command.map(|command| for_row(masked(&command).text));
        let event = Event::ChannelOpened {
            session: self.id.clone(),
            protocol,
            command,
            recording: tape.id().clone(),
        };
        services
            .journal(self.who.actor(), Some(&self.who.origin), event)
            .await
            .map_err(|error| error.to_string())?;
        self.unsealed().push((tape.id().clone(), tape.file()));
        Ok(())
    }

    /// A channel has closed its recording. False where the session did so before: it has its row.
    pub(crate) fn closed(&self, recording: &RecordingId) -> bool {
        let mut unsealed = self.unsealed();
        let place = unsealed.iter().position(|(open, _)| open == recording);
        place.map(|place| unsealed.swap_remove(place)).is_some()
    }

    fn unsealed(&self) -> MutexGuard<'_, Vec<(RecordingId, Arc<RecordingFile>)>> {
        self.unsealed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts and journals a finished recording.
    pub(crate) async fn recorded(
        &self,
        services: &Arc<Services>,
        recording: &RecordingId,
        closed: &Closed,
    ) -> Result<(), String> {
        self.bytes_in.fetch_add(closed.input.bytes, Ordering::Relaxed);
        self.unrecorded.fetch_add(closed.unrecorded.bytes(), Ordering::Relaxed);
        self.bytes_out.fetch_add(closed.output.bytes + closed.errors.bytes, Ordering::Relaxed);
        let event = Event::RecordingClosed {
            session: self.id.clone(),
            recording: recording.clone(),
            passed: Some(Carried {
                input: closed.input,
                output: closed.output,
                errors: closed.errors,
                unrecorded: closed.unrecorded,
            }),
            file: closed.file,
            left_open: false,
        };
        journal_end(services, &self.who, event).await
    }

    /// Journals what channels have left of recordings that they did not close: by a fault of ours, or because the disk did
    /// not take them. Where it still does not answer, the row comes once it does, and the session ends without it.
    async fn seal(&self, services: &Arc<Services>) -> Result<(), String> {
        let left = std::mem::take(&mut *self.unsealed());
        if left.is_empty() {
            return Ok(());
        }
        self.note(Ending::Error, "a channel failed".into());
        let patience = services.config.limits.recording_stall.as_duration();
        let until = Instant::now() + patience;
        let seal = |left| seal_as_found(Arc::clone(services), self.who.clone(), self.id.clone(), left);
        let sealing: Vec<_> =
            left.into_iter().map(|left| (left.0.clone(), tokio::spawn(seal(left)))).collect();
        let mut sealed = Ok(());
        for (recording, sealing) in sealing {
            let late = |_| format!("recording {recording}: the disk did not keep it within {patience:?}");
            let done = tokio::time::timeout_at(until, sealing).await.map_err(late);
            let done = done.and_then(|done| done.map_err(|fault| fault.to_string())).flatten();
            sealed = sealed.and(done);
        }
        sealed
    }

    /// Notes why a channel ended; the gravest reason becomes the session's.
    pub(crate) fn note(&self, ending: Ending, reason: String) {
        let mut worst = self.ending.lock().unwrap_or_else(PoisonError::into_inner);
        if gravity(ending) > gravity(worst.0) {
            *worst = (ending, for_row(reason));
        }
    }

    /// Leaves the asset and the registry: no byte flows any more.
    pub(crate) fn leave(&self) {
        self.left.store(true, Ordering::Relaxed);
        self.step_out();
    }

    /// Whoever holds a way to the asset for it gives that up.
    pub(crate) fn has_left(&self) -> bool {
        self.left.load(Ordering::Relaxed)
    }

    /// Gives up the place in the registry: what still flows, flows on channels that have their own.
    pub(crate) fn step_out(&self) {
        self.registration.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Journals the end.
    pub(crate) async fn end(&self, services: &Arc<Services>) -> Result<(), String> {
        self.leave();
        let sealed = self.seal(services).await;
        let (ending, reason) = self.ending.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (bytes_in, bytes_out) =
            (self.bytes_in.load(Ordering::Relaxed), self.bytes_out.load(Ordering::Relaxed));
        let unrecorded = self.unrecorded.load(Ordering::Relaxed);
        let session = self.id.clone();
        let event = Event::SessionEnded { session, ending, reason, bytes_in, bytes_out, unrecorded };
        journal_end(services, &self.who, event).await.and(sealed)
    }
}

//! The steps of one channel that are the same for every protocol, in their order: [`open`] decides and begins the
//! recording; the front clears, connects and relays under [`OpenChannel::hold`]; [`OpenChannel::stop`] takes the channel
//! out of the registry, and [`StoppedChannel::seal`] closes the evidence.

use std::pin::pin;
use std::sync::Arc;

use super::connection::Connection;
use super::decide::{AccessRequest, Grant, decide};
use super::live::Entry;
use super::outcome::{ChannelEnd, NotRecorded, NotRelayed};
use super::places::Kind;
use super::record::{self, ChannelRecorder};
use super::running::Session;
use super::services::Services;
use super::term::ChannelStay;
use super::watch::GrantWatch;
use super::words;
use crate::domain::Protocol;
use crate::event::Ending;
use crate::recorder::Closed;
use crate::terminal::size::TerminalSize;

/// What a channel has before anything is dialled.
pub(crate) struct OpenChannel {
    pub grant: Grant,
    pub session: Arc<Session>,
    pub tape: Arc<ChannelRecorder>,
    entry: Entry,
    stay: ChannelStay,
}

/// Decides, begins the session and the recording. The error is the line for the person; the journal has all.
pub(crate) async fn open(
    connection: &Connection,
    wish: AccessRequest,
    terminal: Option<(&str, TerminalSize)>,
    command: Option<String>,
) -> Result<OpenChannel, String> {
    let services = &connection.services;
    let term = connection.term(&wish);
    let mut entry = services.live.enter(&term.id, &connection.who.operator);
    let grant = match decide(services, &connection.who, &mut entry.watch, wish, Some(&term)).await {
        Ok(grant) => grant,
        Err(refusal) => {
            connection.count_refusal().await;
            return Err(words::refusal(services, &refusal));
        }
    };
    let place = || services.place(&connection.who.operator, Kind::Session);
    let stay = match term.enter(grant.granted(), grant.idle(), place) {
        Ok(stay) => stay,
        Err(full) => {
            connection.full("session", Some(term.id.clone()), full).await;
            return Err(words::with(services, "refused.sessions", ""));
        }
    };
    let tape = record::open(services, &connection.who, &term.id, &grant, terminal, command.as_deref());
    let tape = async { tape.await.map_err(NotRelayed::NotRecorded) };
    // A disk that is slow to make the file delays no order.
    let mut asked = grant.clone();
    let Entry { watch, registration } = &mut entry;
    let (who, activity) = (&connection.who, term.activity());
    let mut hold = GrantWatch { services, who, grant: &mut asked, watch, registration, activity };
    let tape = match hold.during(connection.left.cancelled(), tape).await {
        Ok(tape) => Arc::new(tape),
        Err(NotRelayed::NotRecorded(error)) => return Err(connection.not_recorded(error).await),
        Err(NotRelayed::Lapsed(lapse)) => {
            let line = words::ended(services, grant.asset().as_str(), &ChannelEnd::Lapsed(lapse));
            return Err(line.unwrap_or_default());
        }
        Err(_) => return Err(String::new()), // nobody is there
    };
    let session = match connection.session(&grant, &term).await {
        Ok(session) => session,
        Err(error) => return Err(connection.not_stored(error).await),
    };
    match session.opened(services, grant.protocol(), command, &tape).await {
        Ok(()) => Ok(OpenChannel { grant, session, tape, entry, stay }),
        Err(error) => Err(connection.not_stored(error).await),
    }
}

impl OpenChannel {
    /// The watch over the grant, for as long as the channel is cleared and relayed.
    pub(crate) fn hold<'a>(&'a mut self, connection: &'a Connection) -> GrantWatch<'a> {
        let Entry { watch, registration } = &mut self.entry;
        GrantWatch {
            services: &connection.services,
            who: &connection.who,
            grant: &mut self.grant,
            watch,
            registration,
            activity: self.session.term.activity(),
        }
    }

    /// No byte flows from here on: the channel leaves the registry. Who is cut is so with many others, and has a turn;
    /// who ends by themself waits for nobody. No channel of the session begins any more, where its end is the session's.
    pub(crate) async fn stop(self, services: &Services, end: ChannelEnd) -> StoppedChannel {
        let Self { grant, session, tape, entry, stay } = self;
        drop(entry);
        if let ChannelEnd::Lapsed(lapse) = &end {
            if let Some(over) = lapse.over() {
                session.term.end(over);
            }
            services.cut_pacer.turn().await;
        }
        StoppedChannel { protocol: grant.protocol(), session, tape, end, stay }
    }
}

/// What is left of a channel that carries nothing any more: its evidence.
pub(crate) struct StoppedChannel {
    pub end: ChannelEnd,
    protocol: Protocol,
    session: Arc<Session>,
    tape: Arc<ChannelRecorder>,
    stay: ChannelStay,
}

impl StoppedChannel {
    /// Why the gateway ended it, for the person; `None` where nobody needs telling.
    pub(crate) fn told(&self, services: &Services) -> Option<String> {
        words::ended(services, self.session.asset.as_str(), &self.end)
    }

    /// Seals the recording and journals the end: on success, error and cut alike. With the last channel of a session
    /// that is over, so is the session.
    pub(crate) async fn seal(self, connection: &Connection) {
        let Self { end, protocol, session, tape, stay } = self;
        note(&session, protocol, &end);
        let recorded = match close(connection, &tape).await {
            Ok(closed) if session.closed(tape.id()) => {
                session.recorded(&connection.services, tape.id(), &closed).await
            }
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()), // the session seals what is there of it
        };
        if let Err(error) = recorded {
            session.note(Ending::Error, format!("not recorded: {error}"));
            connection.evidence_failed("recording", error).await;
        } else if let ChannelEnd::NotRecorded(error) = &end
            && !error.is_too_long()
        {
            match error.exceeded() {
                Some(exceeded) => connection.recorded_too_much(exceeded).await,
                None => connection.evidence_failed("recording", error.to_string()).await,
            }
        }
        drop(stay);
        if session.term.is_spent() {
            connection.retire(&session).await;
        }
    }
}

/// A disk that does not say in time that it keeps a recording is named, and waited for all the same: what is written is
/// not lost by that.
async fn close(connection: &Connection, tape: &ChannelRecorder) -> Result<Closed, NotRecorded> {
    let mut kept = pin!(tape.close().await?.kept());
    let patience = connection.services.config.limits.recording_stall.as_duration();
    if let Ok(kept) = tokio::time::timeout(patience, &mut kept).await {
        return kept.map_err(NotRecorded);
    }
    let late = format!("recording {}: the disk did not keep it within {patience:?}", tape.id());
    connection.evidence_failed("recording", late).await;
    kept.await.map_err(NotRecorded)
}

/// What the end of a channel is to its session.
fn note(session: &Session, protocol: Protocol, end: &ChannelEnd) {
    match end {
        ChannelEnd::Closed => {}
        ChannelEnd::Lost => session.note(Ending::Error, "the asset's connection was lost".into()),
        ChannelEnd::NotRecorded(error) if error.is_too_long() => {
            session.note(Ending::Cut, "unrecorded".into());
        }
        ChannelEnd::NotRecorded(error) if error.exceeded().is_some() => {
            session.note(Ending::Cut, error.to_string());
        }
        ChannelEnd::NotRecorded(error) => session.note(Ending::Error, format!("not recorded: {error}")),
        ChannelEnd::Garbled(fault) => session.note(Ending::Error, format!("{protocol}: {fault}")),
        ChannelEnd::Lapsed(lapse) => session.note(Ending::Cut, lapse.word()),
    }
}

/// The end of a channel that never came to its relay, and the line for the person where the end itself has none.
pub(crate) fn unrelayed(
    session: &Session,
    tape: &ChannelRecorder,
    stopped: NotRelayed,
) -> (ChannelEnd, Option<String>) {
    let line = match stopped {
        NotRelayed::Left => return (ChannelEnd::Closed, None),
        NotRelayed::Lapsed(lapse) => return (ChannelEnd::Lapsed(lapse), None),
        NotRelayed::NotRecorded(error) => return (ChannelEnd::NotRecorded(error), None),
        NotRelayed::Refused(line) => line,
        NotRelayed::Unapproved(line) => {
            session.note(Ending::Cut, "approval".into());
            line
        }
        NotRelayed::Unreachable(line, reason) => {
            session.note(Ending::Error, reason);
            line
        }
    };
    tape.said_line(&line);
    (ChannelEnd::Closed, Some(line))
}

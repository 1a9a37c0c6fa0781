//! The story of one channel, from what it is for to its last byte: decide, record, connect, relay, close.

use std::sync::Arc;
use std::time::Duration;

use super::guard::Guard;
use super::relay::{End, Manner, relay};
use super::select::Purpose;
use super::start::{Started, start};
use super::transfer::Transfer;
use super::{clear::clear, leash, strict, visit::Visit, words};
use crate::access::Services;
use crate::access::decide::{AccessRequest, Grant, decide};
use crate::access::live::Entry;
use crate::access::outcome::{NotRecorded, NotRelayed};
use crate::access::record::{self, ChannelRecorder};
use crate::access::review::CommandReview;
use crate::access::running::Session;
use crate::access::target::Target;
use crate::access::term::ChannelStay;
use crate::access::watch::GrantWatch;
use crate::domain::{Protocol, TerminalSize};
use crate::event::Ending;
use crate::evidence::player::SANE;
use crate::platform::failpoint;
use crate::ssh::{Channel, Outlet, Start, Terminal};

/// What a client sees as the exit status of something that the gateway refused or ended: `ssh`'s own.
pub(super) const REFUSED: u32 = 255;

/// How long a last word may take to reach a client that may not be reading.
pub(super) const LAST_WORD: Duration = Duration::from_millis(150);

/// What comes on a person's channel after the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// Nothing: the channel is over with it.
    Close,
    /// The menu, unless the gateway ended what ran, or the client has nothing to say any more.
    Menu,
}

impl Then {
    /// What does come, when the program's part is over.
    fn after(self, end: &End, near: &Channel) -> Self {
        let by_itself = matches!(end, End::Closed | End::Lost);
        let there = near.inbox.ear().is_open() && !near.outlet.is_closed();
        if self == Self::Menu && by_itself && there { Self::Menu } else { Self::Close }
    }
}

/// Tells a person one line about what does not run, or not any more. The channel ends with it, as failed, unless the
/// menu comes.
pub(super) async fn part(outlet: &Outlet, terminal: bool, line: &str, then: Then) -> Then {
    match then {
        Then::Close => dismiss(outlet, terminal, line).await,
        Then::Menu => {
            let told = outlet.data(format!("{line}\r\n").into_bytes().into());
            let _ = tokio::time::timeout(LAST_WORD, told).await; // gone or not reading: the menu finds out
        }
    }
    then
}

/// Tells a person one line, and ends the channel as failed. A client that does not read is not waited for.
pub(super) async fn dismiss(outlet: &Outlet, terminal: bool, line: &str) {
    farewell(outlet, terminal, line, REFUSED).await;
}

/// The last word on a channel.
pub(super) async fn farewell(outlet: &Outlet, terminal: bool, text: &str, status: u32) {
    let end = if terminal { "\r\n" } else { "\n" };
    let text = if text.is_empty() { String::new() } else { format!("{text}{end}") };
    let word = async {
        if terminal {
            outlet.data(text.into_bytes().into()).await?;
        } else {
            outlet.errors(text.into_bytes().into()).await?;
        }
        outlet.exit_status(status).await?;
        outlet.eof().await?;
        outlet.close().await
    };
    let _ = tokio::time::timeout(LAST_WORD, word).await; // gone or not reading: closed by the connection's end
    let _ = tokio::time::timeout(LAST_WORD, outlet.close()).await;
}

/// Serves one session channel on an asset, and says what comes after it.
pub(super) async fn serve(
    visit: &Visit,
    target: &Target,
    near: &mut Channel,
    purpose: Purpose,
    then: Then,
) -> Then {
    let services = &visit.services;
    let terminal = purpose.terminal.is_some();
    for what in &purpose.refused {
        visit.refused(what, None).await;
    }
    let Some((protocol, file)) = purpose.protocol() else {
        visit.refused("subsystem", None).await;
        let line = words::about_asset(services, &purpose.refused_start(), &target.asset, "");
        return part(&near.outlet, terminal, &line, then).await;
    };
    let login = target.login.clone().unwrap_or_default();
    let mut wish = AccessRequest { asset: target.asset.clone(), login, protocol, file, forward_to: None };
    if target.login.is_none() {
        wish.login = match visit.only_login(&wish, near, terminal).await {
            Ok(login) => login,
            Err(line) => return part(&near.outlet, terminal, &line, then).await,
        };
    }
    match open(visit, wish, &purpose).await {
        Ok(opened) => run(visit, near, opened, purpose, then).await,
        Err(line) => part(&near.outlet, terminal, &line, then).await,
    }
}

/// What a channel has before anything is dialled.
pub(super) struct Opened {
    pub grant: Grant,
    pub session: Arc<Session>,
    pub tape: Arc<ChannelRecorder>,
    pub entry: Entry,
    pub stay: ChannelStay,
}

/// Decides, begins the session and the recording. The error is the line for the person; the journal has all.
pub(super) async fn open(visit: &Visit, wish: AccessRequest, purpose: &Purpose) -> Result<Opened, String> {
    let services = &visit.services;
    let term = visit.term(&wish);
    let mut entry = services.live.enter(&term.id, &visit.who.operator);
    let grant = match decide(services, &visit.who, &mut entry.watch, wish, Some(&term)).await {
        Ok(grant) => grant,
        Err(refusal) => {
            visit.count_refusal().await;
            return Err(words::refusal(services, &refusal));
        }
    };
    let stay = term.enter(grant.granted(), grant.idle());
    let failed = |error: NotRecorded| visit.not_recorded(error);
    let command = purpose.command();
    let tape = match record::open(
        services,
        &visit.who,
        &term.id,
        &grant,
        purpose.terminal.as_ref().map(|terminal| {
            (terminal.term.as_str(), TerminalSize { columns: terminal.columns, rows: terminal.rows })
        }),
        command.as_deref(),
    ) {
        Ok(tape) => Arc::new(tape),
        Err(error) => return Err(failed(error).await),
    };
    let session = match visit.session(&grant, &term).await {
        Ok(session) => session,
        Err(error) => return Err(visit.not_stored(error).await),
    };
    match session.opened(services, grant.protocol(), command, tape.id()).await {
        Ok(()) => Ok(Opened { grant, session, tape, entry, stay }),
        Err(error) => Err(visit.not_stored(error).await),
    }
}

/// Clears, connects, relays, and closes in the order that leaves evidence whatever happens.
async fn run(visit: &Visit, near: &mut Channel, opened: Opened, mut purpose: Purpose, then: Then) -> Then {
    let services = &visit.services;
    let Opened { mut grant, session, tape, entry: Entry { mut watch, registration }, stay } = opened;
    let terminal = purpose.terminal.is_some();
    let asset = session.asset.to_string();
    let referee = CommandReview::new(services, &session, &grant, &tape);
    let approval = grant.awaits_approval();
    let protocol = grant.protocol();
    let activity = session.term.activity();
    let mut hold = GrantWatch { services, who: &visit.who, grant: &mut grant, watch: &mut watch, activity };
    let left = near.inbox.ended();
    let handling = hold.grant.handling();
    let asked = (approval, handling);
    let clear = clear(visit, &session, &referee, &tape, asked, near, &mut purpose);
    let started = match hold.during(left, clear).await {
        Ok(()) if hold.grant.is_strict_shell() => Ok(None),
        Ok(()) => {
            hold.grant.approved();
            let tied = handling.die_with_session.then(|| leash::tied(&purpose));
            let purpose = tied.as_ref().unwrap_or(&purpose);
            let started = start(visit, &session, purpose, Some((&near.outlet, &tape)));
            let started = hold.during(near.inbox.ended(), started).await;
            match started {
                // Where no terminal echoes, what is typed cannot be seen, and so not be judged.
                Ok(Started { no_terminal: true, .. }) if referee.mode().is_some() => {
                    Err(NotRelayed::Refused(words::with(services, "command.no-terminal", "")))
                }
                Ok(Started { no_terminal: true, .. }) if handling.terminal || handling.die_with_session => {
                    Err(NotRelayed::Refused(words::with(services, "refused.no-terminal", "")))
                }
                started => started.map(Some),
            }
        }
        Err(stopped) => Err(stopped),
    };
    let (end, far) = match started {
        Ok(None) => {
            hold.grant.approved();
            let (session, referee, tape, purpose) = (&session, &referee, &tape, &purpose);
            let room = strict::Room { visit, session, referee, tape, purpose, then };
            (strict::serve(room, near, hold).await, None)
        }
        Ok(Some(Started { mut far, no_terminal })) => {
            failpoint::panic("channel", visit.who.operator.as_str());
            let detached = no_terminal || !terminal && !handling.die_with_session;
            if detached && matches!(protocol, Protocol::Exec | Protocol::Shell) {
                registration.detach();
            }
            if no_terminal {
                tell_no_terminal(services, &asset, &near.outlet, &tape).await;
            }
            let refusal = words::with(services, "refused.file", "");
            let transfer = Transfer::new(services, &session, hold.grant, &refusal);
            let guard = Guard::new(services, referee, protocol, &purpose);
            let menu = (then == Then::Menu).then(|| near.inbox.ear());
            let manner = Manner { plain: no_terminal, menu };
            let end = relay(near, &mut far, &tape, &transfer, guard.as_ref(), manner, hold).await;
            (end, Some(far))
        }
        Err(stopped) => (stop(&session, &tape, &near.outlet, stopped, then).await, None),
    };
    drop(registration); // no byte flows from here on
    let then = then.after(&end, near);
    turn(&visit.services, &session, &end).await;
    let text = words::ended(services, &asset, &end).map(|line| {
        let text = if terminal { format!("{SANE}\r\n{line}") } else { line.clone() };
        tape.said_last(&line, &text);
        text
    });
    let evidence = async {
        finish(visit, &session, &tape, far, &end, protocol).await;
        leave(visit, &session, stay).await;
    };
    if let Some(text) = text {
        // A disk that is slow to take the evidence does not keep a person waiting at a dead session.
        tokio::join!(evidence, part(&near.outlet, terminal, &text, then));
        return then;
    }
    evidence.await;
    if then == Then::Close {
        let _ = tokio::time::timeout(LAST_WORD, near.outlet.close()).await; // it may be closed already
    }
    then
}

/// A client cannot be told by the protocol any more that it has no terminal.
async fn tell_no_terminal(services: &Services, asset: &str, near: &Outlet, tape: &ChannelRecorder) {
    let line = words::about_asset(services, "asset.no-terminal", asset, "");
    tape.said_line(&line);
    let shown = format!("\r\n{line}\r\n").into_bytes();
    let _ = tokio::time::timeout(LAST_WORD, near.data(shown.into())).await; // not reading, or gone
}

/// The end of a channel that never came to its relay. Who is not told here is told by how it ended.
async fn stop(
    session: &Session,
    tape: &ChannelRecorder,
    near: &Outlet,
    stopped: NotRelayed,
    then: Then,
) -> End {
    let line = match stopped {
        NotRelayed::Left => return End::Closed,
        NotRelayed::Lapsed(lapse) => return End::Lapsed(lapse),
        NotRelayed::NotRecorded(error) => return End::NotRecorded(error),
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
    part(near, tape.is_terminal(), &line, then).await;
    End::Closed
}

/// Seals the recording and journals the end: on success, error and cut alike.
async fn finish(
    visit: &Visit,
    session: &Session,
    tape: &ChannelRecorder,
    far: Option<Channel>,
    end: &End,
    protocol: Protocol,
) {
    let services = &visit.services;
    if let Some(far) = far {
        let close = async {
            // A closed channel hangs up a terminal; a program without one would run on until it writes.
            if matches!(end, End::Lapsed(_)) && protocol != Protocol::Forward {
                let _ = far.outlet.signal("HUP").await; // not every server takes it (RFC 4254 section 6.9)
            }
            far.outlet.close().await
        };
        let _ = tokio::time::timeout(LAST_WORD, close).await; // the asset may be gone
    }
    match end {
        End::Closed => {}
        End::Lost => session.note(Ending::Error, "the asset's connection was lost".into()),
        End::NotRecorded(error) if error.is_too_long() => session.note(Ending::Cut, "unrecorded".into()),
        End::NotRecorded(error) if error.exceeded().is_some() => session.note(Ending::Cut, error.to_string()),
        End::NotRecorded(error) => session.note(Ending::Error, format!("not recorded: {error}")),
        End::Garbled(fault) => session.note(Ending::Error, format!("{protocol}: {fault}")),
        End::Lapsed(lapse) => session.note(Ending::Cut, lapse.word()),
    }
    session.closing(tape.id());
    let recorded = match tape.close().await {
        Ok(closed) => session.recorded(services, tape.id(), &closed).await,
        Err(error) => Err(error.to_string()),
    };
    if let Err(error) = recorded {
        session.note(Ending::Error, format!("not recorded: {error}"));
        visit.evidence_failed("recording", error).await;
    } else if let End::NotRecorded(error) = end
        && !error.is_too_long()
    {
        match error.exceeded() {
            Some(exceeded) => visit.recorded_too_much(exceeded).await,
            None => visit.evidence_failed("recording", error.to_string()).await,
        }
    }
}

/// What a purpose without a client's request looks like (the menu's shell, a forward).
pub(super) fn shell(terminal: Option<Terminal>, env: Vec<(String, String)>) -> Purpose {
    Purpose { start: Start::Shell, terminal, env, refused: vec![] }
}

/// Who is cut is so with many others; who ends by themself waits for nobody. From here on no channel of the
/// session begins, where its end is the session's.
async fn turn(services: &Services, session: &Session, end: &End) {
    let End::Lapsed(lapse) = end else { return };
    if let Some(over) = lapse.over() {
        session.term.end(over);
    }
    services.departures.turn().await;
}

/// The channel is gone; with the last one of a session that is over, so is the session.
async fn leave(visit: &Visit, session: &Session, stay: ChannelStay) {
    drop(stay);
    if session.term.is_spent() {
        visit.retire(session).await;
    }
}

/// Needed by the forward's story as well.
pub(super) async fn conclude(visit: &Visit, opened: Opened, far: Option<Channel>, end: &End) {
    let Opened { grant, session, tape, entry, stay } = opened;
    drop(entry); // no byte flows from here on
    turn(&visit.services, &session, end).await;
    finish(visit, &session, &tape, far, end, grant.protocol()).await;
    leave(visit, &session, stay).await;
}

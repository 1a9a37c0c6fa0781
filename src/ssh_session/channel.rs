//! The story of one channel, from what it is for to its last byte: decide, record, clear, connect, relay, close.

use std::sync::Arc;

use super::farewell::{LAST_WORD, Then, part};
use super::guard::Guard;
use super::login_choice::choose_login;
use super::relay::{Manner, Relay, relay};
use super::select::ChannelRequest;
use super::start::{Started, start};
use super::transfer::Transfer;
use super::{clear::clear, leash, strict, visit::Visit, words};
use crate::access::Services;
use crate::access::channel::{self, OpenChannel, unrelayed};
use crate::access::decide::AccessRequest;
use crate::access::outcome::{ChannelEnd, NotRelayed};
use crate::access::record::ChannelRecorder;
use crate::access::review::CommandReview;
use crate::access::target::{LoginChoice, Target};
use crate::domain::Protocol;
use crate::platform::failpoint;
use crate::ssh::{Channel, Outlet};
use crate::terminal::reset::RESET;
use crate::terminal::size::TerminalSize;

/// Serves one session channel on an asset, and says what comes after it.
pub(super) async fn serve(
    visit: &Visit,
    target: &Target,
    near: &mut Channel,
    purpose: ChannelRequest,
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
    let Target { asset, login } = target.clone();
    let mut wish = AccessRequest { asset, login, protocol, file, forward_to: None };
    if wish.login == LoginChoice::NotGiven {
        wish.login = match choose_login(visit, &wish, near, terminal).await {
            Ok(login) => login,
            Err(line) => return part(&near.outlet, terminal, &line, then).await,
        };
    }
    match open(visit, wish, &purpose).await {
        Ok(opened) => run(visit, near, opened, purpose, then).await,
        Err(line) => part(&near.outlet, terminal, &line, then).await,
    }
}

/// Decides, begins the session and the recording. The error is the line for the person.
pub(super) async fn open(
    visit: &Visit,
    wish: AccessRequest,
    purpose: &ChannelRequest,
) -> Result<OpenChannel, String> {
    let terminal = purpose.terminal.as_ref().map(|terminal| {
        (terminal.term.as_str(), TerminalSize { columns: terminal.columns, rows: terminal.rows })
    });
    channel::open(visit, wish, terminal, purpose.command()).await
}

/// Clears, connects, relays, and closes in the order that leaves evidence whatever happens.
async fn run(
    visit: &Visit,
    near: &mut Channel,
    mut opened: OpenChannel,
    mut purpose: ChannelRequest,
    then: Then,
) -> Then {
    let services = &visit.services;
    let (session, tape) = (Arc::clone(&opened.session), Arc::clone(&opened.tape));
    let terminal = purpose.terminal.is_some();
    let referee = CommandReview::new(services, &session, &opened.grant, &tape);
    let protocol = opened.grant.protocol();
    let mut hold = opened.hold(visit);
    let asked = (hold.grant.awaits_approval(), hold.grant.handling());
    let handling = hold.grant.handling();
    let left = near.inbox.ended();
    let clear = clear(visit, &session, &referee, &tape, asked, near, &mut purpose);
    let started = match hold.during(left, clear).await {
        Ok(()) if hold.grant.is_strict_shell() => Ok(None),
        Ok(()) => {
            hold.grant.approved();
            if referee.mode().is_some()
                && let Some(terminal) = &mut purpose.terminal
            {
                terminal.show_what_is_typed();
            }
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
                hold.registration.detach();
            }
            if no_terminal {
                tell_no_terminal(services, session.asset.as_str(), &near.outlet, &tape).await;
            }
            let refusal = words::with(services, "refused.file", "");
            let transfer = Transfer::new(services, &session, hold.grant, &refusal);
            let guard = Guard::new(services, referee, protocol, &purpose);
            let menu = (then == Then::Menu).then(|| near.inbox.probe());
            let manner = Manner { plain: no_terminal, menu };
            let passes = Relay { tape: Arc::clone(&tape), transfer, guard, manner };
            let end = relay(near, &mut far, &session.term, passes, hold).await;
            (end, Some(far))
        }
        Err(stopped) => {
            let (end, line) = unrelayed(&session, &tape, stopped);
            if let Some(line) = line {
                part(&near.outlet, tape.is_terminal(), &line, then).await;
            }
            (end, None)
        }
    };
    close(visit, near, opened, (end, far), then).await
}

/// The channel leaves the registry, its person is told why the gateway ended it, and its evidence is closed.
async fn close(
    visit: &Visit,
    near: &Channel,
    opened: OpenChannel,
    (end, far): (ChannelEnd, Option<Channel>),
    then: Then,
) -> Then {
    let tape = Arc::clone(&opened.tape);
    let protocol = opened.grant.protocol();
    let then = then.after(&end, near);
    let stopped = opened.stop(&visit.services, end).await;
    let text = stopped.told(&visit.services).map(|line| {
        let text = if tape.is_terminal() { format!("{RESET}\r\n{line}") } else { line.clone() };
        tape.said_last(&line, &text);
        text
    });
    let evidence = async {
        leave(far, &stopped.end, protocol).await;
        stopped.seal(visit).await;
        visit.hang_up().await;
    };
    if let Some(text) = text {
        // A disk that is slow to take the evidence does not keep a person waiting at a dead session.
        tokio::join!(evidence, part(&near.outlet, tape.is_terminal(), &text, then));
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

/// Closes the asset's side of a channel.
async fn leave(far: Option<Channel>, end: &ChannelEnd, protocol: Protocol) {
    let Some(far) = far else { return };
    let close = async {
        // A closed channel hangs up a terminal; a program without one would run on until it writes.
        if matches!(end, ChannelEnd::Lapsed(_)) && protocol != Protocol::Forward {
            let _ = far.outlet.signal("HUP").await; // not every server takes it (RFC 4254 section 6.9)
        }
        far.outlet.close().await
    };
    let _ = tokio::time::timeout(LAST_WORD, close).await; // the asset may be gone
}

/// Closes a channel that nobody is told a last word on: a forward's.
pub(super) async fn conclude(visit: &Visit, opened: OpenChannel, far: Option<Channel>, end: ChannelEnd) {
    let protocol = opened.grant.protocol();
    let stopped = opened.stop(&visit.services, end).await;
    leave(far, &stopped.end, protocol).await;
    stopped.seal(visit).await;
    visit.hang_up().await;
}

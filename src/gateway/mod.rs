//! The running gateway: config -> assemble -> listen -> drain.

mod assemble;
mod hours;
mod left_open;
mod limit;
mod listen;
mod space;
mod start_error;
mod tunnel;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rust_i18n::t;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) use assemble::started;
pub use assemble::{Assembled, Unapplied, assemble};
use limit::{BLOCKED, Permit, Refused, Share, Starts};
pub use listen::Listeners;
pub use start_error::StartError;

use crate::access::live;
use crate::access::{self, NewBlocks, Services, SourceBlock, Untold};
use crate::admin::{self, Admin};
use crate::console;
use crate::domain::{AsciiText, Language, Origin, SourceNet, Via};
use crate::event::{Actor, Event};
use crate::ingress::{Accepted, Listener, Refusals};
use crate::ssh_session::{self, SshFront};

/// How often connections that were turned away are counted into the journal.
const TALLY: Duration = Duration::from_secs(10);

/// Connections that are turned away with a word at once; in a flood the others are closed without.
const FAREWELLS: usize = 32;

/// Serves until `stop`, then drains: nothing new begins, what runs is told, and after `drain_for` is cut.
pub async fn serve(
    admin: Arc<Admin>,
    front: Arc<SshFront>,
    listeners: Listeners,
    stop: CancellationToken,
) -> Result<(), StartError> {
    let services = Arc::clone(&front.services);
    let starts = Arc::new(Starts::new(
        services.config.limits.starts.get(),
        services.config.limits.starts_per_source.get(),
    ));
    let connections = TaskTracker::new();
    let mut work = JoinSet::new();
    let Listeners { control, tcp, tls, wireguard, refusals } = listeners;
    for listener in tcp {
        work.spawn(accept(Arc::clone(&front), listener, Arc::clone(&starts), connections.clone()));
    }
    if let Some(tls) = tls {
        work.spawn(tls.keep());
    }
    if let Some(wireguard) = wireguard {
        let starts = Arc::clone(&starts);
        work.spawn(tunnel::serve(Arc::clone(&front), wireguard, starts, connections.clone()));
    }
    work.spawn(tally(Arc::clone(&services), Arc::clone(&starts), Arc::clone(&refusals)));
    work.spawn(tell_blocked(Arc::clone(&services)));
    work.spawn(console::listen(Arc::clone(&admin), control));
    let orders = console::inbox(&services.config.data_dir).map_err(StartError::Orders)?;
    work.spawn(console::watch_orders(admin, orders));
    work.spawn(space::watch(Arc::clone(&services)));
    work.spawn(admin::keep_lockdowns(Arc::clone(&services)));
    work.spawn(admin::keep_record(Arc::clone(&services)));
    work.spawn(hours::watch(Arc::clone(&services)));
    work.spawn(live::keep_approvals(services.live.clone(), services.clock.clone()));
    stop.cancelled().await;
    drain(&services, &connections).await;
    work.shutdown().await;
    told(&services, &starts, &refusals).await;
    blocked(&services).await;
    logins_refused(&services, services.refused_logins.take_all()).await;
    let event = Event::GatewayStopped { reason: "signal".into() };
    services.journal(Actor::Gateway, None, event).await?;
    services.journal.close().await;
    services.store.close().await;
    Ok(())
}

async fn accept(front: Arc<SshFront>, listener: Listener, starts: Arc<Starts>, connections: TaskTracker) {
    let farewells = Arc::new(Semaphore::new(FAREWELLS));
    loop {
        let accepted = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors, mostly: those that end give some back.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        match place(&front.services, &starts, accepted.source()) {
            Ok(permit) => drop(connections.spawn(answer(Arc::clone(&front), accepted, permit))),
            Err(word) => {
                if let Ok(turn) = Arc::clone(&farewells).try_acquire_owned() {
                    connections.spawn(async move {
                        accepted.turn_away(&ssh_session::last_word(&word)).await;
                        drop(turn);
                    });
                }
            }
        }
    }
}

/// A place for a connection, or the word with which it is turned away. Of a load balancer's it is not known yet where it
/// comes from.
fn place(services: &Services, starts: &Arc<Starts>, source: Option<IpAddr>) -> Result<Permit, AsciiText> {
    let english = Language::English.tag();
    if let Some(left) = source.and_then(|source| services.shut_out(source)) {
        starts.refuse(BLOCKED);
        let until = access::told_end(services, left);
        return Err(AsciiText::of(&t!("refused.source-blocked", locale = english, until = until)));
    }
    let word = || AsciiText::of(&t!("refused.starts", locale = english));
    starts.begin(source, Share::Strangers).map_err(|_| word())
}

/// One connection; while it is silent, others may take its place.
async fn answer(front: Arc<SshFront>, accepted: Accepted, permit: Permit) {
    let given_way = permit.given_way();
    tokio::select! {
        biased;
        () = given_way => {}
        () = attend(front, accepted, permit) => {}
    }
}

/// Whose it is, what comes before SSH, and then its session. A load balancer's place counts for whom it names.
async fn attend(front: Arc<SshFront>, accepted: Accepted, permit: Permit) {
    let Some(identified) = accepted.identify().await else { return };
    if front.services.shut_out(identified.source()).is_some() {
        return permit.refuse(BLOCKED);
    }
    if permit.settle(identified.source()).is_err() {
        return;
    }
    let Some((stream, origin)) = identified.enter().await else { return };
    if origin.arrival().is_some() {
        permit.by_device();
    }
    ssh_session::serve(front, stream, origin, permit).await;
}

/// Cancels `stop` at SIGTERM, at SIGINT, and at SIGHUP: the terminal that the gateway ran in is gone, and there is
/// nothing to read anew.
pub async fn signalled(stop: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let caught = |kind| signal(kind).ok();
    let (Some(mut term), Some(mut int), Some(mut hangup)) =
        (caught(SignalKind::terminate()), caught(SignalKind::interrupt()), caught(SignalKind::hangup()))
    else {
        return tracing::error!("signals cannot be caught: stop the gateway by kill -9 only");
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
        _ = hangup.recv() => {}
    }
    stop.cancel();
}

/// Counts what was turned away: a flood fills one row, not the disk. The first is told at once.
async fn tally(services: Arc<Services>, starts: Arc<Starts>, refusals: Arc<Refusals>) {
    loop {
        let first = tokio::time::timeout(TALLY, starts.refused()).await.is_ok();
        told(&services, &starts, &refusals).await;
        if first {
            tokio::time::sleep(TALLY).await; // those that follow it are counted
            told(&services, &starts, &refusals).await;
        }
    }
}

async fn told(services: &Services, starts: &Starts, refusals: &Refusals) {
    let refused = starts.take_refused().into_iter();
    let refused = refused
        .map(|(Refused { reason }, count)| Event::ConnectionsRefused { reason: reason.to_owned(), count });
    for event in refused.chain(refusals.take()) {
        if let Err(error) = services.journal(Actor::Gateway, None, event).await {
            tracing::error!(%error, "refused connections could not be journaled");
        }
    }
    logins_refused(services, services.refused_logins.take_due()).await;
}

/// Logins that have no rows of their own, a row a source.
async fn logins_refused(services: &Services, untold: Vec<Untold>) {
    for (source, count) in untold {
        let origin = source.map(origin);
        let event = Event::LoginsRefused { count };
        if let Err(error) = services.journal(Actor::Gateway, origin.as_ref(), event).await {
            tracing::error!(%error, "refused logins could not be journaled");
        }
    }
}

fn origin(source: SourceNet) -> Origin {
    Origin::new(SocketAddr::new(source.address(), 0), Via::Direct)
}

/// Tells of sources that are blocked: of the first at once, then for a while of them.
async fn tell_blocked(services: Arc<Services>) {
    loop {
        services.sources.blocked().await;
        blocked(&services).await;
        tokio::time::sleep(TALLY).await;
    }
}

/// Sources that were blocked, and the alarm where there were many.
async fn blocked(services: &Services) {
    let NewBlocks { blocks, more, alarm } = services.sources.take_new();
    let row = |block: &SourceBlock| {
        let until = services.clock.now().saturating_add(block.left).unwrap_or(Timestamp::MAX);
        let event = Event::SourceBlocked { net: block.source, until, times: block.times };
        (Some(origin(block.source)), event)
    };
    let more = (more > 0).then_some((None, Event::SourcesBlocked { count: more }));
    let alarm = alarm.map(|blocks| {
        let alarm = "under-attack";
        tracing::error!(blocks, "ALARM: {alarm}");
        let (operator, owner, device, lockdowns, until) = (None, None, None, Vec::new(), None);
        (None, Event::Alarm { alarm, operator, owner, device, lockdowns, until })
    });
    for (origin, event) in blocks.iter().map(row).chain(more).chain(alarm) {
        if let Err(error) = services.journal(Actor::Gateway, origin.as_ref(), event).await {
            tracing::error!(%error, "a blocked source could not be journaled");
        }
    }
}

async fn drain(services: &Services, connections: &TaskTracker) {
    services.live.update(|standing| standing.draining = true);
    connections.close();
    let patience = services.config.drain_for.as_duration();
    if services.live.sessions() > 0 && tokio::time::timeout(patience, connections.wait()).await.is_err() {
        tracing::info!("sessions are cut at the end of the drain");
    }
    services.live.end();
    let _ = tokio::time::timeout(Duration::from_secs(5), connections.wait()).await; // whoever is left is cut by the exit
}

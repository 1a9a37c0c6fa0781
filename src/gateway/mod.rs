//! The running gateway: config -> assemble -> listen -> drain.

mod assemble;
mod limit;
mod tunnel;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) use assemble::started;
pub use assemble::{Assembled, StartError, assemble};
use limit::{Refused, Starts};

use crate::console;
use crate::domain::{Origin, Via};
use crate::event::{Actor, Event};
use crate::ingress::Refusals;
use crate::live;
use crate::session::{self, Services};

/// How often connections that were turned away are counted into the journal.
const TALLY: Duration = Duration::from_secs(10);

/// Serves until `stop`, then drains: nothing new begins, what runs is told, and after `drain_for` is cut.
pub async fn serve(
    services: Arc<Services>,
    listeners: Vec<TcpListener>,
    stop: CancellationToken,
) -> Result<(), StartError> {
    let starts = Arc::new(Starts::new(
        services.config.limits.starts.get(),
        services.config.limits.starts_per_source.get(),
    ));
    let connections = TaskTracker::new();
    let refusals = Arc::new(Refusals::default());
    let wireguard = tunnel::bind(&services, &refusals)?;
    let mut work = JoinSet::new();
    if let Some(wireguard) = wireguard {
        let starts = Arc::clone(&starts);
        work.spawn(tunnel::serve(Arc::clone(&services), wireguard, starts, connections.clone()));
    }
    for listener in listeners {
        work.spawn(accept(Arc::clone(&services), listener, Arc::clone(&starts), connections.clone()));
    }
    work.spawn(tally(Arc::clone(&services), Arc::clone(&starts), refusals));
    let control = console::bind(&services.config.data_dir).map_err(StartError::Control)?;
    work.spawn(console::listen(Arc::clone(&services), control));
    let orders = console::inbox(&services.config.data_dir).map_err(StartError::Orders)?;
    work.spawn(console::watch_orders(Arc::clone(&services), orders));
    work.spawn(console::keep_lockdowns(Arc::clone(&services)));
    work.spawn(live::keep_approvals(services.live.clone(), services.clock.clone()));
    stop.cancelled().await;
    drain(&services, &connections).await;
    work.shutdown().await;
    let event = Event::GatewayStopped { reason: "signal".into() };
    services
        .journal(Actor::Gateway, None, event)
        .await
        .map_err(|error| StartError::Journal(error.to_string()))?;
    services.journal.close().await;
    services.store.close().await;
    Ok(())
}

/// Opens the listeners of the configuration.
pub fn listeners(addresses: &[SocketAddr]) -> Result<Vec<TcpListener>, StartError> {
    addresses
        .iter()
        .map(|&address| listener(address).map_err(|error| StartError::Listen(address, error)))
        .collect()
}

/// `[::]` takes IPv4 as well, whatever the host's default.
fn listener(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(!address.ip().is_unspecified())?;
    }
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(1024)?;
    TcpListener::from_std(socket.into())
}

async fn accept(
    services: Arc<Services>,
    listener: TcpListener,
    starts: Arc<Starts>,
    connections: TaskTracker,
) {
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors, mostly: those that end give some back.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let origin = Origin::new(peer, Via::Direct);
        let Ok(permit) = starts.begin(origin.address()) else { continue };
        if stream.set_nodelay(true).is_err() {
            continue; // it is gone already
        }
        let story = session::serve(Arc::clone(&services), stream, origin, permit);
        connections.spawn(story);
    }
}

/// Cancels `stop` at SIGTERM and at SIGINT.
pub async fn signalled(stop: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return tracing::error!("signals cannot be caught: stop the gateway by kill -9 only");
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
    stop.cancel();
}

/// Counts what was turned away: a flood fills one row, not the disk.
async fn tally(services: Arc<Services>, starts: Arc<Starts>, refusals: Arc<Refusals>) {
    loop {
        tokio::time::sleep(TALLY).await;
        let connections = starts.take_refused().into_iter().map(|(Refused { reason }, count)| {
            Event::ConnectionsRefused { reason: reason.to_owned(), count }
        });
        for event in connections.chain(refusals.take()) {
            if let Err(error) = services.journal(Actor::Gateway, None, event).await {
                tracing::error!(%error, "what was refused could not be journaled");
            }
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

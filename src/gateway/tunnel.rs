//! Logins that come by WireGuard: the same starts, the same story as any other.

use std::sync::Arc;

use tokio_util::task::TaskTracker;

use super::StartError;
use super::limit::{BLOCKED, Share, Starts};
use crate::access::Services;
use crate::device::Pool;
use crate::domain::Origin;
use crate::ingress::Refusals;
use crate::ingress::wireguard::{Identity, TunnelStream, Wireguard, WireguardSettings};
use crate::ssh_session::{self, SshFront};

/// Opens what `listen.wireguard` says; `None` where it says nothing.
pub(super) fn bind(services: &Services, refusals: &Arc<Refusals>) -> Result<Option<Wireguard>, StartError> {
    let Some(key) = services.wireguard.as_ref() else { return Ok(None) };
    let config = &services.config;
    let settings = WireguardSettings {
        addresses: config.listen.wireguard.clone(),
        own: Pool::new(&config.tunnel.pool).gateway(),
        port: config.tunnel.port,
    };
    let inside = (services.live.clone(), services.clock.clone(), services.journal.clone());
    let wireguard = Wireguard::bind(settings, Identity::new(key.expose()), inside, Arc::clone(refusals))?;
    for address in wireguard.addresses() {
        tracing::info!(%address, "listening for WireGuard");
    }
    Ok(Some(wireguard))
}

/// Serves until it is dropped.
pub(super) async fn serve(
    front: Arc<SshFront>,
    wireguard: Wireguard,
    starts: Arc<Starts>,
    connections: TaskTracker,
) {
    let serve = move |stream: TunnelStream, origin: Origin| {
        // Without a place it is dropped, and so closed.
        if front.services.shut_out(origin.address()).is_some() {
            starts.refuse(BLOCKED);
        } else if let Ok(permit) = starts.begin(Some(origin.address()), Share::Devices) {
            let (front, given_way) = (Arc::clone(&front), permit.given_way());
            connections.spawn(async move {
                tokio::select! {
                    biased;
                    () = given_way => {}
                    () = ssh_session::serve(front, stream, origin, permit) => {}
                }
            });
        }
    };
    wireguard.run(serve).await;
}

//! The connections to an asset that one session has: its channels share them.

use std::sync::Arc;
use std::time::Duration;

use super::connect::{self, Unreachable};
use crate::access::Services;
use crate::access::running::Session;
use crate::ssh::Channel;
use crate::ssh::client::AssetConnection;

/// Connections to the asset that one session may have: enough for all the channels that a client may open, ten on
/// each.
const MAX_CONNECTIONS: usize = 8;

/// More than one connection where the asset takes only so many programs on each.
#[derive(Default)]
pub(super) struct Lines(tokio::sync::Mutex<Vec<Arc<AssetConnection>>>);

impl Lines {
    /// The connection to the asset: the first channel that asks makes it, the others share it.
    pub(super) async fn connection(
        &self,
        services: &Services,
        session: &Session,
    ) -> Result<Arc<AssetConnection>, Unreachable> {
        let mut connections = self.0.lock().await;
        connections.retain(|asset| asset.alive());
        if let Some(asset) = connections.first() {
            return Ok(Arc::clone(asset));
        }
        let asset = Arc::new(connect(services, session).await?);
        connections.push(Arc::clone(&asset));
        Ok(asset)
    }

    /// A channel for a program. An asset may take only so many on one connection (sshd's `MaxSessions`, ten): then
    /// another connection is made. `None`: the asset wants no program at all, or no more of them.
    pub(super) async fn program(
        &self,
        services: &Services,
        session: &Session,
        limit: Duration,
    ) -> Result<Option<Channel>, Unreachable> {
        let open =
            async |asset: &AssetConnection| tokio::time::timeout(limit, asset.session()).await.ok()?.ok();
        for number in 0..MAX_CONNECTIONS {
            let mut connections = self.0.lock().await;
            connections.retain(|asset| asset.alive());
            if let Some(asset) = connections.get(number).map(Arc::clone) {
                drop(connections); // others need not wait for the answer
                match open(&asset).await {
                    Some(channel) => return Ok(Some(channel)),
                    None => continue, // full, or gone meanwhile
                }
            }
            // Nobody else sees the new connection before this channel is open: what it refuses, it refuses everybody.
            let asset = connect(services, session).await?;
            let channel = open(&asset).await;
            if channel.is_some() || connections.is_empty() {
                connections.push(Arc::new(asset));
            }
            return Ok(channel);
        }
        Ok(None)
    }
}

async fn connect(services: &Services, session: &Session) -> Result<AssetConnection, Unreachable> {
    connect::connect(services, &session.who, &session.id, &session.asset, &session.login).await
}

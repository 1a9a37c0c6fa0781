//! Whoever has proven themself and may not be here is told why, where they can read it.

use std::time::Duration;

use super::{farewell, select};
use crate::access::words::LastLine;
use crate::ssh::server::{Incoming, ServerConnection};

/// How long a client that was refused may take to open the channel on which it is told why.
const LISTEN: Duration = Duration::from_secs(2);

/// Somebody who was refused at the door hears why on the first channel that they open.
pub(super) async fn hear(line: &LastLine, connection: &mut ServerConnection) {
    if let Ok(Ok(Incoming::Session(mut near))) = tokio::time::timeout(LISTEN, connection.next()).await {
        let purpose = tokio::time::timeout(LISTEN, select::channel_request(&mut near)).await.ok().flatten();
        let terminal = purpose.is_some_and(|purpose| purpose.terminal.is_some());
        farewell::dismiss(&near.outlet, terminal, &line.shown).await;
    }
}

/// The same of somebody who is not served at all.
pub(super) async fn turn_out(line: &LastLine, mut connection: ServerConnection) {
    hear(line, &mut connection).await;
    connection.disconnect(&line.ascii).await;
}

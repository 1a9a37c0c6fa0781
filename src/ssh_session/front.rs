//! What the SSH front is made of beside [`Services`]: the server's side of the protocol, and who runs the gateway's own
//! commands.

use std::pin::Pin;
use std::sync::Arc;

use crate::access::{Authenticated, Services};
use crate::ssh::server::Server;
use crate::ssh::{Channel, Terminal};

type Work<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One command line on a channel of its own.
pub struct Call<'a> {
    pub channel: Channel,
    pub line: &'a str,
    pub terminal: Option<Terminal>,
    /// Resolves when the person may not be here any more.
    pub banished: Work<'a, String>,
}

/// Runs the gateway's own commands (`ssh alice@gateway whoami`).
pub trait CommandRunner: Send + Sync {
    /// Runs one, and ends the channel with its exit code. True where it was a command that they may run: whoever sends
    /// anything else is not at work.
    fn run<'a>(
        &'a self,
        services: &'a Arc<Services>,
        who: &'a Authenticated,
        call: Call<'a>,
    ) -> Work<'a, bool>;

    /// What this person may run, for whoever came without a command.
    fn overview(&self, services: &Services, who: &Authenticated) -> String;
}

/// The SSH front, wired by the gateway.
pub struct SshFront {
    pub services: Arc<Services>,
    pub server: Server,
    pub commands: Box<dyn CommandRunner>,
}

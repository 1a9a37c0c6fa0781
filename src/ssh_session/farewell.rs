//! The last words on a channel, and what comes after them.

use std::time::Duration;

use crate::access::outcome::ChannelEnd;
use crate::ssh::{Channel, Outlet};

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
    pub(super) fn after(self, end: &ChannelEnd, near: &Channel) -> Self {
        let by_itself = matches!(end, ChannelEnd::Closed | ChannelEnd::Lost);
        let there = near.inbox.probe().is_open() && !near.outlet.is_closed();
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

//! What a client opens on a connection.

use super::Channel;
use super::channel::Closer;
use super::slots::Slots;
use crate::domain::AsciiText;

/// SSH_OPEN_ADMINISTRATIVELY_PROHIBITED; the library's own has a text of its own.
const PROHIBITED: u32 = 1;

/// What a client opens, after its login.
pub enum Incoming {
    /// A session channel, already confirmed.
    Session(Channel),
    /// A connection that the client wants made (RFC 4254 §7.2).
    Direct(Direct),
    /// Something that is not served at all; for the journal.
    Refused(&'static str),
}

/// A `direct-tcpip` request that waits for its answer; dropped, it is refused.
pub struct Direct {
    pub host: String,
    pub port: u16,
    pub(super) channel: Channel,
    pub(super) reply: russh::server::ChannelOpenHandle,
    pub(super) slots: Slots,
    pub(super) id: russh::ChannelId,
}

impl Direct {
    pub fn closer(&self) -> Closer {
        self.channel.outlet.closer()
    }

    pub async fn accept(self) -> Channel {
        self.reply.accept().await;
        self.channel
    }

    /// Refused by policy (RFC 4254 §5.1, reason 1), and why: clients show it.
    pub async fn prohibit(self, why: &AsciiText) {
        drop(self.slots.remove(self.id));
        let reason = why.as_str().to_owned();
        self.reply.reject(russh::ChannelOpenFailure::Other { code: PROHIBITED, reason }).await;
    }

    /// There are too many (reason 4).
    pub async fn shortage(self) {
        drop(self.slots.remove(self.id));
        self.reply.reject(russh::ChannelOpenFailure::ResourceShortage).await;
    }

    /// The other end could not be reached (reason 2).
    pub async fn unreachable(self) {
        drop(self.slots.remove(self.id));
        self.reply.reject(russh::ChannelOpenFailure::ConnectFailed).await;
    }
}

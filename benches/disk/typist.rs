//! Somebody who types, each key after the echo of the one before.

use std::time::{Duration, Instant};

use russh::client::Msg;
use russh::{Channel, ChannelMsg};

use crate::client::{Connection, Login};

/// How long a session may take to be there.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Typist {
    /// Goes with the channel.
    _connection: Connection,
    channel: Channel<Msg>,
}

impl Typist {
    /// Logs in, and waits for a terminal that sends back what it gets.
    pub(crate) async fn open(login: &Login) -> Result<Self, String> {
        let connection = login.connect().await?;
        let channel = start(&connection).await.map_err(|error| format!("{}: {error}", login.user))?;
        let mut typist = Self { _connection: connection, channel };
        let ready = tokio::time::timeout(PATIENCE, typist.reads(b'\n')).await;
        match ready {
            Ok(true) => Ok(typist),
            _ => Err(format!("{}: no terminal", login.user)),
        }
    }

    /// Strikes a key; how long its echo took, or `None` where the session ended.
    pub(crate) async fn strike(&mut self) -> Option<Duration> {
        let began = Instant::now();
        self.channel.data_bytes(&b"k"[..]).await.ok()?;
        self.reads(b'k').await.then(|| began.elapsed())
    }

    /// Until this byte comes; false where the session ends before.
    async fn reads(&mut self, last: u8) -> bool {
        loop {
            match self.channel.wait().await {
                Some(ChannelMsg::Data { data }) if data.last() == Some(&last) => return true,
                Some(ChannelMsg::Close) | None => return false,
                Some(_) => {}
            }
        }
    }
}

async fn start(connection: &Connection) -> Result<Channel<Msg>, russh::Error> {
    let channel = connection.channel_open_session().await?;
    channel.request_pty(false, "xterm", 80, 24, 0, 0, &[]).await?;
    channel.exec(false, "stty raw -echo; echo ready; cat").await?;
    Ok(channel)
}

//! One session with traffic in it, and when what was seen of it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use russh::client::Msg;
use russh::{Channel, ChannelMsg};

use crate::client::{Connection, Login};
use crate::emit::{self, TICK};

/// What a session is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// A shell on a terminal, in which a program prints.
    Shell,
    /// The same program, without a terminal.
    Exec,
    /// Small requests, each after the answer to the one before.
    Sftp,
    /// The same through a forward, to something that sends back what it gets.
    Forward,
}

impl Kind {
    /// They take turns.
    pub(crate) fn of(index: usize) -> Self {
        [Self::Shell, Self::Exec, Self::Sftp, Self::Forward][index % 4]
    }

    /// What is said again and again to have an answer.
    fn request(self) -> Option<Bytes> {
        match self {
            Self::Shell | Self::Exec => None,
            Self::Sftp => Some(Bytes::from_static(b"\0\0\0\x0d\x11\0\0\0\x07\0\0\0\x04/tmp")), // stat, id 7
            Self::Forward => Some(Bytes::from_static(b"there and back again")),
        }
    }

    /// Is this from the asset, rather than the gateway's last word, or a shell that greets?
    fn is_traffic(self, data: &[u8]) -> bool {
        match self {
            Self::Shell => data.windows(TICK.len()).any(|part| part == TICK.as_bytes()),
            _ => true,
        }
    }
}

/// What was seen of one session so far.
#[derive(Debug, Default, Clone)]
pub(crate) struct Seen {
    /// When bytes came from the asset.
    pub(crate) traffic: Vec<Instant>,
    pub(crate) channel_over: Option<Instant>,
    pub(crate) connection_over: Option<Instant>,
}

pub(crate) struct Session {
    kind: Kind,
    every: Duration,
    connection: Connection,
    channel: Channel<Msg>,
    seen: Arc<Mutex<Seen>>,
}

/// How long the line may stand after its channel has ended.
const LINGER: Duration = Duration::from_secs(10);

impl Session {
    /// Logs in and opens its channel.
    pub(crate) async fn open(login: &Login, kind: Kind, every: Duration, echo: u16) -> Result<Self, String> {
        let connection = login.connect().await?;
        let channel = match kind {
            Kind::Forward => {
                connection.channel_open_direct_tcpip("127.0.0.1", echo.into(), "127.0.0.1", 0).await
            }
            _ => start(&connection, kind, every).await,
        };
        let channel = channel.map_err(|error| format!("{}: {error}", login.user))?;
        Ok(Self { kind, every, connection, channel, seen: Arc::default() })
    }

    pub(crate) fn seen(&self) -> Arc<Mutex<Seen>> {
        Arc::clone(&self.seen)
    }

    /// Keeps the traffic up until the channel ends, and waits for the connection to.
    pub(crate) async fn go_on(mut self) {
        if let (Kind::Forward, Some(request)) = (self.kind, self.kind.request()) {
            let _ = self.channel.data_bytes(request).await; // its end is seen below
        }
        let mut answered = false;
        loop {
            tokio::select! {
                message = self.channel.wait() => match message {
                    Some(ChannelMsg::Data { data }) if self.kind.is_traffic(&data) => {
                        self.note(|seen| seen.traffic.push(Instant::now()));
                        answered = self.kind.request().is_some();
                    }
                    Some(ChannelMsg::Close) | None => break,
                    Some(_) => {}
                },
                () = tokio::time::sleep(self.every), if answered => {
                    answered = false;
                    if let Some(request) = self.kind.request() {
                        let _ = self.channel.data_bytes(request).await; // its end is seen above
                    }
                }
            }
        }
        self.note(|seen| seen.channel_over = Some(Instant::now()));
        if tokio::time::timeout(LINGER, &mut self.connection).await.is_ok() {
            self.note(|seen| seen.connection_over = Some(Instant::now()));
        }
    }

    fn note(&self, what: impl FnOnce(&mut Seen)) {
        what(&mut self.seen.lock().expect("what was seen"));
    }
}

async fn start(connection: &Connection, kind: Kind, every: Duration) -> Result<Channel<Msg>, russh::Error> {
    let channel = connection.channel_open_session().await?;
    match kind {
        Kind::Shell => {
            channel.request_pty(false, "xterm", 80, 24, 0, 0, &[]).await?;
            channel.request_shell(false).await?;
            channel.data_bytes(format!("{}\r", emit::command(every))).await?;
        }
        Kind::Exec => channel.exec(false, emit::command(every)).await?,
        Kind::Sftp => {
            channel.request_subsystem(false, "sftp").await?;
            channel.data_bytes(&b"\0\0\0\x05\x01\0\0\0\x03"[..]).await?; // version 3
        }
        Kind::Forward => {}
    }
    Ok(channel)
}

//! Somebody at a terminal, who sees when what they typed shows.

use std::path::Path;
use std::time::{Duration, Instant};

use russh::client::Msg;
use russh::{Channel, ChannelMsg};

use crate::Taken;
use crate::client::{Connection, Login};

/// How long anything may take that is waited for.
const PATIENCE: Duration = Duration::from_secs(120);
/// What the shell shows when it is ready; no echo of a command looks like it.
const READY: &str = "ready> ";
/// What is typed, again and again: a builtin, so that Enter is answered at once.
const LINE: &str = ": a line that does nothing";

pub(crate) struct Typist {
    _connection: Connection,
    channel: Channel<Msg>,
    /// What was shown and not looked at yet.
    shown: Vec<u8>,
}

impl Typist {
    /// Logs in and waits for a prompt.
    pub(crate) async fn sit_down(login: &Login) -> Self {
        let connection = login.connect().await.unwrap_or_else(|error| panic!("{error}"));
        let channel = connection.channel_open_session().await.expect("a channel");
        channel.request_pty(false, "xterm", 120, 40, 0, 0, &[]).await.expect("a terminal");
        channel.request_shell(false).await.expect("a shell");
        let mut typist = Self { _connection: connection, channel, shown: Vec::new() };
        typist.quiet(Duration::from_millis(700)).await;
        typist.send("PS1=ready'> '\r").await;
        typist.until(READY.as_bytes()).await;
        typist.quiet(Duration::from_millis(300)).await;
        typist
    }

    /// Types so many keys, and an Enter after each line of them.
    pub(crate) async fn type_lines(&mut self, keys: usize, taken: &mut Taken) {
        let mut left = keys;
        while left > 0 {
            for key in LINE.chars() {
                let began = Instant::now();
                self.send(&key.to_string()).await;
                self.until(key.to_string().as_bytes()).await;
                taken.keys.push(began.elapsed());
                left = left.saturating_sub(1);
                // As fast as a person: the echo of one key is not mixed with the next.
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
            self.shown.clear();
            let began = Instant::now();
            self.send("\r").await;
            self.until(READY.as_bytes()).await;
            taken.enters.push(began.elapsed());
            // Nobody sees a prompt and types in less. What is typed ahead of it waits until it has settled.
            self.quiet(Duration::from_millis(50)).await;
        }
    }

    /// Has a file printed.
    pub(crate) async fn print(&mut self, file: &Path) -> Duration {
        self.send(&format!("cat {}", file.display())).await;
        self.quiet(Duration::from_millis(100)).await;
        let began = Instant::now();
        self.send("\r").await;
        self.until(READY.as_bytes()).await;
        let took = began.elapsed();
        self.quiet(Duration::from_millis(300)).await;
        took
    }

    async fn send(&mut self, text: &str) {
        self.channel.data_bytes(text.as_bytes().to_vec()).await.expect("a channel that is open");
    }

    /// Waits until this was shown; what came with it is forgotten.
    async fn until(&mut self, text: &[u8]) {
        let seen = async {
            while !self.shown.windows(text.len()).any(|part| part == text) {
                // Only the end can still become a part of it.
                let keep = self.shown.len().saturating_sub(text.len());
                self.shown.drain(..keep);
                self.more().await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, seen).await;
        waited.unwrap_or_else(|_| panic!("{:?} was not shown", String::from_utf8_lossy(text)));
        self.shown.clear();
    }

    /// Waits until nothing is shown for so long.
    async fn quiet(&mut self, long: Duration) {
        while tokio::time::timeout(long, self.more()).await.is_ok() {}
        self.shown.clear();
    }

    async fn more(&mut self) {
        match self.channel.wait().await {
            Some(ChannelMsg::Data { data }) => self.shown.extend_from_slice(&data),
            Some(_) => {}
            None => panic!("the session ended: {}", String::from_utf8_lossy(&self.shown)),
        }
    }
}

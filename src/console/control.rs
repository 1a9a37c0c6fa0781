//! The gateway's door on its own host: a Unix socket in the data directory. A command that is given on the
//! host runs inside the running gateway, so that it is in force at once and one process writes.
//!
//! The caller sends one line of JSON, the words and what they need; the answer is lines of JSON, a piece of
//! output each, and at last the exit code. Both ends are this program.

use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};

use super::command_line::CommandLine;
use super::command_row::not_run;
use super::input::Input;
use super::out::Chunk;
use super::run::run;
use super::usage::{self, Front, asked_language};
use crate::admin::{Admin, Caller};
use crate::domain::{Secret, plain_lines};
use crate::platform::host_user::user_name;

/// Longest order in bytes: words, and a key, a password, or a roster in Base64.
const MAX_ORDER: u64 = 16 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
pub(super) struct Order {
    pub words: Vec<String>,
    pub file: Option<String>,
    pub stdin: Option<String>,
    #[serde(default)]
    pub attestation: Option<String>,
    #[serde(default)]
    pub terminal: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Answer {
    Out(String),
    Err(String),
    Exit(u8),
}

impl Order {
    pub(super) fn new(words: Vec<String>, input: &Input) -> Self {
        let encode = |secret: &Secret| BASE64.encode(secret.expose());
        Self {
            words,
            file: input.file.as_ref().map(encode),
            stdin: input.stdin.as_ref().map(encode),
            attestation: input.attestation.as_ref().map(encode),
            terminal: input.terminal,
        }
    }

    fn input(&self) -> Option<Input> {
        let decode = |text: &Option<String>| match text {
            Some(text) => BASE64.decode(text).ok().map(Secret::new).map(Some),
            None => Some(None),
        };
        let (file, stdin, attestation) =
            (decode(&self.file)?, decode(&self.stdin)?, decode(&self.attestation)?);
        Some(Input { file, attestation, stdin, terminal: self.terminal })
    }
}

/// Where it is, in the data directory.
pub fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("run").join("control.sock")
}

/// Opens the socket, in a directory that only the gateway's own user, and root, can enter.
pub fn bind(data_dir: &Path) -> std::io::Result<UnixListener> {
    let path = path(data_dir);
    if let Some(dir) = path.parent() {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700))?;
    }
    let _ = std::fs::remove_file(&path); // one that a dead gateway left; the data lock says that it is dead
    UnixListener::bind(&path)
}

/// Serves the socket until it is dropped.
pub async fn listen(admin: Arc<Admin>, listener: UnixListener) {
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a caller on the control socket could not be heard");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                continue;
            }
        };
        let admin = Arc::clone(&admin);
        tokio::spawn(async move {
            if let Err(error) = serve(&admin, stream).await {
                tracing::debug!(%error, "a caller on the control socket left");
            }
        });
    }
}

async fn serve(admin: &Arc<Admin>, stream: UnixStream) -> std::io::Result<()> {
    let services = &admin.services;
    let uid = stream.peer_cred()?.uid();
    let user = tokio::task::spawn_blocking(move || user_name(uid)).await.map_err(std::io::Error::other)?;
    let caller = Caller::Local(user);
    let (reading, mut writing) = stream.into_split();
    let mut line = String::new();
    let mut reading = BufReader::new(reading.take(MAX_ORDER));
    reading.read_line(&mut line).await?;
    let order: Order = serde_json::from_str(&line)?;
    let language = asked_language(&order.words).unwrap_or(services.language());
    let parsed = usage::parse(order.words.iter().map(String::as_str), language, Front::Host);
    let (cli, input) = match (parsed, order.input()) {
        (Ok(cli), Some(input)) => (cli, input),
        (Err(usage), _) => {
            not_run(services, &caller, &order.words, 2).await;
            return refuse(&mut writing, plain_lines(&usage.text)).await;
        }
        (_, None) => return refuse(&mut writing, "juyong: the order was garbled\n".into()).await,
    };
    let line = CommandLine { caller, cli, words: order.words, input };
    let mut running = run(admin, line);
    while let Some(piece) = tokio::select! {
        piece = running.next() => piece,
        _ = reading.read_u8() => None, // a caller says nothing more: it has left
    } {
        let answer = match piece {
            Chunk::Out(bytes) => Answer::Out(BASE64.encode(bytes)),
            Chunk::Err(bytes) => Answer::Err(BASE64.encode(bytes)),
        };
        if tell(&mut writing, &answer).await.is_err() {
            break;
        }
    }
    let exit = running.exit().await;
    tell(&mut writing, &Answer::Exit(exit)).await
}

async fn refuse(to: &mut (impl AsyncWriteExt + Unpin), why: String) -> std::io::Result<()> {
    tell(to, &Answer::Err(BASE64.encode(why))).await?;
    tell(to, &Answer::Exit(2)).await
}

async fn tell(to: &mut (impl AsyncWriteExt + Unpin), answer: &Answer) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(answer)?;
    line.push(b'\n');
    to.write_all(&line).await
}

/// Gives an order to the gateway that runs here. `None`: none runs.
pub async fn send(
    data_dir: &Path,
    words: Vec<String>,
    input: &Input,
    mut show: impl FnMut(Chunk) -> std::io::Result<()>,
) -> Option<std::io::Result<u8>> {
    let mut stream = UnixStream::connect(path(data_dir)).await.ok()?;
    let talk = async {
        let mut order = serde_json::to_vec(&Order::new(words, input))?;
        order.push(b'\n');
        stream.write_all(&order).await?;
        let mut lines = BufReader::new(stream).lines();
        while let Some(line) = lines.next_line().await? {
            let decode = |text: String| BASE64.decode(text).map_err(std::io::Error::other);
            match serde_json::from_str(&line)? {
                Answer::Out(text) => show(Chunk::Out(decode(text)?.into()))?,
                Answer::Err(text) => show(Chunk::Err(decode(text)?.into()))?,
                Answer::Exit(code) => return Ok(code),
            }
        }
        Err(std::io::Error::other("the gateway ended before it answered"))
    };
    Some(talk.await)
}

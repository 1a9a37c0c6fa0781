//! The demo's asset: an SSH server in this process that gives a real shell of the current user on a real
//! pseudo-terminal, to whoever holds the one key that the demo's gateway holds.

use std::process::Stdio;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::domain::AsciiText;
use crate::ssh::server::{
    AuthAnswer, AuthMethods, Authenticator, Incoming, OfferedKey, Proof, Server, ServerConnection,
};
use crate::ssh::{Channel, ChannelEvent, Inbox, Outlet, PublicKey, Start, Terminal};

#[derive(Clone)]
struct OneKey {
    key: PublicKey,
    accepted: bool,
}

impl Authenticator for OneKey {
    type Login = ();

    async fn offered(&mut self, _user: &str, key: &OfferedKey) -> bool {
        matches!(key, OfferedKey::Plain(key) if key.same(&self.key))
    }

    async fn prove(&mut self, _user: &str, proof: Proof) -> AuthAnswer {
        self.accepted = matches!(&proof, Proof::PublicKey { key, .. } if key.same(&self.key));
        match self.accepted {
            true => AuthAnswer::Accepted,
            false => AuthAnswer::Refused {
                methods: AuthMethods { public_key: true, ..AuthMethods::default() },
                partial: false,
            },
        }
    }

    fn login(&mut self) -> Option<()> {
        self.accepted.then_some(())
    }
}

/// Serves until it is dropped.
pub(super) async fn serve(server: Server, listener: TcpListener, key: PublicKey) {
    while let Ok((stream, _)) = listener.accept().await {
        let (server, door) = (server.clone(), OneKey { key: key.clone(), accepted: false });
        tokio::spawn(async move {
            if let Ok((connection, ())) = server.accept(stream, door).await {
                attend(connection).await;
            }
        });
    }
}

async fn attend(mut connection: ServerConnection) {
    while let Ok(incoming) = connection.next().await {
        match incoming {
            Incoming::Session(channel) => drop(tokio::spawn(run(channel))),
            Incoming::Direct(direct) => direct.prohibit(&AsciiText::of("the demo forwards nothing")).await,
            Incoming::Refused(_) => {}
        }
    }
}

/// Gathers what is wanted, runs it, and tells how it ended.
async fn run(mut channel: Channel) {
    let (mut terminal, mut env) = (None, Vec::new());
    let start = loop {
        match channel.inbox.next().await {
            Some(ChannelEvent::Terminal(wanted)) => terminal = Some(wanted),
            Some(ChannelEvent::Env(name, value)) => env.push((name, value)),
            Some(ChannelEvent::Start(start)) => break start,
            Some(ChannelEvent::Close) | None => return,
            Some(_) => {}
        }
    };
    let command = match &start {
        Start::Shell => None,
        Start::Exec(command) => Some(String::from_utf8_lossy(command).into_owned()),
        Start::Subsystem(name) if name == "sftp" => Some("exec /usr/lib/openssh/sftp-server".to_owned()),
        Start::Subsystem(_) => Some("exit 127".to_owned()),
    };
    let Channel { inbox, outlet } = channel;
    let status = match terminal {
        Some(terminal) => on_terminal(inbox, &outlet, &terminal, command, &env).await,
        None => on_pipes(inbox, &outlet, command, &env).await,
    };
    let status = status.unwrap_or(127);
    let last = async {
        outlet.exit_status(status).await?;
        outlet.eof().await?;
        outlet.close().await
    };
    let _ = last.await; // the gateway may be gone
}

fn shell() -> String {
    std::env::var("SHELL").ok().filter(|shell| !shell.is_empty()).unwrap_or_else(|| "/bin/sh".into())
}

fn arguments(command: Option<String>) -> Vec<String> {
    command.map_or_else(|| vec!["-l".into()], |command| vec!["-c".into(), command])
}

fn size(columns: u32, rows: u32) -> pty_process::Size {
    let small = |n: u32| u16::try_from(n).unwrap_or(u16::MAX);
    pty_process::Size::new(small(rows), small(columns))
}

async fn on_terminal(
    mut inbox: Inbox,
    outlet: &Outlet,
    terminal: &Terminal,
    command: Option<String>,
    env: &[(String, String)],
) -> Option<u32> {
    let (pty, pts) = pty_process::open().ok()?;
    pty.resize(size(terminal.columns, terminal.rows)).ok()?;
    let mut child = pty_process::Command::new(shell())
        .args(arguments(command))
        .env("TERM", &terminal.term)
        .envs(env.iter().cloned())
        .kill_on_drop(true)
        .spawn(pts)
        .ok()?;
    let (mut output, mut input) = pty.into_split();
    let typing = async {
        while let Some(event) = inbox.next().await {
            match event {
                ChannelEvent::Data(bytes) => {
                    let taken = input.write_all(&bytes).await.is_ok();
                    if !taken || outlet.credit(bytes.len()).await.is_err() {
                        break;
                    }
                }
                ChannelEvent::Resize { columns, rows, .. } => drop(input.resize(size(columns, rows))),
                ChannelEvent::Close => break,
                _ => {}
            }
        }
    };
    tokio::select! {
        () = copy_out(&mut output, outlet, false) => {}
        () = typing => return None,
    }
    child.wait().await.ok().and_then(|status| status.code()).map(i32::cast_unsigned)
}

async fn on_pipes(
    mut inbox: Inbox,
    outlet: &Outlet,
    command: Option<String>,
    env: &[(String, String)],
) -> Option<u32> {
    let mut child = tokio::process::Command::new(shell())
        .args(arguments(command))
        .envs(env.iter().cloned())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .ok()?;
    let (mut input, mut output, mut errors) =
        (child.stdin.take(), child.stdout.take()?, child.stderr.take()?);
    let typing = async {
        while let Some(event) = inbox.next().await {
            match event {
                ChannelEvent::Data(bytes) => {
                    if let Some(pipe) = &mut input
                        && pipe.write_all(&bytes).await.is_err()
                    {
                        input = None;
                    }
                    if outlet.credit(bytes.len()).await.is_err() {
                        break;
                    }
                }
                ChannelEvent::Eof => input = None,
                ChannelEvent::Close => break,
                _ => {}
            }
        }
    };
    let showing =
        async { tokio::join!(copy_out(&mut output, outlet, false), copy_out(&mut errors, outlet, true)) };
    tokio::select! {
        _ = showing => {}
        () = typing => return None,
    }
    child.wait().await.ok().and_then(|status| status.code()).map(i32::cast_unsigned)
}

async fn copy_out(from: &mut (impl AsyncRead + Unpin), outlet: &Outlet, errors: bool) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(n @ 1..) = from.read(&mut buffer).await {
        let bytes = bytes::Bytes::copy_from_slice(buffer.get(..n).unwrap_or_default());
        let sent = if errors { outlet.errors(bytes).await } else { outlet.data(bytes).await };
        if sent.is_err() {
            return;
        }
    }
}

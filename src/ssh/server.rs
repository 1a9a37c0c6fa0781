//! The gateway as an SSH server: one connection, from its first byte to a proven login and its channels.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::algorithms::{self, Client};
use super::front::Front;
use super::line::Line;
use super::slots::{Broken, Slots};
use super::{HostKey, MAX_PACKET, WINDOW};
use crate::domain::AsciiText;

pub use super::authenticator::{AuthAnswer, AuthMethods, Authenticator, OfferedKey, Proof};
pub use super::incoming::{Direct, Incoming};

#[derive(Debug, Clone)]
pub struct Settings {
    pub host_key: HostKey,
    /// Shown to clients that cannot use the first one.
    pub other_host_key: Option<HostKey>,
    /// Silence after which the client is asked whether it lives; three unanswered end the connection.
    /// `None`: never.
    pub keepalive: Option<Duration>,
    /// How long every refusal takes at least, so that its cause does not show in the time. A step of several that was
    /// right is told at once.
    pub refusal: Duration,
    /// Channels open at once on one connection.
    pub channels: usize,
}

/// What we call ourselves (RFC 4253 section 4.2).
const IDENTIFICATION: &str = "SSH-2.0-Juyong";

/// All that a client hears who is turned away before anything is exchanged: who we are, and SSH_MSG_DISCONNECT
/// with reason 12, too many connections (RFC 4253 sections 6 and 11.1). Clients show the text to the person.
pub fn last_word(text: &AsciiText) -> Vec<u8> {
    const BLOCK: usize = 8;
    let text = text.as_str().as_bytes();
    let mut message = vec![1, 0, 0, 0, 12];
    for field in [text, b""] {
        message.extend(u32::try_from(field.len()).unwrap_or_default().to_be_bytes());
        message.extend(field);
    }
    // The packet's length without itself, the padding's length, the message, the padding: whole blocks.
    let padding = 2 * BLOCK - (5 + message.len()) % BLOCK;
    let length = u32::try_from(1 + message.len() + padding).unwrap_or_default();
    let mut word = format!("{IDENTIFICATION}\r\n").into_bytes();
    word.extend(length.to_be_bytes());
    word.push(u8::try_from(padding).unwrap_or_default());
    word.extend(message);
    word.extend(std::iter::repeat_n(0, padding));
    word
}

/// The server's side of every connection.
#[derive(Clone)]
pub struct Server {
    config: Arc<russh::server::Config>,
    host_key: HostKey,
    channels: usize,
}

impl Server {
    pub fn new(settings: &Settings) -> Self {
        use russh::{MethodKind, MethodSet, SshId};
        let methods = [MethodKind::PublicKey, MethodKind::Password, MethodKind::KeyboardInteractive];
        let other = settings.other_host_key.as_ref().unwrap_or(&settings.host_key);
        let configured = |kind: Client| russh::server::Config {
            server_id: SshId::Standard(IDENTIFICATION.into()),
            methods: MethodSet::from(methods.as_slice()),
            auth_rejection_time: settings.refusal,
            auth_rejection_time_initial: Some(Duration::ZERO),
            keys: vec![(*if kind.host_key { &settings.host_key } else { other }.0.0).clone()],
            window_size: WINDOW,
            maximum_packet_size: MAX_PACKET,
            event_buffer_size: 16,
            channel_buffer_size: 1, // nobody reads these queues: events go to the inboxes
            preferred: kind.offered(),
            max_auth_attempts: 10,
            inactivity_timeout: None, // the grant's own idle rule is the session's to keep
            keepalive_interval: settings.keepalive,
            keepalive_max: 3,
            nodelay: true,
            manual_window: true,
            ..Default::default()
        };
        let each: Vec<_> = Client::kinds().map(|kind| (kind, Arc::new(configured(kind)))).collect();
        let signs = settings.host_key.algorithms();
        let answer = move |offer: &russh::KexOffer| {
            let client = Client::of(offer, &signs);
            each.iter().find(|(kind, _)| *kind == client).map(|(_, config)| Arc::clone(config))
        };
        let config = Arc::new(russh::server::Config {
            answer: Some((algorithms::PATIENCE, Arc::new(answer))),
            ..configured(Client::SILENT)
        });
        Self { config, host_key: settings.host_key.clone(), channels: settings.channels }
    }

    /// The key by which clients know this server.
    pub fn host_key(&self) -> &HostKey {
        &self.host_key
    }

    /// Speaks SSH on `stream` until somebody is proven. Dropping the future cuts the line.
    pub async fn accept<A, S>(
        &self,
        stream: S,
        authenticator: A,
    ) -> Result<(ServerConnection, A::Login), Ended>
    where
        A: Authenticator,
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let cut = CancellationToken::new();
        let line = Line::new(stream, cut.clone());
        let guard = cut.drop_guard();
        // As many wait to be looked at as a connection may have: a client that opens them together with its login
        // is not a flood.
        let (opened, incoming) = mpsc::channel(self.channels);
        let (proven, login) = oneshot::channel();
        let front = Front::new(authenticator, proven, opened, self.channels);
        let slots = front.slots();
        let session = russh::server::run_stream(Arc::clone(&self.config), line, front)
            .await
            .map_err(|error| ending(Err(error)))?;
        let handle = session.handle();
        let mut running = Running(Some(Box::pin(session)));
        match login.await {
            Ok((login, client)) => {
                Ok((ServerConnection { client, incoming, slots, handle, running, _cut: guard }, login))
            }
            Err(_) => Err(running.over().await),
        }
    }
}

fn ending(result: Result<(), Broken>) -> Ended {
    match result {
        Ok(()) => Ended { reason: "the client went away".into(), cause: Cause::Left },
        Err(error) => match error.mismatch() {
            Some(mismatch) => Ended { reason: mismatch.to_string(), cause: Cause::Mismatch },
            None if error.is_fault() => Ended { reason: error.to_string(), cause: Cause::Fault },
            None => Ended { reason: error.to_string(), cause: Cause::Left },
        },
    }
}

/// The connection is over, and this ended it.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct Ended {
    reason: String,
    cause: Cause,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    Left,
    Fault,
    Mismatch,
}

impl Ended {
    /// Did the client break the rules (flooded us, sent beyond its window), rather than just leave?
    pub fn is_fault(&self) -> bool {
        self.cause == Cause::Fault
    }

    /// Had it no algorithm in common with us? The reason says what it offered.
    pub fn is_mismatch(&self) -> bool {
        self.cause == Cause::Mismatch
    }
}

/// A connection whose peer is proven. Dropping it cuts the line.
pub struct ServerConnection {
    client: String,
    incoming: mpsc::Receiver<Incoming>,
    slots: Slots,
    handle: russh::server::Handle,
    running: Running,
    _cut: DropGuard,
}

/// The library's own task for the connection; `None` once it has ended.
#[allow(clippy::type_complexity)] // named nowhere else
struct Running(Option<Pin<Box<dyn Future<Output = Result<(), Broken>> + Send>>>);

impl Running {
    /// Waits for the end of the connection. It may be asked again after it.
    async fn over(&mut self) -> Ended {
        let result = match &mut self.0 {
            Some(running) => running.await,
            None => Ok(()),
        };
        self.0 = None;
        ending(result)
    }
}

/// How long a client may take to close the channels that are closed on this side. OpenSSH ends at once where it reads a
/// disconnect, and what came on a channel just before is never shown.
const HEED: Duration = Duration::from_secs(2);

/// How long a farewell may take to leave; the line is cut after it.
const FAREWELL: Duration = Duration::from_millis(200);

impl ServerConnection {
    /// What the client calls itself (RFC 4253 §4.2).
    pub fn client(&self) -> &str {
        &self.client
    }

    /// The next thing that the client opens; an error when the connection ends, with what ended it.
    pub async fn next(&mut self) -> Result<Incoming, Ended> {
        // What was opened before the end is looked at first: the queue ends with the connection.
        match self.incoming.recv().await {
            Some(incoming) => Ok(incoming),
            None => Err(self.running.over().await),
        }
    }

    /// Once the client has heard what its channels were told: says why, waits a moment for it to leave, and cuts the line.
    pub async fn disconnect(mut self, reason: &AsciiText) {
        let _ = tokio::time::timeout(HEED, self.slots.emptied()).await; // it may not be there any more
        let reason = reason.as_str().to_owned();
        let goodbye = self.handle.disconnect(russh::Disconnect::ByApplication, reason, String::new());
        let gone = async {
            let _ = goodbye.await; // the connection may be gone already
            let _: Ended = self.running.over().await;
        };
        let _ = tokio::time::timeout(FAREWELL, gone).await;
    }
}

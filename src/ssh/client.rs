//! The gateway as an SSH client of an asset: dial, check the host key, log in, open channels.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use russh::client::{AuthResult, KeyboardInteractiveAuthResponse};
use russh::keys::{HashAlg, PrivateKeyWithHashAlg};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::channel::Half;
use super::line::Line;
use super::upstream::{Broken, Feeds, Shown, Upstream};
use super::{Channel, MAX_PACKET, Mismatch, Outlet, PrivateKey, PublicKey, WINDOW, algorithms};
use crate::domain::{Language, Legacy, Secret, Tell, Use, english, text};

/// What the gateway logs in with. It never leaves this process but towards the asset.
#[derive(Debug, Clone)]
pub enum Credential {
    Key(PrivateKey),
    Password(Secret),
    /// For a server that wants a password and then a one-time code, such as this gateway itself.
    TwoFactors {
        password: Secret,
        code: String,
    },
}

/// Why an asset cannot be entered. The English of each is for the journal.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    Timeout(String, Duration),
    Tcp(String, std::io::Error),
    /// It showed this one, which is not pinned.
    HostKey(Box<PublicKey>),
    Credential,
    NoCommon(Mismatch),
    Ssh(String),
}

english!(ConnectError);

impl Tell for ConnectError {
    fn told(&self, language: Language) -> String {
        match self {
            Self::Timeout(place, patience) => {
                text!(language, "connect.timeout", place = place, seconds = patience.as_secs_f64())
            }
            Self::Tcp(place, error) => {
                text!(language, "connect.tcp", place = place, error = error.told(language))
            }
            Self::HostKey(key) => text!(language, "connect.host-key", shown = key.fingerprint()),
            Self::Credential => text!(language, "connect.credential"),
            Self::NoCommon(mismatch) => {
                let Mismatch { kind, offered } = mismatch;
                text!(language, "connect.no-common", kind = kind, offered = offered)
            }
            Self::Ssh(error) => text!(language, "connect.ssh", error = error),
        }
    }
}

/// Why an asset opened no channel.
#[derive(Debug, thiserror::Error)]
pub enum NotOpened {
    /// It wants no more of them on this connection, or none at all.
    #[error("it opens no channel: {0}")]
    Refused(String),
    #[error("the connection is gone")]
    Gone,
}

/// How an asset is dialled.
#[derive(Debug, Clone)]
pub struct Dial {
    pub host: String,
    pub port: u16,
    /// For the whole of dialling, key exchange and login.
    pub timeout: Duration,
    pub keepalive: Option<Duration>,
    /// Weak algorithms that its entry in the policy asks for.
    pub legacy: Vec<Legacy>,
}

/// Reads the host key that the asset shows, without logging in.
pub async fn host_key(dial: &Dial) -> Result<PublicKey, ConnectError> {
    match connect(dial, &[], "", &Credential::Password(Secret::new(""))).await {
        Err(ConnectError::HostKey(key)) => Ok(*key),
        Err(other) => Err(other),
        Ok(_) => Err(ConnectError::Ssh("it showed no host key".into())),
    }
}

/// Opens a connection to an asset whose host key is one of `pinned`, and logs in.
pub async fn connect(
    dial: &Dial,
    pinned: &[PublicKey],
    login: &str,
    credential: &Credential,
) -> Result<AssetConnection, ConnectError> {
    let late = || ConnectError::Timeout(format!("{}:{}", dial.host, dial.port), dial.timeout);
    tokio::time::timeout(dial.timeout, handshake(dial, pinned, login, credential))
        .await
        .map_err(|_| late())?
}

async fn handshake(
    dial: &Dial,
    pinned: &[PublicKey],
    login: &str,
    credential: &Credential,
) -> Result<AssetConnection, ConnectError> {
    let tcp = |error| ConnectError::Tcp(format!("{}:{}", dial.host, dial.port), error);
    let stream = TcpStream::connect((dial.host.as_str(), dial.port)).await.map_err(tcp)?;
    stream.set_nodelay(true).map_err(tcp)?;
    let cut = CancellationToken::new();
    let line = Line::new(stream, cut.clone());
    let guard = cut.drop_guard();
    let feeds = Feeds::default();
    let shown = Arc::<Mutex<Shown>>::default();
    let upstream = Upstream { pinned: pinned.to_vec(), shown: Arc::clone(&shown), feeds: feeds.clone() };
    let connected = russh::client::connect_stream(config(dial, pinned), line, upstream).await;
    let shown = || std::mem::take(&mut *shown.lock().unwrap_or_else(PoisonError::into_inner));
    let mut handle = connected.map_err(|error| match shown().refused {
        Some(key) => ConnectError::HostKey(Box::new(key)),
        None => failed(&error),
    })?;
    let mut weak = shown().weak;
    weak.extend(log_in(&mut handle, dial, login, credential).await?);
    weak.sort_unstable();
    weak.dedup();
    Ok(AssetConnection { handle: Arc::new(handle), feeds, weak, _cut: guard })
}

fn failed(error: &Broken) -> ConnectError {
    match error {
        Broken::Ssh(inner) => {
            Mismatch::of(inner).map_or_else(|| ConnectError::Ssh(error.to_string()), ConnectError::NoCommon)
        }
        Broken::Flooded(_) => ConnectError::Ssh(error.to_string()),
    }
}

fn config(dial: &Dial, pinned: &[PublicKey]) -> Arc<russh::client::Config> {
    let known: Vec<_> = pinned.iter().map(|key| key.0.algorithm()).collect();
    Arc::new(russh::client::Config {
        client_id: russh::SshId::Standard("SSH-2.0-Juyong".into()),
        window_size: WINDOW,
        maximum_packet_size: MAX_PACKET,
        channel_buffer_size: 1, // nobody reads these queues: events go to the inboxes
        preferred: algorithms::towards_assets(&known, &dial.legacy),
        gex: group_sizes(),
        inactivity_timeout: None,
        keepalive_interval: dial.keepalive,
        keepalive_max: 3,
        nodelay: true,
        manual_window: true,
        ..Default::default()
    })
}

/// In bits, of a group that the asset picks (RFC 4419). Shorter ones are not worth a name of their own in `legacy`.
fn group_sizes() -> russh::client::GexParams {
    russh::client::GexParams::new(2048, 3072, 8192).unwrap_or_default()
}

/// Logs in; the answer names a weak signature that was needed for it.
async fn log_in(
    handle: &mut russh::client::Handle<Upstream>,
    dial: &Dial,
    login: &str,
    credential: &Credential,
) -> Result<Option<Legacy>, ConnectError> {
    let ssh = |error: russh::Error| ConnectError::Ssh(error.to_string());
    let mut weak = None;
    let accepted = match credential {
        Credential::Key(key) => {
            let known = handle.best_supported_rsa_hash().await.map_err(ssh)?.flatten();
            let is_rsa = key.0.algorithm().is_rsa();
            weak = dial.legacy.iter().copied().find(|legacy| {
                // A server that does not say what it takes is older than SHA-2 in signatures.
                is_rsa && known.is_none() && legacy.is_for(Use::Signature)
            });
            let hash = if weak.is_some() { None } else { known.or(Some(HashAlg::Sha512)) };
            let key = PrivateKeyWithHashAlg::new(Arc::clone(&key.0), hash);
            matches!(handle.authenticate_publickey(login, key).await.map_err(ssh)?, AuthResult::Success)
        }
        Credential::Password(password) => {
            let text = password.expose_str().ok_or(ConnectError::Credential)?;
            matches!(handle.authenticate_password(login, text).await.map_err(ssh)?, AuthResult::Success)
                || answer_prompts(handle, login, text).await.map_err(ssh)?
        }
        Credential::TwoFactors { password, code } => {
            let text = password.expose_str().ok_or(ConnectError::Credential)?;
            let first = handle.authenticate_password(login, text).await.map_err(ssh)?;
            matches!(first, AuthResult::Failure { partial_success: true, .. })
                && answer_prompts(handle, login, code).await.map_err(ssh)?
        }
    };
    accepted.then_some(weak).ok_or(ConnectError::Credential)
}

/// Servers that take a password only by keyboard-interactive: one hidden prompt is the password.
async fn answer_prompts(
    handle: &mut russh::client::Handle<Upstream>,
    login: &str,
    password: &str,
) -> Result<bool, russh::Error> {
    use KeyboardInteractiveAuthResponse as Reply;
    let mut reply = handle.authenticate_keyboard_interactive_start(login, None::<String>).await?;
    for _ in 0..4 {
        let answers = match &reply {
            Reply::Success => return Ok(true),
            Reply::Failure { .. } => return Ok(false),
            Reply::InfoRequest { prompts, .. } => match prompts.as_slice() {
                [] => vec![],
                [prompt] if !prompt.echo => vec![password.to_owned()],
                _ => return Ok(false),
            },
        };
        reply = handle.authenticate_keyboard_interactive_respond(answers).await?;
    }
    Ok(false)
}

/// A connection to an asset, logged in. Dropping it cuts the line.
pub struct AssetConnection {
    handle: Arc<russh::client::Handle<Upstream>>,
    feeds: Feeds,
    weak: Vec<Legacy>,
    _cut: DropGuard,
}

impl AssetConnection {
    /// Opens a session channel.
    pub async fn session(&self) -> Result<Channel, NotOpened> {
        let handle = Arc::clone(&self.handle);
        self.open(async move { handle.channel_open_session().await }).await
    }

    /// Has the asset connect to `host:port`; an error when it cannot or will not.
    pub async fn direct(&self, host: &str, port: u16) -> Result<Channel, NotOpened> {
        let (handle, host) = (Arc::clone(&self.handle), host.to_owned());
        let opening =
            async move { handle.channel_open_direct_tcpip(host, u32::from(port), "127.0.0.1", 0).await };
        self.open(opening).await
    }

    /// Is the connection still there?
    pub fn alive(&self) -> bool {
        !self.handle.is_closed()
    }

    /// The weak algorithms that this connection needed.
    pub fn weak(&self) -> &[Legacy] {
        &self.weak
    }

    /// In a task of its own: whoever gives up meanwhile leaves no channel behind, since what nobody takes closes
    /// itself.
    async fn open<F>(&self, opening: F) -> Result<Channel, NotOpened>
    where
        F: Future<Output = Result<russh::Channel<russh::client::Msg>, russh::Error>> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        let feeds = self.feeds.clone();
        tokio::spawn(async move {
            let opened = opening.await.map(|channel| adopt(&feeds, channel));
            let _ = tell.send(opened); // given up meanwhile
        });
        told.await.map_err(|_| NotOpened::Gone)?.map_err(|error| match error {
            russh::Error::ChannelOpenFailure(reason) => NotOpened::Refused(format!("{reason:?}")),
            _ => NotOpened::Gone,
        })
    }
}

fn adopt(feeds: &Feeds, channel: russh::Channel<russh::client::Msg>) -> Channel {
    let inbox = feeds.claim(channel.id());
    let (_, half) = channel.split(); // its queue is not ours: see `inbox`
    Channel { inbox, outlet: Arc::new(Outlet::new(Half::Client(Arc::new(half)))) }
}

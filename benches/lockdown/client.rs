//! An SSH client that logs in with a key and a code.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use russh::client::{self, AuthResult, Handle, KeyboardInteractiveAuthResponse as Reply};
use russh::keys::{PrivateKey, PrivateKeyWithHashAlg, PublicKeyOrCertificate};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// Takes any host key: the server is the bench's own.
pub(crate) struct Trusting;

impl client::Handler for Trusting {
    type Error = russh::Error;

    async fn check_server_key(&mut self, _key: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        Ok(true)
    }
}

/// A connection that has proven its factors.
pub(crate) type Connection = Handle<Trusting>;

/// What somebody logs in with.
#[derive(Clone)]
pub(crate) struct Login {
    pub(crate) port: u16,
    pub(crate) user: String,
    pub(crate) key: Arc<PrivateKey>,
    pub(crate) code: String,
}

/// How long a login may take on a machine that is busy with thousands.
const PATIENCE: Duration = Duration::from_secs(60);

impl Login {
    pub(crate) async fn connect(&self) -> Result<Connection, String> {
        let late = |_| format!("{}: not logged in within {PATIENCE:?}", self.user);
        let connected = tokio::time::timeout(PATIENCE, self.prove()).await.map_err(late)?;
        connected.map_err(|error| format!("{}: {error}", self.user))
    }

    async fn prove(&self) -> Result<Connection, russh::Error> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        stream.set_nodelay(true)?;
        self.over(stream).await
    }

    /// Logs in over a stream that is there.
    pub(crate) async fn over<S>(&self, stream: S) -> Result<Connection, russh::Error>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let mut connection = client::connect_stream(config(), stream, Trusting).await?;
        let key = PrivateKeyWithHashAlg::new(Arc::clone(&self.key), None);
        let first = connection.authenticate_publickey(&self.user, key).await?;
        let AuthResult::Failure { partial_success: true, .. } = first else {
            return Err(russh::Error::NotAuthenticated);
        };
        let asked = connection.authenticate_keyboard_interactive_start(&self.user, None::<String>).await?;
        let Reply::InfoRequest { .. } = asked else { return Err(russh::Error::NotAuthenticated) };
        let answers = vec![self.code.clone()];
        match connection.authenticate_keyboard_interactive_respond(answers).await? {
            Reply::Success => Ok(connection),
            _ => Err(russh::Error::NotAuthenticated),
        }
    }
}

/// The cheapest that is still common: the clients share the machine with what is measured.
fn config() -> Arc<client::Config> {
    let preferred = russh::Preferred {
        kex: Cow::Borrowed(&[russh::kex::CURVE25519]),
        cipher: Cow::Borrowed(&[russh::cipher::AES_256_GCM]),
        compression: Cow::Borrowed(&[russh::compression::NONE]),
        ..Default::default()
    };
    Arc::new(client::Config { preferred, nodelay: true, ..Default::default() })
}

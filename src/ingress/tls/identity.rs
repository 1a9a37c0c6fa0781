//! The server's certificate: from configured files, which may change while the gateway runs, or the gateway's own,
//! which is renewed.

use std::fmt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};
use tokio_rustls::rustls::crypto::CryptoProvider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;

use super::error::TlsError;
use super::provider::provider;
use crate::authority::{self, Authority, Names, Pair};
use crate::config::{Config, PemFiles};
use crate::domain::Secret;
use crate::platform::key_file::{self, KeyFileFault};
use crate::platform::regular;

/// How often is asked whether the gateway's own certificate wants renewing.
const RENEWAL: SignedDuration = SignedDuration::from_hours(1);

enum Source {
    Files(PemFiles),
    Own { authority: Box<Authority>, names: Names },
}

/// What was looked at last, so that one change is told once.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    Files([Option<Stamp>; 2]),
    Own(Timestamp),
}

/// Tells one state of a file from another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    inode: u64,
    len: u64,
    changed: (i64, i64),
}

pub(super) struct Identity {
    source: Source,
    provider: Arc<CryptoProvider>,
    current: ArcSwap<CertifiedKey>,
    seen: Mutex<Seen>,
}

impl Identity {
    pub(super) fn open(
        config: &Config,
        authority: &Authority,
        provider: Arc<CryptoProvider>,
        now: Timestamp,
    ) -> Result<Self, TlsError> {
        let source = match config.tunnel.tls_server.clone() {
            Some(files) => Source::Files(files),
            None => Source::Own { authority: Box::new(authority.clone()), names: server_names(config) },
        };
        let seen = Mutex::new(source.look(now));
        let current = ArcSwap::from_pointee(source.load(&provider, now)?);
        Ok(Self { source, provider, current, seen })
    }

    /// Takes a changed certificate into use. One that cannot be used leaves the old one, and a line in the log.
    pub(super) fn refresh(&self, now: Timestamp) {
        let look = self.source.look(now);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !seen.is_stale(&look) {
            return;
        }
        *seen = look;
        match self.source.load(&self.provider, now) {
            Ok(fresh) if fresh.cert == self.current.load().cert => {}
            Ok(fresh) => {
                self.current.store(Arc::new(fresh));
                tracing::info!("the TLS server's certificate was reloaded");
            }
            Err(error) => {
                tracing::warn!(%error, "the TLS server's certificate was not reloaded: the old one stays")
            }
        }
    }
}

impl Seen {
    fn is_stale(&self, look: &Self) -> bool {
        match (self, look) {
            (Self::Own(last), Self::Own(now)) => now.duration_since(*last) >= RENEWAL,
            _ => self != look,
        }
    }
}

impl Source {
    /// Before loading: a change in between is then seen the next time.
    fn look(&self, now: Timestamp) -> Seen {
        match self {
            Self::Files(files) => Seen::Files([&files.certificate, &files.key].map(|file| Stamp::of(file))),
            Self::Own { .. } => Seen::Own(now),
        }
    }

    fn load(&self, provider: &CryptoProvider, now: Timestamp) -> Result<CertifiedKey, TlsError> {
        let pair = match self {
            Self::Files(files) => read(files).map_err(TlsError::Server)?,
            Self::Own { authority, names } => authority.server(names, now)?,
        };
        if authority::lifetime(&pair.certificate).is_some_and(|(_, until)| now >= until) {
            tracing::warn!("the TLS server's certificate is too old: clients will not accept it");
        }
        certified(&pair, provider).map_err(TlsError::Server)
    }
}

impl Stamp {
    fn of(file: &Path) -> Option<Self> {
        let about = std::fs::metadata(file).ok()?;
        let changed = (about.mtime(), about.mtime_nsec());
        Some(Self { inode: about.ino(), len: about.len(), changed })
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(…)")
    }
}

impl ResolvesServerCert for Identity {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.load_full())
    }
}

fn read(files: &PemFiles) -> Result<Pair, String> {
    let at = files.certificate.display();
    let certificate = regular::read_linked(&files.certificate).map_err(|error| format!("{at}: {error}"))?;
    let certificate = String::from_utf8(certificate).map_err(|_| format!("{at}: this is not PEM"))?;
    Ok(Pair { certificate, key: private(&files.key)? })
}

fn private(file: &Path) -> Result<Secret, String> {
    let at = file.display();
    key_file::read_linked(file).map_err(|fault| match fault {
        KeyFileFault::Missing => format!("{at}: it is missing"),
        KeyFileFault::Exposed { mode } => {
            format!("{at}: others than its owner may read it (mode {mode:04o}): run chmod 600 on it")
        }
        KeyFileFault::Failed(error) => format!("{at}: {error}"),
    })
}

fn certified(pair: &Pair, provider: &CryptoProvider) -> Result<CertifiedKey, String> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(pair.certificate.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|error| format!("the certificate is not PEM: {error}"))?;
    if chain.is_empty() {
        return Err(
            "there is no certificate in the file: give the chain in PEM, the server's own first".into()
        );
    }
    let key = PrivateKeyDer::from_pem_slice(pair.key.expose())
        .map_err(|_| "the key is not a private key in PEM, or has a passphrase".to_owned())?;
    CertifiedKey::from_der(chain, key, provider)
        .map_err(|error| format!("certificate and key cannot be used together: {error}"))
}

/// Would this pair be served, and until when?
///
/// # Errors
/// Says what is wrong with it.
pub fn check_pair(files: &PemFiles) -> Result<Timestamp, String> {
    let pair = read(files)?;
    certified(&pair, &provider())?;
    let (_, until) = authority::lifetime(&pair.certificate).ok_or("the certificate cannot be read")?;
    Ok(until)
}

/// What clients may call this gateway: the host's name, the addresses that TLS listens on, and the tunnel's endpoint.
pub fn server_names(config: &Config) -> Names {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let listened = config.listen.tls.iter().map(|address| address.ip().to_canonical());
    let listened = listened.filter(|address| !address.is_unspecified()).map(|address| address.to_string());
    let endpoint = config.tunnel.endpoint.as_deref().and_then(|endpoint| endpoint.rsplit_once(':'));
    let endpoint = endpoint.map(|(host, _)| host.trim_matches(['[', ']']).to_owned());
    Names::new([host, "localhost".to_owned()].into_iter().chain(listened).chain(endpoint))
}

//! Why TLS is not served.

use tokio_rustls::rustls;

use crate::authority::AuthorityError;

/// Why TLS is not served.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    #[error("tunnel.tls_server: {0}")]
    Server(String),
    #[error("TLS cannot be set up: {0}")]
    Library(#[from] rustls::Error),
    #[error("the authority's certificate cannot be used: {0}")]
    Root(String),
}

//! Why TLS is not served.

use tokio_rustls::rustls;

use crate::authority::AuthorityError;
use crate::domain::{Language, Tell, english, text};

/// Why TLS is not served.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    Authority(#[from] AuthorityError),
    /// `[tunnel] tls_server` cannot be used.
    Server(String),
    Library(#[from] rustls::Error),
    /// The authority's certificate cannot be used.
    Root(String),
}

english!(TlsError);

impl Tell for TlsError {
    fn told(&self, language: Language) -> String {
        match self {
            Self::Authority(error) => error.told(language),
            Self::Server(why) => text!(language, "tls.server", why = why),
            Self::Library(error) => text!(language, "tls.library", error = error),
            Self::Root(why) => text!(language, "tls.root", why = why),
        }
    }
}

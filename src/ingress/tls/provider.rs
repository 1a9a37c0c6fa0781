//! The cryptography of TLS.

use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};

/// With the hybrid key exchange before the others: what is recorded today stays secret from tomorrow's machines.
pub(super) fn provider() -> CryptoProvider {
    let mut provider = aws_lc_rs::default_provider();
    let hybrid = aws_lc_rs::kx_group::X25519MLKEM768;
    provider.kx_groups.sort_by_key(|group| group.name() != hybrid.name());
    provider
}

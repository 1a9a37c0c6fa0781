//! Randomness from the operating system. It can fail (early at boot, in a broken sandbox), and then
//! nothing that needs it may go on.

use crate::domain::{Language, Tell, english, text};

/// The operating system gave no random bytes.
#[derive(Debug, Clone, thiserror::Error)]
pub struct RandomError {
    reason: String,
}

english!(RandomError);

impl Tell for RandomError {
    fn told(&self, language: Language) -> String {
        text!(language, "os.random", reason = self.reason)
    }
}

/// 64 random bits, for ids.
///
/// # Errors
/// When the operating system gives none.
pub fn bits() -> Result<u64, RandomError> {
    bytes().map(u64::from_le_bytes)
}

/// `N` random bytes, fit for keys and nonces.
///
/// # Errors
/// When the operating system gives none.
pub fn bytes<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| RandomError { reason: error.to_string() })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #[test]
    fn two_draws_differ() {
        assert_ne!(super::bytes::<32>().ok(), super::bytes::<32>().ok());
    }
}

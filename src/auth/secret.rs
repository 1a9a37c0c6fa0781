//! What is wrong with the secret of one-time codes.

/// Text that is not a secret for codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSecret {
    #[error("the code secret is not Base32: letters a to z and digits 2 to 7 are expected")]
    NotBase32,
    #[error("the code secret is shorter than 80 bits; draw a new one")]
    Short,
    #[error("the code secret is not hexadecimal: pairs of the digits 0 to 9 and a to f are expected")]
    NotHex,
    #[error("a code secret of GM/T 0021 has 16 to 64 bytes: 32 to 128 hexadecimal digits")]
    GmLength,
}

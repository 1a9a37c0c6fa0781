//! Who somebody is, and how they prove it: factors, the steps of one login, and what a failure costs.
//!
//! Pure: moments, salts and secrets are parameters. Nothing here knows whether an account exists, so
//! nothing here can tell.

pub mod attestation;
pub mod certificate;
pub mod code;
pub mod gm_otp;
pub mod password;
pub mod totp;

mod common;
mod factors;
mod machine;
mod paper;
mod secret;
mod security_key;

pub use factors::{Alternatives, Factor, Factors, InvalidFactors};
pub use machine::{Attempt, LoginQuestion, Methods, Next, Step};
pub use paper::PaperCode;
pub use security_key::SecurityKeyUse;

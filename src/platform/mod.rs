//! What the process gets from its machine: time, randomness, files and files that hold one secret, and the
//! places where a test may let it die.

pub mod clock;
pub(crate) mod failpoint;
pub mod host_user;
pub mod key_file;
pub mod key_pair;
pub mod random;
pub mod regular;
mod system_error;

pub use system_error::SystemError;

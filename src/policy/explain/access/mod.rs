//! Who may reach what: one question put for every account, asset, login and protocol that it leaves open.

mod ask;
mod found;
mod inquiry;
mod sources;
mod spans;
mod uses;

pub use found::Access;
pub use inquiry::Inquiry;

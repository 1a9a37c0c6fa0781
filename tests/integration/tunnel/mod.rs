//! Logins that come by WireGuard.

mod client;
mod flood;
mod net;
mod real;
mod scan;

//! Juyong: a bastion host. ARCHITECTURE.md has the map; `session` tells the life of one session.

pub mod chance;
pub mod clock;
pub mod config;
pub mod domain;
pub mod event;
pub mod evidence;
pub mod journal;
pub mod lockdown;
pub mod policy;
pub mod ssh;
pub mod store;
pub mod vault;

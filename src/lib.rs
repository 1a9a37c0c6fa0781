//! Juyong: a bastion host. ARCHITECTURE.md has the map; `session` tells the life of one session.

pub mod auth;
pub mod domain;
pub mod event;
pub mod evidence;
pub mod files;
pub mod recorder;
pub mod ssh;

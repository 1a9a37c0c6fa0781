//! Juyong: a bastion host. ARCHITECTURE.md has the map; `session` tells the life of one session.

pub mod domain;
pub mod event;
pub mod files;
pub mod ssh;

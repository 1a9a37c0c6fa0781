//! Juyong: a bastion host. ARCHITECTURE.md has the map; [`ssh_session`] tells the life of one session.

rust_i18n::i18n!("locales", fallback = "en");

pub mod access;
pub mod admin;
pub mod approval;
pub mod auth;
pub mod authority;
mod cli;
pub mod command;
pub mod config;
pub mod console;
mod demo;
pub mod device;
mod diagnostic;
mod doctor;
pub mod domain;
pub mod event;
pub mod evidence;
pub mod files;
pub mod gateway;
pub mod guard;
pub mod ingress;
pub mod journal;

pub mod lockdown;
pub mod platform;
pub mod policy;
pub mod recorder;
pub mod roster;
pub mod ssh;
pub mod ssh_session;
pub mod store;
pub mod strict;
pub mod terminal;
pub mod vault;

pub use cli::main;

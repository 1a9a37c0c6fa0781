//! The rooms of the house, who may use whom, and what may not be named where.

use std::collections::{BTreeMap, BTreeSet};

use crate::arrows::Uses;
use crate::tree::Tree;

/// Rooms from the bottom up (ARCHITECTURE.md has the reasons). Rooms of one layer may use each other.
const LAYERS: &[&[&str]] = &[
    &["domain"],
    &["terminal"],
    &[
        "approval",
        "auth",
        "command",
        "device",
        "diagnostic",
        "event",
        "evidence",
        "files",
        "guard",
        "lockdown",
        "policy",
        "roster",
        "strict",
    ],
    &["authority", "platform", "config", "journal", "recorder", "store", "vault"],
    &["access"],
    &["admin"],
    &["ingress", "ssh"],
    &["ssh_session"],
    &["console"],
    &["cli", "demo", "doctor", "gateway"],
];

/// The layers of rooms that wait for nothing and touch nothing.
const PURE: usize = 3;

/// Libraries that only one place may name.
const OWNERS: &[(&str, &[&str])] = &[
    ("russh", &["ssh"]),
    ("sqlx", &["store"]),
    ("clap", &["console", "cli", "demo"]),
    ("clap_complete", &["console"]),
    ("aes_gcm", &["vault"]),
    ("argon2", &["auth"]),
    ("totp_rs", &["auth"]),
    ("sm3", &["auth"]),
    ("pty_process", &["demo"]),
    ("rcgen", &["authority"]),
    ("tokio_rustls", &["ingress"]),
    ("x509_parser", &["auth", "authority"]),
    ("webpki", &["auth"]),
    ("ciborium", &["auth"]),
    ("vt100", &["terminal"]),
    ("ed25519_dalek", &["evidence"]),
    ("x25519_dalek", &["platform"]),
    ("boringtun", &["ingress"]),
    ("calamine", &["roster"]),
    ("toml_edit", &["roster"]),
    ("zip", &["roster"]),
    ("quinn_udp", &["ingress"]),
    ("smoltcp", &["ingress"]),
];

/// What the pure rooms may not touch: no files, no sockets, no clock, no chance. The beginning of a path.
const IMPURE: &[&str] = &[
    "tokio::",
    "std::fs",
    "std::net::Tcp",
    "std::net::Udp",
    "std::thread",
    "std::env",
    "std::time::Instant::now",
    "std::time::SystemTime::now",
    "jiff::Timestamp::now",
    "jiff::Zoned::now",
    "getrandom::",
    "rand::",
];

/// What a room may not name besides: a library, a macro, a type by the end of its path, or a room (`crate::ssh` is also
/// `crate::ssh_session`).
const CLOSED: &[(&[&str], &[&str])] = &[
    (&["access"], &["russh", "crate::ssh", "crate::console", "clap", "print", "println"]),
    (&["admin"], &["russh", "crate::ssh", "crate::console", "clap", "print", "println", "::Out"]),
];

/// Libraries whose names begin a path only with `::` behind them may be named alone: in `use`, in an attribute.
fn begins(path: &str, with: &str) -> bool {
    path.starts_with(with) || with.strip_suffix("::").is_some_and(|library| path == library)
}

fn layer(room: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&room))
}

/// The crate's own two files stand over all rooms.
fn in_rooms(files: &BTreeMap<String, Uses>) -> impl Iterator<Item = (&str, &str, &Uses)> {
    let below = files.iter().filter(|(file, _)| !matches!(file.as_str(), "lib.rs" | "main.rs"));
    below.map(|(file, uses)| (Tree::room(file), file.as_str(), uses))
}

pub fn upward(files: &BTreeMap<String, Uses>) -> Vec<String> {
    let mut faults = Vec::new();
    for (room, file, uses) in in_rooms(files) {
        let Some(own) = layer(room) else {
            faults.push(format!("{file}: room {room} has no layer: name it in tests/architecture/rooms.rs"));
            continue;
        };
        for (other, said) in uses.arrows.iter().chain(&uses.signposts) {
            let above = Tree::room(other);
            if layer(above).is_some_and(|layer| layer > own) {
                faults.push(format!("{file}: {room} uses {above}, which lies above: {said}"));
            }
        }
    }
    faults
}

pub fn strangers(files: &BTreeMap<String, Uses>) -> Vec<String> {
    let mut faults = Vec::new();
    for (room, file, uses) in in_rooms(files) {
        for (library, owners) in OWNERS.iter().filter(|(_, owners)| !owners.contains(&room)) {
            if uses.libraries.iter().any(|path| path.split("::").next() == Some(*library)) {
                faults.push(format!("{file}: {library} belongs to {owners:?}"));
            }
        }
    }
    faults
}

pub fn impure(files: &BTreeMap<String, Uses>) -> Vec<String> {
    let mut faults = Vec::new();
    for (room, file, uses) in in_rooms(files).filter(|(room, ..)| layer(room).is_some_and(|at| at < PURE)) {
        if uses.waits {
            faults.push(format!("{file}: {room} is pure, and waits (async, .await)"));
        }
        let touched = uses.libraries.iter().filter(|path| IMPURE.iter().any(|impure| begins(path, impure)));
        faults.extend(touched.map(|path| format!("{file}: {room} is pure, and names {path}")));
    }
    faults
}

pub fn heart(files: &BTreeMap<String, Uses>) -> Vec<String> {
    let mut faults = Vec::new();
    for (room, file, uses) in in_rooms(files) {
        for (_, closed) in CLOSED.iter().filter(|(rooms, _)| rooms.contains(&room)) {
            let named = said(uses);
            let against = |path: &&String| closed.iter().any(|closed| hits(path, closed));
            faults.extend(
                named.iter().filter(against).map(|path| format!("{file}: {room} may not name {path}")),
            );
        }
    }
    faults
}

/// Everything that a file names: libraries, and rooms as `crate::ROOM::…`.
fn said(uses: &Uses) -> BTreeSet<String> {
    let inside = uses.arrows.iter().chain(&uses.signposts).map(|(file, said)| {
        let end = said.rsplit("::").next().unwrap_or(said);
        format!("crate::{}::{end}", file.trim_end_matches(".rs").replace('/', "::"))
    });
    inside.chain(uses.libraries.iter().cloned()).collect()
}

fn hits(path: &str, closed: &str) -> bool {
    if closed.starts_with("crate::") {
        return path.starts_with(closed);
    }
    closed.starts_with("::") && path.ends_with(closed) || path.split("::").next() == Some(closed)
}

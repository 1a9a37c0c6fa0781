//! Arrows point one way: a module may use its own layer's neighbours below it, never what lies above.
//!
//! Reads the `use crate::…` and `crate::…` paths of every source file and fails on one that points up, on a
//! module without a layer, and on a library that is named outside the one module that owns it.

#![allow(clippy::expect_used)] // a test that cannot read the source has failed

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Modules from the bottom up (ARCHITECTURE.md has the reasons). Modules of one layer may use each other.
const LAYERS: &[&[&str]] = &[
    &["domain"],
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
        "strict",
    ],
    &["authority", "platform", "config", "ingress", "journal", "live", "recorder", "ssh", "store", "vault"],
    &["console", "session"],
    &["cli", "demo", "doctor", "gateway"],
];

/// Libraries that only one place may name.
const OWNERS: &[(&str, &[&str])] = &[
    ("russh", &["ssh"]),
    ("sqlx", &["store"]),
    ("clap", &["console", "cli", "demo"]),
    ("clap_complete", &["console"]),
    ("aes_gcm", &["vault"]),
    ("argon2", &["auth"]),
    ("totp_rs", &["auth"]),
    ("pty_process", &["demo"]),
    ("rcgen", &["authority"]),
    ("tokio_rustls", &["ingress"]),
    ("x509_parser", &["authority"]),
    ("vt100", &["guard"]),
    ("x25519_dalek", &["platform"]),
    ("boringtun", &["ingress"]),
    ("quinn_udp", &["ingress"]),
    ("smoltcp", &["ingress"]),
];

/// What the pure layers may not touch: no waiting, no files, no sockets, no clock, no chance.
const IMPURE: &[&str] = &[
    "tokio::",
    "std::fs",
    "std::net::Tcp",
    "std::net::Udp",
    "std::thread",
    "std::env",
    "async fn",
    ".await",
    "Instant::now",
    "SystemTime::now",
    "Timestamp::now",
    "getrandom::",
    "rand::",
];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("src can be read") {
        let path = entry.expect("src can be read").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Each source file: its top module, its path, and its code without comments and in-file tests.
fn files() -> Vec<(String, PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&src, &mut found);
    let mut files = Vec::new();
    for path in found {
        let below = path.strip_prefix(&src).expect("it lies below src");
        let first = below.components().next().expect("it has a name").as_os_str().to_string_lossy();
        let module = first.trim_end_matches(".rs").to_owned();
        if module == "lib" || module == "main" {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source file can be read");
        let code: Vec<_> = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default()
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        files.push((module, path, code.join("\n")));
    }
    files
}

/// The modules that `code` names as `crate::MODULE`, also inside braces.
fn named(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let group = rest.strip_prefix('{').and_then(|rest| rest.split_once("};")).map(|(group, _)| group);
        for item in group.unwrap_or(rest).split(',').take(if group.is_some() { usize::MAX } else { 1 }) {
            let name: String = item.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            names.push(name);
        }
    }
    names
}

/// Whether the text stands there whole: `.await`, and not `.awaited`.
fn says(code: &str, text: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let open = text.ends_with(word);
    code.match_indices(text)
        .any(|(at, _)| !open || !code.get(at + text.len()..).unwrap_or_default().starts_with(word))
}

#[test]
fn every_module_has_a_layer_and_no_arrow_points_up() {
    let mut faults = Vec::new();
    for (module, path, code) in files() {
        let Some(own) = layer(&module) else {
            faults.push(format!("{}: module {module} has no layer: name it in this test", path.display()));
            continue;
        };
        for name in named(&code) {
            if layer(&name).is_some_and(|other| other > own) {
                faults.push(format!(
                    "{}: {module} (layer {own}) uses {name}, which lies above",
                    path.display()
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_library_is_named_by_its_owner_only() {
    let owners: BTreeMap<_, _> = OWNERS.iter().copied().collect();
    let mut faults = Vec::new();
    for (module, path, code) in files() {
        for (library, allowed) in &owners {
            let names_it =
                code.contains(&format!("use {library}::")) || code.contains(&format!("{library}::"));
            if names_it && !allowed.contains(&module.as_str()) {
                faults.push(format!("{}: {library} belongs to {allowed:?}", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_pure_layers_are_pure() {
    let mut faults = Vec::new();
    for (module, path, code) in files() {
        if layer(&module).is_some_and(|layer| layer <= 1) && !path.ends_with("tests.rs") {
            for impure in IMPURE.iter().filter(|impure| says(&code, impure)) {
                faults.push(format!("{}: {impure} in a pure layer", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_finder_finds() {
    assert_eq!(named("use crate::session::x; a(crate::domain::Y)"), ["session", "domain"]);
    assert_eq!(named("use crate::{demo, gateway::serve, policy};"), ["demo", "gateway", "policy"]);
}

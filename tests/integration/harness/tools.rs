//! The programs that the tests drive, and ports to run them on.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the ports that Linux hands out by itself, so that nobody else's connection takes one meanwhile.
const FIRST_PORT: u16 = 15_000;
const PORTS: u16 = 16_000;

/// A port that nothing listens on.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let offset = u16::try_from(std::process::id() % u32::from(PORTS)).unwrap();
    for _ in 0..PORTS {
        let port = FIRST_PORT + (offset + NEXT.fetch_add(1, Ordering::Relaxed) % PORTS) % PORTS;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no free port from {FIRST_PORT} on");
}

/// The path of an installed program.
pub fn need(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/sbin".into()])
        .map(|dir| dir.join(program))
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("{program} is not installed: run tools/test-needs"))
}

pub fn tool(program: &str) -> Command {
    Command::new(need(program))
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A program of the Python environment that `tools/test-needs` makes.
pub fn python(program: &str) -> Command {
    let path = here("target/test-venv/bin").join(program);
    assert!(path.is_file(), "{} is not there: run tools/test-needs", path.display());
    Command::new(path)
}

/// One of the scripts in tests/python.
pub fn script(name: &str) -> Command {
    let mut command = python("python3");
    command.env("PYTHONDONTWRITEBYTECODE", "1").arg(here("tests/python").join(name));
    command
}

//! A link of 200 ms between the gateway and the asset: what comes back answers keys that are long gone.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::cases::{self, BOURNE, SHARED};
use super::shell::{Kind, POLICY, Shell, unseen};
use crate::harness::Setup;

/// One way.
const DELAY: Duration = Duration::from_millis(100);

const CASES: &[&str] = &[
    "typed",
    "typed slowly",
    "erased",
    "Delete",
    "arrows",
    "Ctrl-W",
    "completion",
    "completion at once typed on",
    "a list of completions",
    "wide characters edited",
    "a long line",
    "bracketed paste",
    "pasted lines",
    "given up, then typed",
    "typed ahead",
    "a quote over lines",
];

/// Hands on what comes from `from` after [`DELAY`].
fn late(mut from: TcpStream, mut to: TcpStream) {
    let (sender, pieces) = mpsc::channel::<(Instant, Vec<u8>)>();
    std::thread::spawn(move || {
        let mut piece = [0; 16 * 1024];
        while let Ok(length @ 1..) = from.read(&mut piece) {
            if sender.send((Instant::now() + DELAY, piece[..length].to_vec())).is_err() {
                return;
            }
        }
    });
    std::thread::spawn(move || {
        for (due, piece) in pieces {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&piece).is_err() {
                return;
            }
        }
        let _ = to.shutdown(Shutdown::Both); // it may have ended
    });
}

/// The way to the asset, once it is known where that is.
fn link(listener: TcpListener, asset: u16) {
    std::thread::spawn(move || {
        for near in listener.incoming().map_while(Result::ok) {
            let far = TcpStream::connect(("127.0.0.1", asset)).unwrap();
            near.set_nodelay(true).unwrap();
            far.set_nodelay(true).unwrap();
            late(near.try_clone().unwrap(), far.try_clone().unwrap());
            late(far, near);
        }
    });
}

/// A shell behind such a link.
fn far() -> Shell {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("address = \"{}\"", listener.local_addr().unwrap());
    let asset = format!("[asset.box]\n{address}\nlogins = [\"{{login}}\"]\nhost_keys = [\"{{host_key}}\"]\n");
    // What makes the ground ready is not for the judge.
    let open = POLICY.replace("opaque = \"deny\"", "opaque = \"allow\"");
    let gateway = Setup::new().asset(&asset).policy(&open).limited("commands = [\"guarded\"]").start();
    link(listener, gateway.asset.port);
    let shell = Shell::enter(Kind::Bash, gateway);
    shell.gateway.change_policy("opaque = \"allow\"", "opaque = \"deny\"").ok();
    shell
}

#[test]
fn on_a_far_link_what_may_run_runs_and_nothing_else() {
    let mut shell = far();
    let all = [SHARED, BOURNE, cases::BASH];
    let wanted: Vec<_> = all.into_iter().flatten().filter(|case| CASES.contains(&case.name)).collect();
    assert_eq!(wanted.len(), CASES.len(), "every case is there once");
    for case in wanted {
        for program in ["good", "evil"] {
            let mut driven = shell.drive(case, program);
            // What was not seen in time is refused, and what was typed while the shell took an interrupt is thrown away by
            // its terminal: neither is what this case is about, so it is typed again.
            let lost = |fault: &String| program == "good" && unseen(fault) || fault.contains("ran []");
            if driven.as_ref().is_err_and(lost) {
                shell = far();
                driven = shell.drive(case, program);
            }
            if let Err(fault) = driven {
                panic!("{}, {program}: {fault}", case.name);
            }
        }
    }
}

//! A lot of bytes, slow readers, and memory that stays bounded.

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::harness::{Gateway, LONG, PATIENCE, within};

const GIB: u64 = 1 << 30;

/// More memory than the gateway may take on while it carries anything, in KiB: a twentieth of what is carried. Six
/// gateways side by side on two processors were seen to take 40 MiB, and one alone takes less than 32.
const GROWTH: u64 = 48 * 1024;

/// Watches the gateway's memory while `work` runs; fails where it grows too much.
fn with_bounded_memory(gateway: &Gateway, work: impl FnOnce()) {
    let (before, done) = (gateway.memory(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let peak = scope.spawn(|| {
            let mut peak = before;
            while !done.load(Ordering::Relaxed) {
                peak = peak.max(gateway.memory());
                std::thread::sleep(Duration::from_millis(100));
            }
            peak
        });
        let worked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        done.store(true, Ordering::Relaxed);
        let peak = peak.join().unwrap();
        worked.unwrap_or_else(|fault| std::panic::resume_unwind(fault));
        assert!(peak < before + GROWTH, "memory grew from {before} KiB to {peak} KiB");
    });
}

/// Sends a gibibyte through `cat` on the asset and counts what comes back, the reader starting late.
fn a_gibibyte_and_back(late: Duration) {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let mut ssh = gateway.ssh(&operator, "+box");
    with_bounded_memory(&gateway, || {
        let mut zeros =
            Command::new("head").args(["-c", "1G", "/dev/zero"]).stdout(Stdio::piped()).spawn().unwrap();
        ssh.arg("cat").stdin(zeros.stdout.take().unwrap()).stdout(Stdio::piped());
        let mut ssh = ssh.spawn().unwrap();
        let mut out = ssh.stdout.take().unwrap();
        let counted = std::thread::spawn(move || {
            std::thread::sleep(late);
            std::io::copy(&mut out, &mut std::io::sink()).unwrap()
        });
        let status = within(LONG, "a gibibyte there and back", || ssh.try_wait().unwrap());
        assert!(status.success(), "{status}");
        assert_eq!(counted.join().unwrap(), GIB);
        zeros.wait().unwrap();
    });
    let session = gateway.ended_session();
    assert_eq!((&session["bytes_in"], &session["bytes_out"]), (&GIB.into(), &GIB.into()), "{session}");
}

#[test]
fn a_gibibyte_there_and_back_completes() {
    a_gibibyte_and_back(Duration::ZERO);
}

#[test]
fn a_gibibyte_there_and_back_completes_with_a_reader_that_sleeps_first() {
    a_gibibyte_and_back(Duration::from_secs(5));
}

#[test]
fn a_stopped_reader_holds_up_nobody_else() {
    let gateway = Gateway::usual();
    let master = gateway.master(&gateway.operator("op1"), "+box");
    let mut stopped =
        master.ssh().arg("cat /dev/zero").stdout(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
    let mut out = stopped.stdout.take().unwrap();
    with_bounded_memory(&gateway, || {
        // It flows, and then nobody reads any more.
        out.read_exact(&mut vec![0; 1 << 20]).unwrap();
        std::thread::sleep(Duration::from_secs(2));
        let mut echo = crate::harness::Running::start(master.ssh().arg("cat"));
        for number in 0..100 {
            let line = format!("line {number}\n");
            echo.send(&line);
            echo.expect(&line);
        }
        echo.wait(PATIENCE).ok();
        assert_eq!(master.exec("echo new channel").ok().text(), "new channel\n");
    });
    stopped.kill().unwrap();
    stopped.wait().unwrap();
}

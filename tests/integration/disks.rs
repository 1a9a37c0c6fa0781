//! Full disks: sessions end or do not begin, clearly; the gateway goes on, and so do they when there is room.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::harness::{Gateway, PATIENCE, Running, Setup, field, has_event, tool};

/// A small file system of its own; none where this user may not mount.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path, size: &str) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mut mount = tool("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size},mode=0700"), "none"]).arg(at);
        mount.output().unwrap().status.success().then(|| Self(at.to_owned()))
    }

    /// Leaves so many bytes free; returns the file that takes the rest.
    fn fill(&self, left: u64) -> PathBuf {
        let filler = self.0.join("filler");
        let state = rustix::fs::statvfs(&self.0).unwrap();
        let size = (state.f_bavail * state.f_frsize).saturating_sub(left);
        let mut file = fs::File::create(&filler).unwrap();
        std::io::copy(&mut std::io::repeat(0).take(size), &mut file).unwrap();
        filler
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = tool("umount").arg("-l").arg(&self.0).output(); // at worst it stays until the next boot
    }
}

/// A gateway whose recordings have a small disk of their own; none where this user may not mount one.
fn with_small_recordings(dir: &Path) -> Option<(Gateway, SmallDisk)> {
    let recordings = dir.join("recordings");
    let disk = SmallDisk::mount(&recordings, "16m")?;
    let settings = format!("recordings = \"{}\"", recordings.display());
    Some((Setup::new().settings(&settings).tables("[limits]\nmin_free = \"2MiB\"").start(), disk))
}

const SKIPPED: &str = "skipped: only root may mount the small disk that this test fills";

#[test]
fn a_full_disk_ends_sessions_and_not_the_gateway() {
    let scratch = tempfile::tempdir().unwrap();
    let Some((gateway, disk)) = with_small_recordings(scratch.path()) else { return eprintln!("{SKIPPED}") };
    let operator = gateway.operator("op1");
    let mut running =
        Running::start(gateway.ssh(&operator, "+box").arg("echo begins; read x; seq 9999; echo the end"));
    running.expect("begins");
    let filler = disk.fill(0);
    running.send("on\n");
    let out = running.wait(PATIENCE).refused("could not be recorded");
    assert!(!out.text().contains("the end"), "it was cut");
    gateway.journaled("evidence-failed", &[("what", "recording")]);
    gateway.journaled("session-ended", &[("ending", "error")]);
    gateway.journaled("space-low", &[("of", "recordings")]);

    let second = gateway.operator("op2");
    gateway.exec(&second, "+box", "true").refused("without a recording there is no session");
    gateway.exec(&second, "", "whoami").ok();
    fs::remove_file(filler).unwrap();
    assert_eq!(gateway.exec(&second, "+box", "echo again").ok().text(), "again\n");
    gateway.juyong(&["audit", "verify"]).ok();
}

/// trial 18: `yes` in one terminal filled the disk for everybody.
#[test]
fn who_fills_the_disk_ends_first_and_the_others_go_on() {
    let scratch = tempfile::tempdir().unwrap();
    let Some((gateway, _disk)) = with_small_recordings(scratch.path()) else { return eprintln!("{SKIPPED}") };
    let (flooder, typist) = (gateway.operator("op1"), gateway.operator("op2"));
    let mut typing = Running::start(gateway.ssh(&typist, "+box").arg("echo up; read x; echo got $x"));
    typing.expect("up");
    let mut yes = gateway.ssh(&flooder, "+box");
    let out = Running::run(yes.args(["-tt", "yes"]), b"", PATIENCE);
    assert_eq!(out.code(), 255, "{out}");
    let told = out.text();
    assert!(
        told.contains("the disk for recordings is nearly full"),
        "{}",
        &told[told.len().saturating_sub(300)..]
    );
    gateway.journaled("alarm", &[("alarm", "recording-limit"), ("operator", "op1")]);
    gateway.journaled("session-ended", &[("ending", "cut")]);
    typing.send("on\n");
    typing.expect("got on");
    typing.wait(PATIENCE).ok();
    gateway.exec(&gateway.operator("op3"), "+box", "true").ok();
    gateway.exec(&flooder, "+box", "true").refused("the disk for recordings is nearly full");
    assert!(!has_event(&gateway.events(), "evidence-failed", &[]), "nobody's evidence failed");
    gateway.juyong(&["audit", "verify"]).ok();
}

/// attack 2: rows that a client causes stop before the disk is full, and an officer's order still goes in.
#[test]
fn what_is_kept_for_the_database_is_kept_for_orders() {
    let gateway = Setup::new().tables("[limits]\nmin_free = \"4MiB\"").stopped().start();
    let Some(disk) = SmallDisk::mount(&gateway.path("data"), "32m") else { return eprintln!("{SKIPPED}") };
    gateway.start();
    gateway.set_credential("box");
    let (operator, officer) = (gateway.operator("op1"), gateway.operator("officer"));
    let master = gateway.master(&operator, "+box");
    master.exec("true").ok();
    let filler = disk.fill(3 << 20);
    gateway.journaled("space-low", &[("of", "database")]);
    let denied =
        |events: &[serde_json::Value]| events.iter().filter(|row| field(row, "event") == "decision").count();
    let before = denied(&gateway.events());
    for _ in 0..5 {
        assert_eq!(master.exec("true").code(), 255, "what would be a row is refused");
    }
    assert_eq!(denied(&gateway.events()), before);
    gateway.exec(&gateway.operator("op2"), "+box", "true").refused("the gateway's disk is nearly full");
    gateway.exec(&officer, "", "lockdown start --reason full --scope op2").ok();
    gateway.journaled("lockdown-started", &[("reason", "full"), ("actor", "officer")]);
    fs::remove_file(filler).unwrap();
    gateway.exec(&gateway.operator("op3"), "+box", "true").ok();
    gateway.exec(&gateway.operator("op2"), "+box", "true").refused("access is locked");
    gateway.juyong(&["audit", "verify"]).ok();
}

#[test]
fn a_full_disk_under_the_journal_lets_nobody_in() {
    let gateway = Setup::new().tables("[limits]\nmin_free = \"64KiB\"").stopped().start();
    let Some(_disk) = SmallDisk::mount(&gateway.path("data"), "8m") else {
        return eprintln!("skipped: only root may mount the small disk that this test fills");
    };
    gateway.start();
    gateway.set_credential("box");
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", "true").ok();
    let filler = gateway.path("data/filler");
    let filled = std::io::copy(&mut std::io::repeat(0), &mut fs::File::create(&filler).unwrap());
    assert!(filled.is_err(), "the disk is full");
    let mark = gateway.path("mark");
    let out = gateway.exec(&operator, "+box", &format!("touch {}", mark.display()));
    assert!(!out.status.success() && !mark.exists(), "nothing runs unjournaled: {out}");
    assert!(gateway.greets(), "it still serves");
    fs::remove_file(filler).unwrap();
    assert_eq!(gateway.exec(&gateway.operator("op2"), "+box", "echo again").ok().text(), "again\n");
    gateway.juyong(&["audit", "verify"]).ok();
}

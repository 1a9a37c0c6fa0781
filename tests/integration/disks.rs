//! Full disks: sessions end or do not begin, clearly; the gateway goes on, and so do they when there is room.

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::{Setup, field, tool};

/// A small file system of its own; none where this user may not mount.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mut mount = tool("mount");
        mount.args(["-t", "tmpfs", "-o", "size=8m,mode=0700", "none"]).arg(at);
        mount.output().unwrap().status.success().then(|| Self(at.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = tool("umount").arg("-l").arg(&self.0).output(); // at worst it stays until the next boot
    }
}

#[test]
fn a_full_disk_ends_sessions_and_not_the_gateway() {
    let scratch = tempfile::tempdir().unwrap();
    let recordings = scratch.path().join("recordings");
    let Some(_disk) = SmallDisk::mount(&recordings) else {
        return eprintln!("skipped: only root may mount the small disk that this test fills");
    };
    let gateway = Setup::new()
        .settings(&format!("recordings = \"{}\"", recordings.display()))
        .tables("[limits]\nmin_free = \"1MiB\"")
        .start();
    let operator = gateway.operator("op1");
    let out = gateway.exec(
        &operator,
        "+box",
        "echo begins; head -c 12000000 /dev/urandom | base64; echo 'the end'",
    );
    let out = out.refused("could not be recorded");
    assert!(out.text().starts_with("begins") && !out.text().contains("the end"), "it was cut");
    gateway.journaled("evidence-failed", &[("what", "recording")]);
    let told = |row: &serde_json::Value| field(row, "reason").to_lowercase().contains("no space left");
    assert!(gateway.events().iter().any(told), "the journal says what the matter was");
    gateway.journaled("session-ended", &[("ending", "error")]);

    let second = gateway.operator("op2");
    gateway.exec(&second, "+box", "true").refused("without a recording there is no session");
    gateway.exec(&second, "", "whoami").ok();
    let old = fs::read_dir(&recordings).unwrap().flatten().next().unwrap().path();
    fs::remove_dir_all(old).unwrap();
    assert_eq!(gateway.exec(&second, "+box", "echo again").ok().text(), "again\n");
    gateway.juyong(&["audit", "verify"]).ok();
}

#[test]
fn a_full_disk_under_the_journal_lets_nobody_in() {
    let gateway = Setup::new().tables("[limits]\nmin_free = \"64KiB\"").stopped().start();
    let Some(_disk) = SmallDisk::mount(&gateway.path("data")) else {
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

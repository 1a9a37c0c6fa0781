//! A shell in an empty directory, whose programs do nothing but write down how they were called.

use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::draw::PROGRAMS;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shell {
    Bash,
    Zsh,
}

/// Programs that are what they are called.
const REAL: &[&str] = &["sh", "bash", "env", "nice", "timeout", "xargs", "nohup"];
const LONGEST: Duration = Duration::from_secs(10);

pub(crate) struct Sandbox {
    dir: tempfile::TempDir,
    pub(crate) shell: Shell,
    path: PathBuf,
}

impl Sandbox {
    /// `None`: there is no such shell.
    pub(crate) fn new(shell: Shell) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let bin = dir.path().join("bin");
        std::fs::create_dir(&bin).unwrap();
        for name in REAL {
            // `sh` is bash, too: a shell without braces leaves them as they stand, which is no harm, but a difference.
            let program = if *name == "sh" { "bash" } else { name };
            let real = [Path::new("/bin"), Path::new("/usr/bin")].map(|dir| dir.join(program));
            let real = real.into_iter().find(|path| path.exists())?;
            symlink(real, bin.join(name)).unwrap();
        }
        let note = "#!/bin/sh\nprintf '%s\\0' \"$#\" \"${0##*/}\" \"$@\" >> \"$NOTES\"\ncase $0 in */f*) exit 1;; esac\n";
        let noting = dir.path().join("note");
        std::fs::write(&noting, note).unwrap();
        std::fs::set_permissions(&noting, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        for name in PROGRAMS {
            symlink(&noting, bin.join(name)).unwrap();
        }
        let prelude = "ulimit -t 5 -f 2048\ncommand_not_found_handle() { printf '%s\\0' \"$(($# - 1))\" \"$@\" >> \"$NOTES\"; }\n";
        std::fs::write(dir.path().join("prelude"), prelude).unwrap();
        let path = match shell {
            Shell::Bash => bin.join("bash"),
            Shell::Zsh => {
                ["/bin/zsh", "/usr/bin/zsh"].map(PathBuf::from).into_iter().find(|path| path.exists())?
            }
        };
        Some(Self { dir, shell, path })
    }

    /// Every command that was run, with its words.
    pub(crate) fn run(&self, line: &str) -> Vec<Vec<String>> {
        let here = tempfile::tempdir_in(self.dir.path()).unwrap();
        let (empty, notes) = (here.path().join("empty"), here.path().join("notes"));
        std::fs::create_dir(&empty).unwrap();
        let args: &[&str] = match self.shell {
            Shell::Bash => &["--norc", "-c", line],
            Shell::Zsh => &["-f", "-o", "no_nomatch", "-c", line],
        };
        let mut running = Command::new(&self.path)
            .args(args)
            .env_clear()
            .env("PATH", self.dir.path().join("bin"))
            .env("BASH_ENV", self.dir.path().join("prelude"))
            .env("NOTES", &notes)
            .env("LC_ALL", "C.UTF-8")
            // Split, it brings a program along.
            .env("x", "3 pa")
            .current_dir(&empty)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        let start = Instant::now();
        while running.try_wait().unwrap().is_none() && start.elapsed() < LONGEST {
            std::thread::sleep(Duration::from_millis(1));
        }
        if let Some(group) = rustix::process::Pid::from_raw(i32::try_from(running.id()).unwrap()) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = running.wait();
        parse(&std::fs::read(&notes).unwrap_or_default())
    }
}

/// A count, and then so many words behind the program's name. Something cut short is left out.
fn parse(notes: &[u8]) -> Vec<Vec<String>> {
    let mut words = notes.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned());
    let mut commands = Vec::new();
    while let Some(count) = words.next().and_then(|count| count.parse::<usize>().ok()) {
        commands.push(words.by_ref().take(count + 1).collect());
    }
    commands
}

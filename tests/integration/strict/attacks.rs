//! The list of attacks, line by line, at the prompt and in exec requests: the asset's files tell what came of it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::*;

const ATTACKS: &str = include_str!("../../data/strict-attacks.txt");

/// Programs that show things, and those that run others as they are told to: what they run is judged, too.
const READERS: &str = r#"
[commands.list]
mode    = "strict"
default = "deny"
opaque  = "deny"

[[commands.list.entry]]
effect   = "allow"
programs = ["ls", "cat", "echo", "printf", "grep", "tail", "head", "sort", "wc", "find", "xargs", "env", "timeout", "nice",
            "systemctl", "less", "more", "tar", "test", "[", "pwd", "git"]

# What these write, run or change themselves is not for readers.
[[commands.list.entry]]
effect   = "deny"
programs = ["sort"]
flags    = ["o|output"]

[[commands.list.entry]]
effect   = "deny"
programs = ["sort"]
flags    = ["compress-program"]

[[commands.list.entry]]
effect   = "deny"
programs = ["find"]
args     = ["-delete", "-fprint*", "-fls"]

[[commands.list.entry]]
effect   = "deny"
programs = ["tar"]
flags    = ["checkpoint-action"]

[[commands.list.entry]]
effect   = "deny"
programs = ["tar"]
flags    = ["I|use-compress-program"]

[[commands.list.entry]]
effect   = "deny"
programs = ["git"]
args     = ["-c", "--exec-path**"]

[[commands.list.entry]]
effect   = "deny"
programs = ["systemctl"]
flags    = ["H|host"]

[[commands.list.entry]]
effect   = "deny"
programs = ["systemctl"]
args     = ["edit"]
"#;

/// A directory full of traps on the asset.
struct Trap {
    directory: PathBuf,
    mark: PathBuf,
    files: Vec<String>,
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

impl Trap {
    fn set(directory: PathBuf) -> Self {
        let mark = directory.join("MARK");
        let script = format!("#!/bin/sh\ntouch {}\n", mark.display());
        for name in ["ls", "script.sh"] {
            fs::write(directory.join(name), &script).unwrap();
            fs::set_permissions(directory.join(name), PermissionsExt::from_mode(0o755)).unwrap();
        }
        let traps = [
            "-rf",
            "-f",
            "-o",
            "--output=MARK",
            "--checkpoint=1",
            "--checkpoint-action=exec=sh script.sh",
            "--help",
            "$(touch MARK)",
            ";touch MARK",
            "`touch MARK`",
            "a b",
            "-exec",
            "--compress-program=.",
            "'",
            "patterns",
        ];
        for name in traps.iter().filter(|name| !name.contains('/')) {
            fs::write(directory.join(name), "x\n").unwrap();
        }
        fs::write(directory.join("CANARY"), "alive\n").unwrap();
        let files = names(&directory);
        Self { directory, mark, files }
    }

    /// Nothing was made, changed or taken away.
    #[track_caller]
    fn unharmed(&self, attack: &str, shown: &str) {
        assert_eq!(names(&self.directory), self.files, "after {attack:?}:\n{shown}");
        let canary = fs::read_to_string(self.directory.join("CANARY")).unwrap();
        assert_eq!(canary, "alive\n", "after {attack:?}:\n{shown}");
    }

    fn attacks(&self) -> Vec<Vec<u8>> {
        let lines = ATTACKS
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with("# ") && !line.starts_with("##"));
        let (mark, directory) = (self.mark.display().to_string(), self.directory.display().to_string());
        lines.map(|line| bytes(&line.replace("{m}", &mark).replace("{d}", &directory))).collect()
    }
}

/// A line of the list as the bytes that it stands for.
fn bytes(line: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend(before.bytes());
        let mut used = 1;
        bytes.push(match after.as_bytes()[0] {
            b'e' => 0x1b,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'0' => 0,
            b'x' => {
                used = 3;
                u8::from_str_radix(&after[1..3], 16).unwrap()
            }
            b'\\' => b'\\',
            other => panic!("\\{} in {line}", char::from(other)),
        });
        rest = &after[used..];
    }
    bytes.extend(rest.bytes());
    bytes
}

#[test]
fn there_are_enough_of_them() {
    let count = ATTACKS.lines().filter(|line| line.contains("{m}") || line.contains("{d}")).count();
    assert!(count >= 200, "{count}");
}

#[test]
fn none_of_them_harms_at_the_prompt() {
    let strict = Strict::with(READERS);
    let trap = Trap::set(strict.directory());
    let prompt = strict.prompt();
    prompt.cd(&trap.directory);
    for (number, attack) in trap.attacks().iter().enumerate() {
        prompt.terminal.send_bytes(attack);
        prompt.terminal.send("\r");
        prompt.settle(number);
        trap.unharmed(&String::from_utf8_lossy(attack), &prompt.terminal.heard.text());
    }
}

#[test]
fn none_of_them_harms_as_an_exec_request() {
    let strict = Strict::with(READERS);
    let trap = Trap::set(strict.directory());
    let connection = strict.gateway.master(&strict.operator, "+box");
    for attack in trap.attacks().into_iter().filter(|attack| !attack.contains(&0) && !attack.contains(&0x1b))
    {
        use std::os::unix::ffi::OsStringExt as _;
        let mut ssh = connection.ssh();
        ssh.arg(std::ffi::OsString::from_vec(attack.clone()));
        let outcome = Running::run(&mut ssh, b"", PATIENCE);
        trap.unharmed(&String::from_utf8_lossy(&attack), &outcome.to_string());
    }
}

/// The same without a refusal in between would harm: the traps work.
#[test]
fn the_traps_work() {
    let strict = Strict::with(READERS);
    let trap = Trap::set(strict.directory());
    let mut shell = tool("sh");
    shell.current_dir(&trap.directory).args(["-c", "tar cf /dev/null --check* CANARY"]);
    Running::run(&mut shell, b"", PATIENCE);
    assert!(trap.mark.exists(), "a wildcard became an option of tar");
    fs::remove_file(&trap.mark).unwrap();
    Running::run(tool("sh").arg(trap.directory.join("script.sh")), b"", PATIENCE).ok();
    assert!(trap.mark.exists());
}

impl Prompt {
    /// Whatever the last line began is brought to its end: a paste, a program, a search.
    fn settle(&self, number: usize) {
        let press = |keys: &str| {
            self.terminal.send(keys);
            std::thread::sleep(Duration::from_millis(150));
        };
        for attempt in 0..20_u32 {
            self.terminal.send("\x1b[201~\x03");
            if attempt > 0 {
                ["q", "q", "\x03"].into_iter().for_each(press); // a pager, and its help
            }
            self.terminal.send(&format!("echo settled''-{number}\r"));
            let done = format!("settled-{number}\r\n");
            // Longer each time: on a busy machine the next attempt would interrupt what this one began.
            if self.terminal.heard.any(&[&done], Duration::from_millis(700) * (attempt + 1)).is_some() {
                return;
            }
        }
        panic!("the prompt does not come back:\n{}", self.terminal.heard.text());
    }
}

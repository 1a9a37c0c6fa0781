//! One shell on the asset, with two programs that leave a line in a file when they run.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::Duration;

use super::cases::Case;
use crate::harness::{Gateway, PATIENCE, Setup, Terminal, field, soon};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Bash,
    Zsh,
    Fish,
    Dash,
}

pub struct Shell {
    pub gateway: Gateway,
    pub terminal: Terminal,
    pub kind: Kind,
    /// Lines of the file that were looked at.
    seen: usize,
    rounds: usize,
}

pub const POLICY: &str = r#"
[commands.guarded]
mode = "guard"
default = "allow"
opaque = "deny"
[[commands.guarded.entry]]
effect = "deny"
programs = ["evil"]
reason = "it is evil"
"#;

/// Says nothing at its start, and has a right prompt.
const FISH: &str = "set -g fish_greeting\nfunction fish_right_prompt; echo right; end\n";

/// Notes its name and arguments, between bars; a tilde is a line end.
const PROGRAM: &str = "#!/bin/sh\nIFS='|'\nargs=$(printf %s \"$*\" | tr '\\n' '~')\n\
                       printf '%s|%s\\n' \"${0##*/}\" \"$args\" >> \"${0%/*}/../ran\"\n";

/// What every terminal sends for these keys.
const KEYS: [(&str, &str); 19] = [
    ("<enter>", "\r"),
    ("<tab>", "\t"),
    ("<up>", "\x1b[A"),
    ("<down>", "\x1b[B"),
    ("<right>", "\x1b[C"),
    ("<left>", "\x1b[D"),
    ("<home>", "\x1b[H"),
    ("<end>", "\x1b[F"),
    ("<bs>", "\x7f"),
    ("<del>", "\x1b[3~"),
    ("<esc>", "\x1b"),
    ("<paste>", "\x1b[200~"),
    ("</paste>", "\x1b[201~"),
    ("<a-b>", "\x1bb"),
    ("<a-f>", "\x1bf"),
    ("<a-d>", "\x1bd"),
    ("<a-u>", "\x1bu"),
    ("<a-.>", "\x1b."),
    ("<a-enter>", "\x1b\r"),
];

/// Whether the gateway says that it did not see a line in time. It fails closed then, and on a busy machine that happens.
pub fn unseen(told: &str) -> bool {
    ["a part of the line was not seen", "the shell had taken it already"]
        .iter()
        .any(|word| told.contains(word))
}

impl Shell {
    pub fn start(kind: Kind) -> Self {
        Self::start_under(kind, POLICY)
    }

    pub fn start_under(kind: Kind, policy: &str) -> Self {
        Self::start_with(Setup::new(), kind, policy)
    }

    pub fn start_with(setup: Setup, kind: Kind, policy: &str) -> Self {
        // What makes the ground ready is not for the judge: its sets are in force afterwards.
        let open = policy.replace("opaque = \"deny\"", "opaque = \"allow\"");
        let shell = Self::enter(kind, setup.policy(&open).limited("commands = [\"guarded\"]").start());
        if open != policy {
            shell.gateway.change_policy("opaque = \"allow\"", "opaque = \"deny\"").ok();
        }
        shell
    }

    pub fn enter(kind: Kind, gateway: Gateway) -> Self {
        Self::enter_by(kind, gateway, |ssh| ssh)
    }

    /// The same by a client that is started otherwise.
    pub fn enter_by(kind: Kind, gateway: Gateway, client: impl FnOnce(Command) -> Command) -> Self {
        let operator = gateway.operator("op1");
        fs::create_dir(gateway.path("bin")).unwrap();
        for program in ["good", "evil"] {
            let path = gateway.path("bin").join(program);
            fs::write(&path, PROGRAM).unwrap();
            fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        }
        fs::create_dir_all(gateway.path("home/.local/share/fish")).unwrap();
        fs::create_dir_all(gateway.path("home/.config/fish")).unwrap();
        fs::write(gateway.path("home/.config/fish/config.fish"), FISH).unwrap();
        for name in ["unique-name", "ambiguous-1", "ambiguous-2", "page"] {
            fs::write(gateway.path("home").join(name), "text\n".repeat(100)).unwrap();
        }
        let seeds = ["good seeded", "evil seeded", "true && evil suggested", "true && good suggested"];
        let seeds: String = seeds.iter().map(|seed| format!("- cmd: {seed}\n  when: 1700000000\n")).collect();
        fs::write(gateway.path("home/.local/share/fish/fish_history"), seeds).unwrap();
        let terminal = Terminal::start(client(gateway.ssh(&operator, "+box")));
        let mut shell = Self { gateway, terminal, kind, seen: 0, rounds: 0 };
        shell.terminal.prompt();
        let (home, bin) = (shell.gateway.path("home"), shell.gateway.path("bin"));
        let start = match kind {
            Kind::Bash => "bash --norc",
            Kind::Zsh => "zsh -f",
            Kind::Fish => "fish",
            Kind::Dash => "dash",
        };
        let line = format!(
            "export HOME={} PATH={}:$PATH PS1='guarded> ' LANG=C.UTF-8 LC_ALL=C.UTF-8 HISTFILE=; cd; clear; exec {start}",
            home.display(),
            bin.display()
        );
        shell.terminal.line(&line);
        shell.ready();
        shell
    }

    pub fn ready(&mut self) {
        self.rounds += 1;
        let probe = format!("probe{}", self.rounds);
        self.type_in(&format!("good {probe}<enter>"));
        let ran = soon(PATIENCE, || self.ran().iter().any(|line| line.ends_with(&probe)).then_some(()));
        assert!(ran.is_some(), "no shell:\n{}", self.terminal.heard.text());
        if self.kind == Kind::Zsh {
            // Without its files, zsh does not know these keys.
            self.type_in("bindkey '^[[H' beginning-of-line '^[[F' end-of-line '^[[3~' delete-char<enter>");
        }
        self.seen = self.ran().len();
        std::thread::sleep(Duration::from_millis(100));
    }

    /// Types: a key or a text at a time, as `<name>`, `<c-x>`, `<wait TEXT>`, `<sleep MS>`, `<size COLSxROWS>`.
    pub fn type_in(&self, keys: &str) {
        let mut rest = keys;
        while let Some(at) = rest.find('<') {
            let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
            let (text, key) = (&rest[..at], &rest[at..end]);
            self.send(text);
            let bytes = self.special(key);
            self.send(bytes.as_deref().unwrap_or(key));
            rest = &rest[end..];
        }
        self.send(rest);
    }

    fn send(&self, text: &str) {
        if !text.is_empty() {
            self.terminal.send(text);
        }
    }

    fn special(&self, key: &str) -> Option<String> {
        if let Some((_, bytes)) = KEYS.iter().find(|(name, _)| *name == key) {
            return Some((*bytes).to_owned());
        }
        let inner = key.strip_prefix('<')?.strip_suffix('>')?;
        if let Some(letter) = inner.strip_prefix("c-") {
            return Some(char::from(letter.as_bytes()[0] & 0x1f).to_string());
        }
        let (what, value) = inner.split_once(' ')?;
        match what {
            "wait" => {
                self.terminal.heard.any(&[value], PATIENCE);
            }
            "sleep" => std::thread::sleep(Duration::from_millis(value.parse().unwrap())),
            "size" => {
                let (columns, rows) = value.split_once('x').unwrap();
                self.terminal.resize(rows.parse().unwrap(), columns.parse().unwrap());
            }
            _ => return None,
        }
        Some(String::new())
    }

    pub fn ran(&self) -> Vec<String> {
        let text = fs::read_to_string(self.gateway.path("ran")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// What was judged, and how sure it was.
    pub fn judged(&self) -> Vec<(String, String)> {
        let rows = self.gateway.juyong(&["audit", "commands", "--json", "--limit", "100000"]).ok().text();
        let rows = rows.lines().map(|row| serde_json::from_str::<serde_json::Value>(row).unwrap());
        rows.map(|row| (field(&row, "command").to_owned(), field(&row, "confidence").to_owned())).collect()
    }

    /// What ran since the shell was ready.
    pub fn new_lines(&self) -> Vec<String> {
        self.ran().split_off(self.seen)
    }

    /// Whether the prompt is free. On a busy machine the gateway may not see all of this line in time: it is
    /// refused then, cleared, and typed again.
    fn ends(&self, end: &str, ended: &str) -> bool {
        (0..3).any(|_| {
            let from = self.terminal.heard.text().len();
            self.type_in(&format!("good {end}<enter>"));
            let ran = || self.new_lines().iter().any(|line| line == ended);
            soon(PATIENCE, || (ran() || unseen(&self.terminal.heard.text()[from..])).then_some(()));
            ran()
        })
    }

    /// Drives one case with one of the programs.
    pub fn drive(&mut self, case: &Case, program: &str) -> Result<(), String> {
        let from = self.terminal.heard.text().len();
        let spelt = |keys: &str| {
            keys.replace("PROG", program).replace("PA", &program[..2]).replace("PB", &program[2..])
        };
        if !case.before.is_empty() {
            // What makes the ground ready is not for the judge.
            self.gateway.change_policy("opaque = \"deny\"", "opaque = \"allow\"").ok();
            self.type_in(&spelt(case.before));
            std::thread::sleep(Duration::from_millis(400));
            self.gateway.change_policy("opaque = \"allow\"", "opaque = \"deny\"").ok();
        }
        self.type_in(&spelt(case.keys));
        let shown = |shell: &Self| shell.terminal.heard.text()[from..].replace('\x1b', "␛");
        let limit = PATIENCE;
        let wanted: Vec<String> = case.ran.iter().map(|ran| ran.replace("PROG", program)).collect();
        if program == "good" {
            let ran = || self.new_lines().len() >= wanted.len();
            soon(limit, || (ran() || unseen(&shown(self))).then_some(()));
            if !ran() {
                return Err(format!("ran {:?}, not {wanted:?}\n{}", self.new_lines(), shown(self)));
            }
        } else if soon(limit, || shown(self).contains("is not run").then_some(())).is_none() {
            return Err(format!("it was not refused; ran {:?}\n{}", self.new_lines(), shown(self)));
        }
        self.type_in(case.after);
        // The prompt is free again, and nothing half-typed is left on it.
        self.type_in("<sleep 30>");
        let end = format!("end{}", self.rounds);
        self.rounds += 1;
        let ended = format!("good|{end}");
        if !self.ends(&end, &ended) {
            return Err(format!("the prompt is not free; ran {:?}\n{}", self.new_lines(), shown(self)));
        }
        let mut lines = self.new_lines();
        self.seen += lines.len();
        lines.retain(|line| *line != ended);
        match program {
            "good" if lines != wanted => Err(format!("ran {lines:?}, not {wanted:?}\n{}", shown(self))),
            "evil" if lines.iter().any(|line| line.starts_with("evil")) => {
                Err(format!("ran {lines:?}\n{}", shown(self)))
            }
            "good" if shown(self).contains("is not run") => Err(format!("refused\n{}", shown(self))),
            _ => Ok(()),
        }
    }
}

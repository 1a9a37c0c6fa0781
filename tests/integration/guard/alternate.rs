//! attack 2.1, G1: full screen is earned, not printed. A shell on the alternate screen is a shell, and programs that
//! take the screen keep their keys.

use std::os::unix::fs::PermissionsExt;

use super::shell::{Kind, Shell};
use crate::harness::{PATIENCE, Terminal, field, tool, within};

/// Ways to come by the alternate screen, what shows that it is there, and the way back.
const SWITCHES: [(&str, &str, &str); 4] = [
    ("tput smcup", "\x1b[?1049h", "tput rmcup"),
    ("printf '\\033[?1049h'", "\x1b[?1049h", "printf '\\033[?1049l'"),
    ("cat old", "\x1b[?47h", "printf '\\033[?47l'"),
    ("cat middle", "\x1b[?1047h", "printf '\\033[?1047l'"),
];

impl Shell {
    /// Everything that was judged, as `command confidence verdict`.
    fn rows(&self) -> Vec<String> {
        let rows = self.gateway.records(&["audit", "commands"]);
        let told =
            |row| format!("{} {} {}", field(row, "command"), field(row, "confidence"), field(row, "verdict"));
        rows.iter().map(told).collect()
    }

    #[track_caller]
    fn refuses(&self, keys: &str) {
        self.type_in(keys);
        self.terminal.expect("is not run");
    }

    /// A program that the shell finds.
    fn program(&self, name: &str, text: &str) {
        let path = self.gateway.path("bin").join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    }
}

fn start(kind: Kind) -> Shell {
    let shell = Shell::start(kind);
    std::fs::write(shell.gateway.path("home/old"), "\x1b[?47h").unwrap();
    std::fs::write(shell.gateway.path("home/middle"), "\x1b[?1047h").unwrap();
    shell
}

fn on_the_alternate_screen(kind: Kind) {
    let shell = start(kind);
    let mut wanted = Vec::new();
    for (round, (switch, shown, back)) in SWITCHES.into_iter().enumerate() {
        shell.type_in(&format!("{switch}<enter>"));
        shell.terminal.expect(shown);
        shell.refuses("evil one<enter>");
        if kind != Kind::Dash {
            // In any way, as on the other screen.
            shell.refuses("il one<home>ev<enter>");
        }
        shell.type_in(&format!("good round{round}<enter>"));
        shell.runs(&format!("good|round{round}"));
        wanted.push(format!("good|round{round}"));
        shell.type_in(&format!("{back}<enter>"));
        shell.terminal.expect(&shown.replace('h', "l"));
    }
    shell.ran_only(&wanted.iter().map(String::as_str).collect::<Vec<_>>());
    let rows = shell.rows();
    for round in 0..SWITCHES.len() {
        let row = |row: &String| row.starts_with(&format!("good round{round} ")) && row.ends_with(" allow");
        assert!(rows.iter().any(row), "{rows:?}");
    }
    assert!(rows.iter().filter(|row| row.starts_with("evil one ")).count() >= SWITCHES.len(), "{rows:?}");
}

#[test]
fn bash_on_the_alternate_screen_is_a_shell() {
    on_the_alternate_screen(Kind::Bash);
}

#[test]
fn zsh_on_the_alternate_screen_is_a_shell() {
    on_the_alternate_screen(Kind::Zsh);
}

#[test]
fn fish_on_the_alternate_screen_is_a_shell() {
    on_the_alternate_screen(Kind::Fish);
}

#[test]
fn dash_on_the_alternate_screen_is_a_shell() {
    on_the_alternate_screen(Kind::Dash);
}

/// The prompt is another one, and so is the shell.
#[test]
fn a_shell_in_disguise_is_a_shell() {
    for kind in [Kind::Bash, Kind::Dash] {
        let shell = start(kind);
        let prepares = |keys: &str, shown: &[&str]| {
            shell.gateway.change_policy("opaque = \"deny\"", "opaque = \"allow\"").ok();
            shell.type_in(keys);
            shown.iter().for_each(|text| drop(shell.terminal.expect(text)));
            shell.gateway.change_policy("opaque = \"allow\"", "opaque = \"deny\"").ok();
        };
        prepares("PS1='x: '; tput smcup<enter>", &["\x1b[?1049h", "x: "]);
        shell.refuses("evil one<enter>");
        prepares("PS1='y: ' dash<enter>", &["y: "]);
        shell.type_in("x=evil<enter>");
        shell.refuses("$x one<enter>");
        prepares("less page; PS1='z: '; tput smcup<enter>", &["text"]);
        shell.type_in("q");
        shell.terminal.expect("z: ");
        shell.refuses("evil one<enter>");
        shell.type_in("good two<enter>");
        shell.runs("good|two");
        shell.ran_only(&["good|two"]);
    }
}

/// The process of a program that runs in the home of this asset, as somebody sees it who is about to kill it.
fn process(shell: &Shell, name: &str) -> Option<String> {
    let home = shell.gateway.path("home").canonicalize().unwrap();
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(|entry| Some(entry.ok()?.path()));
    let its = |path: &std::path::PathBuf| {
        std::fs::read_link(path.join("cwd")).is_ok_and(|cwd| cwd == home)
            && std::fs::read_to_string(path.join("comm")).is_ok_and(|comm| comm.starts_with(name))
    };
    processes.into_iter().find(its).map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
}

fn kill(shell: &Shell, name: &str) {
    let id = within(PATIENCE, "it runs", || process(shell, name));
    assert!(tool("kill").args(["-9", &id]).status().unwrap().success());
}

/// An honest person gets there, too.
#[test]
fn after_a_program_was_killed_the_next_prompt_is_a_prompt() {
    for (kind, program) in
        [(Kind::Bash, "vim"), (Kind::Bash, "less"), (Kind::Zsh, "vim"), (Kind::Fish, "less")]
    {
        let shell = start(kind);
        shell.type_in(&format!("{program} page<enter>"));
        shell.terminal.expect("\x1b[?1049h");
        shell.terminal.expect("text");
        kill(&shell, program);
        shell.terminal.expect("\x1b[?2004h");
        shell.refuses("<sleep 300>evil one<enter>");
        shell.type_in("good two<enter>");
        shell.runs("good|two");
        shell.type_in("tput rmcup<enter>");
        shell.ran_only(&["good|two"]);
        let rows = shell.rows();
        assert!(rows.iter().any(|row| row.starts_with("good two ")), "{kind:?} {program}: {rows:?}");
    }
}

/// attack: what is typed at a shell's prompt is not a password, whoever left the echo off.
#[test]
fn a_shell_whose_echo_was_left_off_runs_nothing_unjudged() {
    for (kind, before) in [
        (Kind::Dash, "stty -echo"),
        (Kind::Dash, "timeout --foreground -s KILL 1 less page"),
        (Kind::Bash, "timeout --foreground -s KILL 1 less page"),
        (Kind::Bash, "stty -echo"),
    ] {
        let shell = start(kind);
        shell.type_in("true<enter>");
        shell.type_in(&format!("{before}<enter>"));
        if before.contains("less") {
            shell.terminal.expect("\x1b[?1049h");
        }
        within(PATIENCE, "it is done", || process(&shell, "less").is_none().then_some(()));
        shell.terminal.expect("guarded> ");
        shell.refuses("<sleep 1500>evil one<enter>");
        shell.refuses("<sleep 500>good one<enter>");
        assert!(shell.new_lines().is_empty(), "{kind:?} {before}: {:?}", shell.new_lines());
        let rows = shell.rows();
        assert!(rows.iter().filter(|row| row.ends_with(" partial deny")).count() >= 2, "{before}: {rows:?}");
    }
}

/// Less takes its key and no more: the shell gets the rest.
#[test]
fn what_was_typed_behind_the_last_key_of_a_pager_is_the_shells() {
    for kind in [Kind::Bash, Kind::Zsh, Kind::Fish, Kind::Dash] {
        let shell = start(kind);
        shell.type_in("less page<enter>");
        shell.terminal.expect("\x1b[?1049h");
        shell.terminal.expect("text");
        shell.terminal.send("qevil one\r");
        shell.terminal.expect("is not run");
        shell.ran_only(&[]);
    }
}

#[test]
fn programs_that_take_the_screen_keep_their_keys() {
    let shell = start(Kind::Bash);
    shell.type_in("vim written<enter>");
    shell.terminal.expect("\x1b[?1049h");
    shell.terminal.expect("~");
    shell.type_in("ievil text<enter># it's evil<enter>evil more<esc>:wq<enter>");
    let written = shell.gateway.path("home/written");
    let written = || std::fs::read_to_string(&written).ok().filter(|text| text.ends_with("evil more\n"));
    assert_eq!(within(PATIENCE, "it is written", written), "evil text\n# it's evil\nevil more\n");
    shell.terminal.expect("\x1b[?1049l");
    shell.type_in("less page<enter>");
    shell.terminal.expect("\x1b[?1049h");
    shell.terminal.expect("text");
    shell.type_in("<enter> <enter>/text<enter>");
    shell.refuses("!evil one<enter>");
    shell.type_in("<enter>q");
    shell.terminal.expect("\x1b[?1049l");
    shell.type_in("top<enter>");
    shell.terminal.expect("load average");
    shell.type_in("q");
    shell.terminal.expect("guarded> ");
    shell.ran_only(&[]);
    let rows = shell.rows();
    assert!(!rows.iter().any(|row| row.contains("evil text") || row.contains("/text")), "{rows:?}");
}

/// Nobody knows it, so what is typed there may be for a shell: it is told, and what the sets name does not go there.
#[test]
fn a_program_that_nobody_knows_keeps_its_keys_and_its_lines_are_logged() {
    let mut shell = start(Kind::Bash);
    let form = "#!/bin/sh\nprintf '\\033[?1049h\\033[2J\\033[5;5Hname: '\nread name\nprintf '\\033[?1049l'\n";
    shell.program("form", &format!("{form}\"${{0%/*}}/good\" \"$name\"\n"));
    // Where nobody has changed the prompt.
    let operator = shell.gateway.operator("op2");
    shell.terminal = Terminal::start(shell.gateway.ssh(&operator, "+box"));
    shell.terminal.prompt();
    let fills = |name: &str| {
        shell.type_in(&format!("{}<enter>", shell.gateway.path("bin/form").display()));
        shell.terminal.expect("name: ");
        shell.type_in(name);
    };
    fills("it's me<enter>");
    shell.runs("good|it's me");
    fills("evil one<enter>");
    shell.terminal.expect("is not run");
    shell.type_in("two<enter>");
    shell.runs("good|two");
    let lines = shell.new_lines();
    assert_eq!(lines, ["good|it's me", "good|two"]);
    let rows = shell.rows();
    for row in ["it's me partial allow", "evil one partial deny", "two partial allow"] {
        assert!(rows.iter().any(|one| one == row), "{row}: {rows:?}");
    }
}

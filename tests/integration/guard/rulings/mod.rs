//! What comes of a line that is judged other than to be run, on the asset's evidence.

mod approved;
mod changed;
mod told;
mod warned;

use std::time::Duration;

use serde_json::Value;

use super::shell::{Kind, POLICY, Shell};
use crate::approve::dialled;
use crate::harness::{PATIENCE, Running, Setup, field, tool, within};

/// A shell where `evil` is judged so.
fn ruled(effect: &str) -> Shell {
    Shell::start_under(Kind::Bash, &policy(effect))
}

fn policy(effect: &str) -> String {
    POLICY.replace("effect = \"deny\"", &format!("effect = \"{effect}\""))
}

impl Shell {
    /// Types a line that runs, and checks that these ran, each once, and nothing else: a rest on the prompt
    /// would be in front of it.
    #[track_caller]
    pub(super) fn ran_only(&self, wanted: &[&str]) {
        std::thread::sleep(Duration::from_millis(100));
        self.type_in("good end<enter>");
        within(PATIENCE, "the prompt is free", || {
            self.new_lines().last().is_some_and(|line| line == "good|end").then_some(())
        });
        let lines = self.new_lines();
        let ends = lines.iter().filter(|line| *line == "good|end").count();
        let lines: Vec<_> = lines.iter().filter(|line| *line != "good|end").collect();
        assert_eq!(lines, wanted.iter().collect::<Vec<_>>(), "{}", self.terminal.heard.text());
        assert!(ends >= 1);
    }

    #[track_caller]
    pub(super) fn runs(&self, line: &str) {
        within(PATIENCE, "it runs", || self.new_lines().iter().any(|ran| ran == line).then_some(()));
    }

    /// The command log's rows of a command.
    fn logged(&self, command: &str) -> Vec<Value> {
        let mut rows = self.gateway.records(&["audit", "commands"]);
        rows.retain(|row| field(row, "command") == command);
        rows
    }

    #[track_caller]
    fn answered(&self, command: &str, answer: &str) {
        let rows = self.logged(command);
        let answers: Vec<_> = rows.iter().map(|row| field(row, "answer")).collect();
        assert_eq!(answers, [answer], "{rows:?}");
    }

    /// All that was sent to the asset, but for the keys that clear a line.
    fn sent(&mut self) -> String {
        self.type_in("exit<enter>");
        self.terminal.wait(PATIENCE);
        let session = self.gateway.ended_session();
        self.gateway.cast(&session).all("i").replace('\x03', "")
    }
}

#[test]
fn audit_lets_it_run_and_logs_what_it_would_have_said() {
    let shell = Shell::start_under(Kind::Bash, &POLICY.replace("mode = \"guard\"", "mode = \"audit\""));
    shell.type_in("evil one<enter>");
    shell.runs("evil|one");
    shell.ran_only(&["evil|one"]);
    let rows = shell.logged("evil one");
    let told: Vec<_> = rows.iter().map(|row| (field(row, "verdict"), field(row, "confidence"))).collect();
    assert_eq!(told, [("deny", "screen")], "{rows:?}");
    let shown = shell.terminal.heard.text();
    assert!(!shown.contains("juyong:") && !shown.contains("is not run"), "{shown}");
}

#[test]
fn a_shell_without_a_terminal_is_refused() {
    let gateway = Setup::new().policy(POLICY).limited("commands = [\"guarded\"]").start();
    let operator = gateway.operator("op1");
    let marker = gateway.path("marker");
    let refused = || {
        let line = format!("touch {}\n", marker.display());
        let out = Running::run(gateway.ssh(&operator, "+box").arg("-T"), line.as_bytes(), PATIENCE);
        let out = out.refused("log in with a terminal (ssh -t)");
        assert_eq!((out.code(), out.text()), (255, String::new()));
        assert!(!dialled(&gateway) && !marker.exists());
    };
    refused();
    gateway.change_policy("mode = \"guard\"", "mode = \"audit\"").ok();
    refused();
}

/// Ends the server, which outlives its terminal.
struct Tmux(std::path::PathBuf);

impl Drop for Tmux {
    fn drop(&mut self) {
        let _ = tool("tmux").arg("-S").arg(&self.0).arg("kill-server").status(); // it may have ended
    }
}

#[test]
fn nothing_is_known_of_a_line_in_a_multiplexer() {
    let shell = Shell::start_under(Kind::Bash, POLICY);
    let (socket, opaque) = (Tmux(shell.gateway.path("tmux")), |from: &str, to: &str| {
        let effect = |effect| format!("opaque = \"{effect}\"");
        shell.gateway.change_policy(&effect(from), &effect(to)).ok();
    });
    opaque("deny", "allow");
    let inner = "'bash --norc'";
    shell.type_in(&format!("tmux -f /dev/null -S {} new {inner}<enter>", socket.0.display()));
    shell.terminal.expect("\x1b[?1049h");
    shell.type_in("<sleep 1500>good inside<enter>");
    shell.runs("good|inside");
    opaque("allow", "deny");
    shell.type_in("<sleep 300>good more<enter>");
    shell.terminal.expect("is not run");
    // Nothing is left on the prompt in there, and it is no accident of the moment.
    shell.type_in("<sleep 500>good again<enter>");
    shell.terminal.expect("is not run");
    opaque("deny", "allow");
    shell.type_in("<sleep 500>good end<enter>");
    shell.runs("good|end");
    assert_eq!(shell.new_lines(), ["good|inside", "good|end"]);
    let rows = shell.gateway.records(&["audit", "commands"]);
    let inside = |row: &&Value| {
        ["good inside", "good more", "good again", "good end"]
            .iter()
            .any(|line| field(row, "command").ends_with(line))
    };
    let rows: Vec<_> = rows.iter().filter(inside).collect();
    assert_eq!(rows.len(), 4, "{rows:?}");
    for row in rows {
        assert_eq!((field(row, "confidence"), &row["opaque"]), ("partial", &Value::Bool(true)), "{row}");
    }
}

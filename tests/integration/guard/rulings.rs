//! What comes of a line that is judged other than to be run, on the asset's evidence.

use std::time::Duration;

use serde_json::Value;

use super::shell::{Kind, POLICY, Shell};
use crate::approve::{dialled, nothing_waits, waiting};
use crate::harness::{Gateway, PATIENCE, Running, Setup, field, tool, within};

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
    fn ran_only(&self, wanted: &[&str]) {
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
    fn runs(&self, line: &str) {
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
fn a_warned_line_runs_once_if_the_person_says_so() {
    let mut shell = ruled("warn");
    let question = |line: &str| {
        shell.type_in(line);
        shell.terminal.expect("“evil");
        shell.terminal.expect("it is evil");
        shell.terminal.expect("Run it? [y/N] ");
    };
    question("evil one<enter>");
    assert!(shell.new_lines().is_empty(), "before the answer");
    shell.type_in("y");
    shell.runs("evil|one");
    shell.ran_only(&["evil|one"]);
    question("evil two<enter>");
    shell.type_in("n");
    shell.terminal.expect("it was not run");
    shell.ran_only(&["evil|one"]);
    // An Enter alone is no yes, and what follows an answer at once is a part of it.
    question("evil three<enter>");
    shell.type_in("<enter>");
    shell.terminal.expect("it was not run");
    question("evil four<enter>");
    shell.terminal.send("n\revil five\r");
    shell.terminal.expect("it was not run");
    shell.ran_only(&["evil|one"]);

    shell.answered("evil one", "confirmed");
    for command in ["evil two", "evil three", "evil four"] {
        shell.answered(command, "declined");
    }
    shell.gateway.journaled("command-confirmed", &[("actor", "op1")]);
    shell.gateway.journaled("command-declined", &[("actor", "op1")]);
    let end = "good end\r";
    let sent = shell.sent();
    let typed = format!("evil one\r{end}evil two{end}evil threeevil four{end}exit\r");
    assert!(sent.ends_with(&typed), "an answer reached the asset: {sent:?}");
}

/// Sent in pieces, the rest of a paste comes when the question is out, or nearly so.
#[test]
fn what_was_pasted_is_no_answer() {
    let shell = ruled("warn");
    let declines = || {
        shell.terminal.expect("Run it? [y/N] ");
        std::thread::sleep(Duration::from_millis(500));
        assert!(shell.new_lines().iter().all(|line| line == "good|end"), "nobody has answered");
        shell.type_in("n");
        shell.terminal.expect("it was not run");
        shell.type_in("<sleep 200><c-c><sleep 200>");
        shell.ran_only(&[]);
    };
    shell.terminal.send("evil one\ry");
    declines();
    shell.terminal.send(&format!("evil one\r{}", "y".repeat(5000)));
    declines();
}

#[test]
fn a_yes_comes_alone() {
    let shell = ruled("warn");
    for answer in ["y\rgood typed\r", "yy", "\x1b[Ay", "Ja\r"] {
        shell.type_in("evil one<enter>");
        shell.terminal.expect("Run it? [y/N] ");
        shell.terminal.send(answer);
        shell.terminal.expect("it was not run");
        shell.ran_only(&[]);
    }
    for (answer, times) in [("Y", 1), ("yes\r", 2)] {
        shell.type_in("evil one<enter>");
        shell.terminal.expect("Run it? [y/N] ");
        shell.terminal.send(answer);
        shell.ran_only(&["evil|one"].repeat(times));
    }
}

#[test]
fn what_the_policy_denies_by_now_is_not_run_whatever_the_person_says() {
    let shell = ruled("warn");
    shell.type_in("evil one<enter>");
    shell.terminal.expect("Run it? [y/N] ");
    shell.gateway.change_policy("effect = \"warn\"", "effect = \"deny\"").ok();
    shell.type_in("y");
    shell.terminal.expect("is not run: it is evil");
    shell.ran_only(&[]);
}

#[test]
fn a_line_waits_for_an_officer() {
    let shell = ruled("approve");
    let officer = shell.gateway.operator("officer");
    let ask = |line: &str| {
        shell.type_in(&format!("{line}<enter>"));
        shell.terminal.expect("needs an officer's approval: it is evil");
        let request = waiting(&shell.gateway);
        assert_eq!((field(&request, "what"), field(&request, "command")), ("command", line), "{request}");
        field(&request, "approval").to_owned()
    };
    let id = ask("evil one");
    assert!(shell.new_lines().is_empty(), "before anybody agreed");
    shell.gateway.exec(&officer, "", &format!("approve grant {id}")).ok();
    shell.terminal.expect("officer approved it");
    shell.runs("evil|one");
    shell.ran_only(&["evil|one"]);

    let id = ask("evil two");
    shell.gateway.juyong(&["approve", "refuse", &id, "--reason", "not tonight"]).ok();
    shell.terminal.expect("refused it: not tonight");
    shell.ran_only(&["evil|one"]);

    // The word was for once.
    let id = ask("evil one");
    shell.gateway.juyong(&["approve", "refuse", &id]).ok();
    shell.terminal.expect("refused it");
    shell.ran_only(&["evil|one"]);

    shell.answered("evil two", "refused");
    let answers = shell.logged("evil one");
    let answers: Vec<_> = answers.iter().map(|row| field(row, "answer")).collect();
    assert_eq!(answers, ["granted", "refused"]);
}

#[test]
fn whoever_gives_up_waiting_has_a_free_prompt() {
    let shell = ruled("approve");
    let waits = |line: &str| {
        shell.type_in(line);
        shell.terminal.expect("needs an officer's approval");
        field(&waiting(&shell.gateway), "approval").to_owned()
    };
    let given_up = || {
        shell.terminal.send("\x03");
        shell.terminal.expect("given up");
        nothing_waits(&shell.gateway);
        shell.ran_only(&[]);
    };
    let id = waits("evil one<enter>");
    given_up();
    shell.gateway.juyong(&["approve", "grant", &id]).refused("nothing waits as");
    // What was typed while it waited goes with it, however it came.
    waits("evil two<enter>");
    shell.type_in("good typed<enter><sleep 200><size 90x30><sleep 200>good ahead<enter><sleep 200>");
    given_up();
    shell.answered("evil one", "withdrawn");
    shell.answered("evil two", "withdrawn");
}

#[test]
fn nobody_answers_and_the_line_is_refused() {
    let setup = Setup::new().tables("[limits]\napproval = \"2s\"");
    let shell = Shell::start_with(setup, Kind::Bash, &policy("approve"));
    shell.type_in("evil one<enter>");
    shell.terminal.expect("nobody answered request");
    nothing_waits(&shell.gateway);
    shell.ran_only(&[]);
    shell.answered("evil one", "lapsed");
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

#[test]
fn a_lockdown_ends_the_session_while_a_line_waits() {
    let mut shell = ruled("approve");
    shell.type_in("evil one<enter>");
    shell.terminal.expect("needs an officer's approval");
    let id = field(&waiting(&shell.gateway), "approval").to_owned();
    let order = shell.gateway.records(&["lockdown", "start", "--reason", "drill"]).remove(0);
    assert_eq!(order["sessions_cut"], 1, "{order}");
    shell.terminal.expect("access is locked");
    assert_eq!(shell.terminal.wait(PATIENCE).code(), Some(255));
    shell.gateway.journaled("approval-withdrawn", &[("approval", &id)]);
    shell.gateway.juyong(&["approve", "grant", &id]).refused("nothing waits as");
    assert!(shell.new_lines().is_empty(), "{:?}", shell.new_lines());
    assert_eq!(field(&shell.gateway.ended_session(), "ending"), "cut");
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

#[test]
fn a_policy_that_changes_judges_the_next_line() {
    let shell = Shell::start_under(Kind::Bash, POLICY);
    shell.type_in("evil one<enter>");
    shell.terminal.expect("is not run: it is evil");
    shell.ran_only(&[]);
    shell.gateway.change_policy("programs = [\"evil\"]", "programs = [\"true\"]").ok();
    shell.type_in("evil two<enter>");
    shell.runs("evil|two");
    shell.gateway.change_policy("programs = [\"true\"]", "programs = [\"evil\"]").ok();
    // A line that was begun under another policy, too.
    shell.type_in("<sleep 100>evil three<sleep 100><enter>");
    shell.terminal.expect("is not run: it is evil");
    shell.ran_only(&["evil|two"]);
}

/// Commands are not judged at first.
fn open() -> Gateway {
    Setup::new().policy(POLICY).limited("").start()
}

fn judge_from_now(gateway: &Gateway) {
    gateway.change_policy("files = [", "commands = [\"guarded\"]\nfiles = [").ok();
}

#[test]
fn a_session_that_began_unjudged_is_judged_from_the_next_line() {
    let shell = Shell::enter(Kind::Bash, open());
    shell.type_in("evil one<enter>");
    shell.runs("evil|one");
    std::thread::sleep(Duration::from_millis(200));
    judge_from_now(&shell.gateway);
    shell.terminal.send("evil two\r");
    shell.terminal.expect("is not run");
    shell.ran_only(&["evil|one"]);
    shell.type_in("evil three<enter>");
    shell.terminal.expect("is not run: it is evil");
    shell.ran_only(&["evil|one"]);
    assert!(shell.logged("evil one").is_empty(), "nothing judged it");
}

/// Only the end of it is seen, or nothing but its Enter; with the cursor in it, one has to clear all of it.
#[test]
fn a_line_that_began_unjudged_is_not_taken_for_its_end() {
    for (before, after) in
        [("evil one; ", "good two<enter>"), ("evil one", "<enter>"), ("evil one<home>", "good two;<enter>")]
    {
        let shell = Shell::enter(Kind::Bash, open());
        shell.type_in(before);
        std::thread::sleep(Duration::from_millis(200));
        judge_from_now(&shell.gateway);
        shell.type_in(after);
        shell.terminal.expect("is not run");
        shell.type_in("<sleep 100><enter>");
        shell.ran_only(&[]);
    }
}

#[test]
fn a_shell_without_a_terminal_ends_when_it_comes_to_be_judged() {
    let gateway = open();
    let marker = gateway.path("marker");
    let mut shell = Running::start(gateway.ssh(&gateway.operator("op1"), "+box").arg("-T"));
    shell.send("echo up-$((40+2))\n");
    shell.expect("up-42");
    judge_from_now(&gateway);
    shell.send(&format!("touch {}\n", marker.display()));
    shell.wait(PATIENCE).refused("log in with a terminal");
    assert!(!marker.exists());
    let session = gateway.ended_session();
    assert_eq!((field(&session, "ending"), field(&session, "reason")), ("cut", "no-terminal"));
}

//! Recorded streams of real shells, shortened, at made-up times.
#![allow(clippy::panic, reason = "a scene that goes another way has failed")]

mod unread;

use std::time::Duration;

use super::{Capture, CaptureStep, Line};
use crate::command::Confidence;

/// A shell with a clock of its own.
struct Scene {
    capture: Capture,
    now: Duration,
    sent: Vec<u8>,
}

const ON: &str = "\x1b[?2004h";
const OFF: &str = "\x1b[?2004l";

impl Scene {
    /// bash, at its first prompt.
    fn bash() -> Self {
        let mut scene = Self { capture: Capture::new(80, 24), now: Duration::ZERO, sent: vec![] };
        scene.shows(&format!("{ON}$ "));
        scene
    }

    fn shows(&mut self, output: &str) {
        self.now += Duration::from_millis(1);
        self.capture.output(output.as_bytes(), self.now);
    }

    /// Does what is to be done until it has to wait for the shell or the person; returns the line that waits
    /// for its judgement.
    fn run(&mut self) -> Option<Line> {
        loop {
            match self.capture.next(self.now) {
                CaptureStep::Send(bytes) => self.sent.extend(bytes),
                CaptureStep::Judge(line) | CaptureStep::Late(line) => return Some(seen(line)),
                CaptureStep::Unfinished(line) => {
                    let bytes = self.capture.go_on(line, self.now);
                    self.sent.extend(bytes);
                }
                CaptureStep::Wait(Some(until)) if until < self.now + Duration::from_secs(5) => {
                    self.now = until
                }
                CaptureStep::Wait(_) => return None,
            }
        }
    }

    /// Goes on until this and no more was sent.
    fn until_sent(&mut self, all: &[u8]) {
        while self.sent != all {
            match self.capture.next(self.now) {
                CaptureStep::Send(bytes) => self.sent.extend(bytes),
                CaptureStep::Wait(Some(until)) => self.now = until,
                step => panic!("{step:?} after {:?}", self.sent),
            }
            assert!(all.starts_with(&self.sent), "{:?}", self.sent);
        }
    }

    /// Types, and gets the echo of what was let through.
    fn types(&mut self, keys: &str, echo: &str) {
        self.now += Duration::from_millis(200);
        self.capture.typed(keys.as_bytes());
        assert_eq!(self.run(), None, "{keys:?}");
        self.shows(echo);
    }

    fn enter(&mut self) -> Option<Line> {
        self.capture.typed(b"\r");
        self.run()
    }

    fn pass(&mut self) {
        let bytes = self.capture.pass(self.now);
        self.sent.extend(bytes);
    }
}

/// What most scenes ask about.
fn seen(line: Line) -> Line {
    Line { prompt: String::new(), alternate: false, editing: true, ..line }
}

fn screen(text: &str) -> Option<Line> {
    Some(Line { confidence: Confidence::Screen, ..Line::partial(text.into()) })
}

fn partial(text: &str) -> Option<Line> {
    Some(Line::partial(text.into()))
}

#[test]
fn a_line_that_the_shell_prepared_is_read() {
    let mut scene = Scene::bash();
    scene.types("true", "true");
    scene.enter();
    scene.pass();
    scene.shows(&format!("{OFF}\r\n{ON}$ rm -rf x"));
    assert_eq!(scene.enter(), screen("rm -rf x"));
    scene.pass();
    scene.shows(&format!("{OFF}\r\n{ON}$ "));
    assert_eq!(scene.enter(), None, "an Enter alone runs nothing");
}

#[test]
fn a_typed_line_waits_for_its_judgement_and_goes_as_it_was_typed() {
    let mut scene = Scene::bash();
    scene.types("ls -l", "ls -l");
    let before = scene.now;
    assert_eq!(scene.enter(), screen("ls -l"));
    assert_eq!(scene.now, before, "what is shown as typed needs no waiting");
    assert_eq!(scene.sent, b"ls -l");
    scene.pass();
    assert_eq!(scene.sent, b"ls -l\r");
}

#[test]
fn a_refused_line_is_cleared_and_its_enter_never_goes() {
    let mut scene = Scene::bash();
    scene.types("rm x", "rm x");
    scene.enter();
    assert_eq!(scene.capture.refuse(scene.now), b"\x03");
    scene.shows(&format!("^C{OFF}\r\n{ON}$ "));
    assert_eq!(scene.run(), None);
    scene.types("ls", "ls");
    assert_eq!(scene.enter(), screen("ls"));
    assert!(!scene.sent.contains(&b'\r'));
}

/// The person stood in the middle of a line, or at its end, when commands came to be judged.
#[test]
fn a_line_that_may_have_begun_unseen_is_doubtful_and_cleared_whole() {
    for typed in ["", "ls"] {
        let mut scene = Scene { capture: Capture::midway(80, 24), now: Duration::ZERO, sent: vec![] };
        scene.types(typed, typed);
        assert_eq!(scene.enter(), partial(typed));
        // Ctrl-U would leave what stands right of the cursor.
        assert_eq!(scene.capture.refuse(scene.now), b"\x03");
        scene.shows(&format!("^C{OFF}\r\n{ON}$ "));
        scene.types("ls", "ls");
        assert_eq!(scene.enter(), screen("ls"));
    }
}

#[test]
fn a_shell_that_keeps_a_refused_line_is_told_again() {
    let mut scene = Scene::bash();
    scene.types("rm x", "rm x");
    scene.enter();
    scene.capture.refuse(scene.now);
    scene.sent.clear();
    scene.shows("\x1b[m");
    scene.run();
    assert_eq!(scene.sent, b"\x03\x03\x03\x05\x15\x03");
    scene.types("; ls", "; ls");
    assert!(scene.enter().is_some_and(|line| line.confidence == Confidence::Partial));
}

#[test]
fn what_history_brought_is_read_from_the_screen() {
    let mut scene = Scene::bash();
    scene.types("\x1b[A", "rm -rf /u01");
    assert_eq!(scene.enter(), screen("rm -rf /u01"));
}

#[test]
fn a_recall_that_was_not_answered_is_known_to_be_doubtful() {
    let mut scene = Scene::bash();
    scene.types("true", "true");
    scene.now += Duration::from_millis(50);
    scene.capture.typed(b"\x1b[A\r");
    assert_eq!(scene.run(), partial("true"));
}

#[test]
fn lines_of_a_paste_are_judged_one_by_one() {
    let mut scene = Scene::bash();
    scene.now += Duration::from_millis(300);
    scene.capture.typed(b"one\rtwo\r");
    scene.until_sent(b"one");
    scene.shows("one");
    assert_eq!(scene.run(), screen("one"));
    scene.pass();
    scene.shows(&format!("\r\n{OFF}\rout\r\n{ON}$ "));
    scene.until_sent(b"one\rtwo");
    scene.shows("two");
    assert_eq!(scene.run(), screen("two"));
}

#[test]
fn a_command_over_lines_is_judged_as_a_whole() {
    let mut scene = Scene::bash();
    scene.types("echo 'a", "echo 'a");
    assert_eq!(scene.enter(), None, "not judged yet");
    assert!(scene.sent.ends_with(b"\r"));
    scene.shows(&format!("\r\n{OFF}\r{ON}> "));
    scene.types("b'", "b'");
    assert_eq!(scene.enter(), screen("echo 'a\nb'"));
}

#[test]
fn what_a_shell_ran_instead_of_asking_for_more_is_told_late() {
    let mut scene = Scene::bash();
    scene.types("echo 'a", "echo 'a");
    scene.enter();
    scene.shows(&format!("\r\n{OFF}\r{ON}$ "));
    scene.now += Duration::from_millis(300);
    scene.capture.typed(b"x");
    let late = std::iter::from_fn(|| scene.run()).next();
    assert_eq!(late, partial("echo 'a"));
}

#[test]
fn a_password_is_not_read() {
    let mut scene = Scene::bash();
    scene.types("sudo id", "sudo id");
    scene.enter();
    scene.pass();
    scene.shows(&format!("\r\n{OFF}\rPassword: "));
    scene.now += Duration::from_millis(300);
    scene.capture.typed(b"secret\r");
    assert_eq!(scene.run(), None);
    assert!(scene.sent.ends_with(b"secret\r"), "it goes through");
}

#[test]
fn a_shell_that_does_not_echo_is_no_password_prompt() {
    let mut scene = Scene::bash();
    scene.now += Duration::from_millis(300);
    scene.capture.typed(b"rm x\r");
    assert_eq!(scene.run(), partial(""));
}

#[test]
fn a_line_that_another_key_ran_is_told_late() {
    let mut scene = Scene::bash();
    scene.types("rm x", "rm x");
    scene.types("\x07", ""); // a key that was bound to run the line
    scene.shows(&format!("\r\n{OFF}\r"));
    assert_eq!(scene.run(), partial("rm x"));
    assert_eq!(scene.capture.refuse_late(scene.now), b"\x03");
}

#[test]
fn a_line_that_changed_after_it_was_judged_is_told_late() {
    let mut scene = Scene::bash();
    scene.types("true", "true");
    scene.enter();
    scene.pass();
    scene.shows(&format!("\x1b[4Drm x\r\n{OFF}\r"));
    assert_eq!(scene.run(), partial("rm x"));
}

#[test]
fn the_escape_of_a_pager_is_judged_and_its_keys_are_not_held() {
    let mut scene = Scene::bash();
    scene.types("less x", "less x");
    scene.enter();
    scene.pass();
    scene.shows(&format!("\r\n{OFF}\r\x1b[?1049h\x1b[24;1H:"));
    scene.types("\r\r", "\r:");
    assert!(scene.sent.ends_with(b"\r\r"));
    scene.types("!rm y", "\r\x1b[K!rm y");
    assert_eq!(scene.enter(), screen("rm y"));
}

const FULL: &str = "\x1b[?1049h";

/// attack G1
#[test]
fn a_shell_on_the_alternate_screen_is_a_shell() {
    for prompt in ["$ ", "[7] "] {
        let mut scene = Scene { capture: Capture::new(80, 24), now: Duration::ZERO, sent: vec![] };
        scene.shows(&format!("{ON}{prompt}"));
        scene.types("cat x", "cat x");
        scene.enter();
        scene.pass();
        scene.shows(&format!("\r\n{OFF}\r{FULL}{ON}{}", prompt.replace('7', "8")));
        scene.types("rm x", "rm x");
        assert_eq!(scene.enter(), screen("rm x"), "{prompt:?}");
        scene.pass();
        scene.shows(&format!("\r\n{OFF}\r{ON}{}", prompt.replace('7', "9")));
        scene.types("rm y", "rm y");
        assert_eq!(scene.enter(), screen("rm y"), "{prompt:?}");
    }
}

#[test]
fn an_editor_that_was_killed_leaves_a_shell() {
    let mut scene = Scene::bash();
    scene.types("vim x", "vim x");
    scene.enter();
    scene.pass();
    scene.shows(&format!("\r\n{OFF}\r{FULL}{ON}text"));
    scene.types("ione", "one");
    assert_eq!(scene.enter(), None, "it is the editor's");
    scene.shows(&format!("\r\nKilled\r\n{ON}$ "));
    scene.types("rm x", "rm x");
    assert_eq!(scene.enter(), screen("rm x"));
}

#[test]
fn what_stands_below_a_line_is_not_what_ran() {
    let mut scene = Scene::bash();
    scene.shows(&format!("{OFF}\r\n\r\nleft over\x1b[2A\r{ON}$ "));
    scene.types("ls", "ls");
    assert_eq!(scene.enter(), screen("ls"));
    scene.pass();
    scene.shows(&format!("\r\n{OFF}\r{ON}$ "));
    scene.types("", "");
}

#[test]
fn the_screen_is_whose_line_it_was_and_not_whoever_comes_later() {
    let mut scene = Scene::bash();
    scene.types("vim x", "vim x");
    scene.enter();
    scene.pass();
    scene.shows(&format!("\r\n{OFF}\r{FULL}{ON}text"));
    scene.types("\x1b:q", "\x1b[24;1H:q");
    scene.enter();
    scene.shows(&format!("{OFF}\x1b[?1049l\r\n{ON}$ "));
    // A job in the background.
    scene.shows(FULL);
    scene.types("rm x", "rm x");
    let line = scene.enter();
    assert!(line.is_some_and(|line| line.text.contains("rm x") && line.stranger));
}

#[test]
fn an_interrupt_takes_back_what_waits() {
    let mut scene = Scene::bash();
    scene.types("sleep 9", "sleep 9");
    scene.enter();
    scene.pass();
    scene.capture.typed(b"one\rtwo\r");
    scene.capture.typed(b"\x03");
    scene.run();
    assert_eq!(scene.sent, b"sleep 9\r\x03");
}

#[test]
fn output_that_floods_costs_nothing_until_somebody_types() {
    let mut scene = Scene::bash();
    scene.types("cat big", "cat big");
    scene.enter();
    scene.pass();
    scene.shows(&format!("\r\n{OFF}\r"));
    for _ in 0..2000 {
        scene.shows(&"a line of the file\r\n".repeat(200));
    }
    scene.shows(&format!("{ON}$ "));
    scene.types("ls", "ls");
    assert_eq!(scene.enter(), screen("ls"));
}

#[test]
fn hostile_output_never_breaks_it() {
    let mut seed = 7_u64;
    let mut scene = Scene::bash();
    for round in 0..4000_u32 {
        let mut bytes = Vec::new();
        for _ in 0..40 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let byte = seed.to_le_bytes()[5];
            bytes.extend_from_slice(match byte {
                0..40 => b"\x1b[",
                40..60 => b"\x1b]",
                60..70 => b"\xe5\xb1\x85",
                70..75 => b"\x1b[?2004h",
                75..80 => b"\x1b[?2004l",
                80..82 => b"\x1b[?1049h",
                82..84 => b"\x1b[?1049l",
                _ => std::slice::from_ref(&byte),
            });
        }
        scene.capture.output(&bytes, scene.now);
        if round % 7 == 0 {
            scene.capture.typed(&bytes);
            scene.capture.resize(round % 97, round % 31);
        }
        scene.now += Duration::from_millis(400);
        while scene.run().is_some() {
            scene.capture.refuse(scene.now);
        }
    }
}

/// A prompt with `right` at the edge, as fish and zsh draw it.
fn right_prompt(right: &str) -> String {
    format!("{ON}$ \x1b7\x1b[1;71H{right}\x1b8")
}

#[test]
fn what_may_be_the_right_prompt_or_typed_is_read_both_ways() {
    let mut scene = Scene { capture: Capture::new(80, 24), now: Duration::ZERO, sent: vec![] };
    scene.shows(&right_prompt("; evil"));
    scene.types("ls", "ls");
    assert_eq!(scene.enter(), screen("ls"));
    scene.pass();
    scene.shows(&format!("{OFF}\r\n{ON}\x1b[H\x1b[J{}", right_prompt("; evil")));
    scene.types("\x1b[A", "ls");
    let or = Some(format!("ls{:66}; evil", ""));
    assert_eq!(
        scene.enter(),
        Some(Line { or, confidence: Confidence::Screen, ..Line::partial("ls".into()) })
    );
}

#[test]
fn a_right_prompt_that_comes_with_the_first_key_is_known() {
    let mut scene = Scene { capture: Capture::new(80, 24), now: Duration::ZERO, sent: vec![] };
    scene.shows(&right_prompt("12:30"));
    scene.types("ls", "ls");
    assert_eq!(scene.enter(), screen("ls"));
    scene.pass();
    scene.shows(&format!("{OFF}\r\n{ON}\x1b[H\x1b[J$ "));
    scene.types("id", "id\x1b7\x1b[1;71H12:30\x1b8");
    assert_eq!(scene.enter(), screen("id"));
}

#[test]
fn what_was_typed_after_a_completion_is_waited_for() {
    let mut scene = Scene::bash();
    scene.types("./ev\t", "./ev");
    scene.capture.typed(b"one\r");
    scene.until_sent(b"./ev\tone");
    for _ in 0..10 {
        scene.now += Duration::from_millis(10);
        assert!(matches!(scene.capture.next(scene.now), CaptureStep::Wait(Some(_))), "{:?}", scene.now);
    }
    scene.shows("il one");
    assert_eq!(scene.run(), screen("./evil one"));
}

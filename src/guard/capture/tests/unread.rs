//! attack: what a full-screen program may leave to the shell behind it.

use std::time::Duration;

use super::{FULL, Line, OFF, ON, Scene, partial};

/// less, which has begun to search and is silent.
fn searching() -> Scene {
    let mut scene = Scene::bash();
    scene.types("less x", "less x");
    scene.enter();
    scene.pass();
    scene.shows(&format!("\r\n{OFF}\r{FULL}\x1b[24;1H:"));
    scene.types("/no", "\r\x1b[K/no");
    assert_eq!(scene.enter(), None, "it shows what it read");
    assert!(scene.sent.ends_with(b"/no\r"));
    scene.shows("\r\x1b[K");
    scene
}

#[test]
fn what_a_silent_program_may_leave_over_waits_and_is_the_shells() {
    for runs in ["\r", "\x0f"] {
        let mut scene = searching();
        scene.capture.typed(format!("qrm x{runs}").as_bytes());
        assert_eq!(scene.run(), None);
        assert!(scene.sent.ends_with(b"qrm x"));
        scene.shows(&format!("not found\x1b[?1049l{ON}$ rm x"));
        assert_eq!(scene.run(), partial("rm x"), "{runs:?}");
    }
}

#[test]
fn what_is_not_answered_at_all_is_refused_with_all_behind_it() {
    let mut scene = searching();
    scene.capture.typed(b"qrm x\rrm y\r");
    assert_eq!(scene.run(), None);
    scene.now += Duration::from_secs(11);
    assert_eq!(scene.run(), Some(Line { unanswered: true, ..Line::partial(String::new()) }));
    assert_eq!(scene.capture.refuse(scene.now), b"\x03");
    assert_eq!((scene.run(), scene.capture.queued()), (None, 0));
    assert!(scene.sent.ends_with(b"qrm x"));
}

#[test]
fn an_interrupt_takes_back_what_waits_for_a_silent_program() {
    let mut scene = searching();
    scene.capture.typed(b"qrm x\rrm y\r");
    assert_eq!(scene.run(), None);
    scene.capture.typed(b"\x03");
    assert_eq!(scene.run(), None);
    assert!(scene.sent.ends_with(b"qrm x\x03"));
}

#[test]
fn keys_that_leave_no_line_and_keys_that_are_answered_let_an_enter_through() {
    let mut scene = searching();
    scene.shows("not found");
    scene.types("n", "");
    scene.enter();
    assert!(scene.sent.ends_with(b"n\r"), "one key is the program's");
    scene.types("gg", "\x1b[Htext\x1b[24;1H:");
    scene.enter();
    assert!(scene.sent.ends_with(b"gg\r"));
}

#[test]
fn a_paste_waits_for_the_answer_to_what_stands_before_it() {
    let mut scene = Scene::bash();
    scene.types("vim x", "vim x");
    scene.enter();
    scene.pass();
    scene.shows(&format!("\r\n{OFF}\r{FULL}{ON}text"));
    scene.types(":q", "\x1b[24;1H:q");
    scene.enter();
    scene.capture.typed(b"\x1b[200~x\rrm x\r\x1b[201~");
    scene.run();
    assert!(scene.sent.ends_with(b":q\r"));
    scene.shows("\r\x1b[Ktext");
    scene.run();
    assert!(scene.sent.ends_with(b":q\r\x1b[200~x\rrm x\r\x1b[201~"));
}

#[test]
fn a_program_that_sleeps_and_switches_the_mouse_has_answered_nothing() {
    let mut scene = searching();
    scene.capture.typed(b"qrm x\r");
    scene.run();
    for switches in ["\x1b[?1006;1000l\x1b[?1002l", "\x1b[?1006;1000h\x1b[?1002h\x1b[?25h"] {
        scene.shows(switches);
        scene.now += Duration::from_millis(900);
        assert_eq!(scene.run(), None);
        assert!(scene.sent.ends_with(b"qrm x"));
    }
}

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use proptest::prelude::*;

fn name(path: &str) -> Name {
    Name::parse(path.as_bytes()).unwrap()
}

fn write(path: &str) -> Deed {
    Deed::Write { name: Some(name(path)), how: Writing::Anew }
}

fn handle(text: &str) -> Handle {
    Handle::parse(text.as_bytes()).unwrap()
}

/// Opens a file, which the server calls so.
fn opens(own: &mut Own, path: &str, how: Writing, called: &str) {
    own.sent(9, Some(Deed::Write { name: Name::parse(path.as_bytes()), how }));
    own.answered(Answer { id: 9, done: true, handle: Some(handle(called)) });
}

fn rename(from: &str, to: &str) -> Deed {
    Deed::Rename { from: Some(name(from)), to: Name::parse(to.as_bytes()) }
}

fn remove(path: &str) -> Deed {
    Deed::Remove(name(path))
}

fn stamp(path: &str) -> Deed {
    Deed::Stamp(name(path))
}

fn does(own: &mut Own, deed: Deed, done: bool) {
    own.sent(9, Some(deed));
    own.answered(Answer { id: 9, done, handle: None });
}

fn made(deeds: impl IntoIterator<Item = Deed>) -> Own {
    let mut own = Own::default();
    deeds.into_iter().for_each(|deed| does(&mut own, deed, true));
    own
}

#[test]
fn names_are_compared_as_written_but_for_what_says_nothing() {
    for (one, other) in
        [("/a/b", "/a//b"), ("/a/b", "/a/./b/"), ("a", "./a"), ("a/b", "./a/./b"), ("\u{4e09}", "./\u{4e09}")]
    {
        assert_eq!(name(one), name(other), "{one} {other}");
    }
    for (one, other) in [("/a", "a"), ("/a", "/A"), ("a", "a "), ("/a\\b", "/a/b"), ("é", "e\u{301}")] {
        assert_ne!(name(one), name(other), "{one} {other}");
    }
    for none in ["", "/", ".", "./.", "..", "/a/../b", "/a/..", "../a", "//a", "a\0"] {
        assert_eq!(Name::parse(none.as_bytes()), None, "{none:?}");
    }
    assert_eq!(Name::parse(&vec![b'a'; 5000]), None);
}

/// trial 12: what an upload made may be renamed, stamped and taken away.
#[test]
fn what_was_made_here_is_our_own() {
    let mut own = made([write("/d/f.part"), Deed::MakeDir(name("/d/new"))]);
    for deed in [
        stamp("/d/f.part"),
        remove("/d/./f.part"),
        rename("/d/f.part", "/d/f"),
        rename("/d/f.part", "../f"),
        stamp("/d/new"),
        Deed::RemoveDir(name("/d/new/")),
    ] {
        assert!(own.covers(&deed), "{deed:?}");
    }
    does(&mut own, rename("/d/f.part", "/d/f"), true);
    assert!(own.covers(&stamp("/d/f")) && own.covers(&remove("/d/f")));
    assert!(!own.covers(&stamp("/d/f.part")));
    does(&mut own, remove("/d/f"), true);
    assert!(!own.covers(&stamp("/d/f")));
}

#[test]
fn what_others_made_is_not() {
    let own = made([write("/d/f"), Deed::MakeDir(name("/d/new"))]);
    for deed in [
        stamp("/d/g"),
        stamp("/d"),
        stamp("/d/F"),
        stamp("d/f"),
        remove("/d/new"),
        rename("/d/new", "/d/old"),
        rename("/d", "/e"),
        Deed::RemoveDir(name("/d/f")),
        Deed::Rename { from: None, to: Some(name("/d/f")) },
        write("/d/f"),
    ] {
        assert!(!own.covers(&deed), "{deed:?}");
    }
}

/// attack: file gate. What was there before is not altered by whoever may write to it.
#[test]
fn what_was_only_written_to_is_not_ours() {
    let mut own = Own::default();
    opens(&mut own, "/log", Writing::On, "h");
    for deed in [Deed::StampOpen(handle("h")), stamp("/log"), remove("/log"), rename("/log", "/x")] {
        assert!(!own.covers(&deed), "{deed:?}");
    }
}

/// scp empties no file: what it makes in a directory that it made is its own, and nowhere else.
#[test]
fn what_is_made_in_a_directory_of_ours_is_ours() {
    let mut own = made([Deed::MakeDir(name("/d"))]);
    for (path, ours) in [
        ("/d/f", true),
        ("/d/./g", true),
        ("/d/e/f", false),
        ("/f", false),
        ("/d/../f", false),
        ("d/f", false),
    ] {
        opens(&mut own, path, Writing::Perhaps, "h");
        assert_eq!(own.covers(&Deed::StampOpen(handle("h"))), ours, "{path}");
    }
    opens(&mut own, "/d/old", Writing::On, "h");
    assert!(!own.covers(&Deed::StampOpen(handle("h"))));
    does(&mut own, Deed::RemoveDir(name("/d")), true);
    opens(&mut own, "/d/f", Writing::Perhaps, "h");
    assert!(own.covers(&Deed::StampOpen(handle("h"))), "by its name, which is still ours");
    opens(&mut own, "/d/new", Writing::Perhaps, "h");
    assert!(!own.covers(&Deed::StampOpen(handle("h"))));
}

/// attack: file gate
#[test]
fn an_open_file_is_ours_as_long_as_its_handle_means_it() {
    let mut own = Own::default();
    let is_ours = |own: &Own, called: &str| own.covers(&Deed::StampOpen(handle(called)));
    opens(&mut own, "../x", Writing::Anew, "h");
    assert!(is_ours(&own, "h") && !is_ours(&own, "H") && !is_ours(&own, ""));
    own.sent(1, Some(Deed::Close(handle("h"))));
    assert!(!is_ours(&own, "h"), "the server may give it to another file now");
    opens(&mut own, "/mine", Writing::Anew, "h");
    opens(&mut own, "/theirs", Writing::On, "h");
    assert!(!is_ours(&own, "h"));
    // What is ours by name is ours where it is opened again.
    opens(&mut own, "/mine", Writing::On, "again");
    assert!(is_ours(&own, "again"));
    own.sent(2, Some(Deed::Write { name: Some(name("/mine")), how: Writing::On }));
    does(&mut own, remove("/mine"), true);
    own.answered(Answer { id: 2, done: true, handle: Some(handle("late")) });
    assert!(!is_ours(&own, "late"), "another's file may stand there");
    // By an answer of which it is not known what it answers.
    opens(&mut own, "/mine", Writing::Anew, "h");
    own.answered(Answer { id: 77, done: true, handle: Some(handle("h")) });
    assert!(!is_ours(&own, "h"));
    assert_eq!(Handle::parse(&[b'h'; 257]), None);
}

#[test]
fn what_failed_made_nothing() {
    let mut own = Own::default();
    does(&mut own, write("/etc/passwd"), false);
    does(&mut own, Deed::MakeDir(name("/etc")), false);
    assert!(!own.covers(&remove("/etc/passwd")) && !own.covers(&stamp("/etc")));
    does(&mut own, write("/a"), true);
    does(&mut own, rename("/a", "/etc/passwd"), false);
    assert!(own.covers(&remove("/a")) && !own.covers(&remove("/etc/passwd")));
    does(&mut own, remove("/a"), false);
    assert!(own.covers(&remove("/a")));
}

#[test]
fn an_answer_to_another_request_makes_nothing() {
    // The answer to the first of one id comes first: it opened a directory.
    let mut own = Own::default();
    own.sent(1, None);
    own.sent(1, Some(write("/etc/passwd")));
    own.answered(Answer { id: 1, done: true, handle: None });
    own.answered(Answer { id: 1, done: true, handle: None });
    assert!(!own.covers(&remove("/etc/passwd")));
    own.sent(1, Some(write("/etc/passwd")));
    own.sent(1, None);
    own.answered(Answer { id: 1, done: true, handle: None });
    own.answered(Answer { id: 1, done: false, handle: None });
    assert!(!own.covers(&remove("/etc/passwd")));
    own.answered(Answer { id: 1, done: true, handle: None });
    // Alone again, the id counts again.
    own.sent(1, Some(write("/mine")));
    own.answered(Answer { id: 1, done: true, handle: None });
    assert!(own.covers(&remove("/mine")) && own.deeds == 0);
}

#[test]
fn before_the_answer_a_name_is_nobodys() {
    let mut own = Own::default();
    own.sent(1, Some(write("/a")));
    assert!(!own.covers(&remove("/a")));
    own.answered(Answer { id: 1, done: true, handle: None });
    own.sent(2, Some(rename("/a", "/b")));
    assert!(!own.covers(&remove("/a")) && !own.covers(&remove("/b")));
}

/// Somebody who may change things moved something: our names may stand for other files.
#[test]
fn a_rename_of_what_is_not_ours_forgets_all() {
    let mut own = made([write("/d/f"), Deed::MakeDir(name("/d/new"))]);
    own.sent(1, Some(rename("/d", "/e")));
    assert!(!own.covers(&stamp("/d/f")) && !own.covers(&stamp("/d/new")));
}

#[test]
fn memory_is_bounded() {
    let own = made((0..5000).map(|i| write(&format!("/{i}"))));
    assert_eq!(own.files.weighs().0, Newest::<Name>::MOST);
    assert!(own.covers(&remove("/4999")) && !own.covers(&remove("/0")));
    let own = made((0..500).map(|i| write(&format!("/{i}{}", "x".repeat(3000)))));
    assert!(own.files.weighs().1 <= Newest::<Name>::MOST_BYTES);
    let mut own = Own::default();
    (0..5000).for_each(|i| opens(&mut own, "/a", Writing::Anew, &i.to_string()));
    assert_eq!(own.handles.weighs().0, Newest::<Handle>::MOST);

    let mut own = made([write("/a")]);
    (0..1000).for_each(|id| own.sent(id, Some(write(&format!("/{id}")))));
    assert!(own.deeds <= MOST_DEEDS);
    (1000..10_000).for_each(|id| own.sent(id, None));
    assert!(own.blind && own.waiting.is_empty() && !own.covers(&stamp("/a")));
    does(&mut own, write("/b"), true);
    assert!(!own.covers(&stamp("/b")));
}

proptest! {
    /// Against a plain model of one directory: only what was opened anew, or came from there by a rename, goes away.
    #[test]
    fn nothing_of_others_is_taken(steps in prop::collection::vec((0..3u8, 0..4usize, 0..4usize, any::<bool>()), 0..40)) {
        let paths = ["/a", "/b", "/c", "/d"];
        let (mut own, mut ours) = (Own::default(), [false; 4]);
        for (what, one, other, done) in steps {
            let deed = match what {
                0 => write(paths[one]),
                1 => remove(paths[one]),
                _ => rename(paths[one], paths[other]),
            };
            if what > 0 && !own.covers(&deed) {
                continue; // refused
            }
            prop_assert!(what == 0 || ours[one]);
            does(&mut own, deed, done);
            match what {
                0 => ours[one] |= done,
                1 => ours[one] &= !done,
                _ if done && one != other => (ours[one], ours[other]) = (false, true),
                _ => {}
            }
        }
    }

    #[test]
    fn no_path_panics(path: Vec<u8>) {
        if let Some(name) = Name::parse(&path) {
            prop_assert_eq!(Name::parse(name.as_ref()), Some(name.clone()));
        }
    }
}

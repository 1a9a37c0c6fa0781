//! The finder finds: faults that are planted in small houses.

use crate::arrows::arrows;
use crate::rings::{graph, rings};
use crate::tree::{Texts, Tree};
use crate::{names, rooms, today};

fn house(files: &[(&str, &str)]) -> Tree {
    let texts: Texts = files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
    Tree::read(&texts)
}

/// The rings of a house, as text.
fn round(files: &[(&str, &str)]) -> Vec<String> {
    rings(&graph(&arrows(&house(files)))).into_iter().map(|ring| ring.join(" ")).collect()
}

#[test]
fn a_planted_ring_is_found_and_named() {
    let files = [
        ("lib.rs", "pub mod domain; pub mod policy;"),
        ("domain.rs", "pub struct Name;"),
        ("policy/mod.rs", "mod first; mod second; mod third;"),
        ("policy/first.rs", "use super::second::Second; pub struct First(Second);"),
        ("policy/second.rs", "pub struct Second; fn f() { crate::policy::third::go(); }"),
        ("policy/third.rs", "pub fn go() { let _ = super::first::First; } fn g(_: crate::domain::Name) {}"),
    ];
    let graph = graph(&arrows(&house(&files)));
    let found = rings(&graph);
    assert_eq!(found, [["policy/first.rs", "policy/second.rs", "policy/third.rs"]]);
    let told = today::compare_rings(&graph, &found, &[]).join("\n");
    let way = "policy/first.rs -> policy/second.rs (by super::second::Second) \
               -> policy/third.rs (by crate::policy::third::go) -> policy/first.rs (by super::first::First)";
    assert!(told.contains(way), "{told}");
}

#[test]
fn a_ring_is_found_through_every_way_to_name_a_thing() {
    let ways = [
        "use crate::b::B;",
        "use crate::b::{self, C as D}; fn f() { b::g(); }",
        "use crate::{b::{B, C}, c};",
        "fn f(x: &crate::b::B) {}",
        "fn f() { println!(\"{}\", crate::b::g()); }",
        "fn f() { use crate::b as other; other::g(); }",
        "fn f() { super::b::g(); }",
        "use crate::c::B; fn f(_: B) {}",
        "use crate::c::*; fn f(_: B) {}",
        "use crate::c::renamed::g;",
        "#[derive(x(crate::b::B))] struct A2;",
        "impl From<crate::b::B> for A { }",
        "mod inner { use super::super::b::B; }",
    ];
    for way in ways {
        let a = format!("{way} pub struct A;");
        let files = [
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", a.as_str()),
            ("b.rs", "use crate::a::A; pub struct B(A); pub struct C; pub fn g() {}"),
            ("c.rs", "pub use crate::b::*; pub use crate::b as renamed;"),
        ];
        assert!(round(&files).iter().any(|ring| ring.starts_with("a.rs b.rs")), "{way}: {:?}", round(&files));
    }
}

#[test]
fn a_child_that_uses_what_its_parent_defines_is_a_ring_where_the_parent_uses_the_child() {
    let child = ("a/child.rs", "use super::Defined; pub struct Child(Defined);");
    let parent = ("a/mod.rs", "mod child; use child::Child; pub struct Defined; fn f(_: Child) {}");
    assert_eq!(round(&[("lib.rs", "mod a;"), parent, child]), ["a/child.rs a/mod.rs"]);
    // A re-export is a signpost, until the parent uses it.
    let parent = ("a/mod.rs", "mod child; pub use child::Child; pub struct Defined;");
    assert!(round(&[("lib.rs", "mod a;"), parent, child]).is_empty());
    let parent = ("a/mod.rs", "mod child; pub use child::Child; pub struct Defined; fn f(_: Child) {}");
    assert_eq!(round(&[("lib.rs", "mod a;"), parent, child]), ["a/child.rs a/mod.rs"]);
}

#[test]
fn a_re_export_leads_to_the_file_that_defines() {
    let files = [
        ("lib.rs", "mod a;"),
        ("a/mod.rs", "mod one; mod two; pub use one::One; pub use two::Two; pub struct Own;"),
        ("a/one.rs", "pub struct One;"),
        ("a/two.rs", "use super::One; pub struct Two(One);"),
    ];
    assert!(round(&files).is_empty());
}

#[test]
fn what_is_for_tests_does_not_count() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        (
            "a.rs",
            "pub struct A; #[cfg(test)] mod tests { use crate::b::B; } #[cfg(test)] fn f(_: crate::b::B) {}",
        ),
        ("b.rs", "pub struct B(crate::a::A); #[cfg(test)] mod tests;"),
    ];
    assert!(round(&files).is_empty());
}

#[test]
fn a_planted_upward_import_is_found_and_named() {
    let files = [
        ("lib.rs", "mod domain; mod policy; mod store; mod cellar;"),
        ("domain.rs", "use crate::policy::{Policy, Rule};"),
        ("policy.rs", "pub struct Policy; pub struct Rule; fn f() { crate::store::open(); }"),
        ("store.rs", "use crate::policy::Policy; pub fn open() {}"),
        ("cellar.rs", ""),
    ];
    let faults = rooms::upward(&arrows(&house(&files)));
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert!(faults[0].contains("cellar has no layer"), "{faults:?}");
    assert_eq!(faults[1], "domain.rs: domain uses policy, which lies above: crate::policy::Policy");
    assert_eq!(faults[2], "policy.rs: policy uses store, which lies above: crate::store::open");
}

#[test]
fn planted_libraries_and_impurities_are_found() {
    let policy = "use std::{collections::BTreeMap, fs}; use jiff::Timestamp; \
                  fn f() { fs::read(\"x\"); Timestamp::now(); russh::go(); let std_fs = 1; } async fn g() {}";
    let files = arrows(&house(&[
        ("lib.rs", "mod policy; mod ssh;"),
        ("policy.rs", policy),
        ("ssh.rs", "use russh::x;"),
    ]));
    assert_eq!(rooms::strangers(&files), ["policy.rs: russh belongs to [\"ssh\"]"]);
    let faults = rooms::impure(&files);
    let told = faults.join("\n");
    for fault in ["waits", "std::fs::read", "jiff::Timestamp::now"] {
        assert!(told.contains(fault), "{fault}: {told}");
    }
    assert_eq!(faults.len(), 4, "std::fs itself is the fourth: {told}");
}

#[test]
fn the_heart_is_closed_to_protocols_and_printing() {
    let files = [
        ("lib.rs", "mod access; mod admin; mod ssh; mod ssh_session; mod console;"),
        ("access/mod.rs", "use crate::ssh_session::Pump; use russh::Channel; mod heart;"),
        ("access/heart.rs", "fn f() { crate::ssh::go(); } struct Sshd;"),
        ("admin.rs", "fn f(out: &crate::console::Out) { println!(\"x\"); } use clap::Parser;"),
        ("ssh.rs", "pub fn go() {}"),
        ("ssh_session.rs", "pub struct Pump;"),
        ("console.rs", "pub struct Out;"),
    ];
    let told = rooms::heart(&arrows(&house(&files)));
    assert_eq!(
        told,
        [
            "access/heart.rs: access may not name crate::ssh::go",
            "access/mod.rs: access may not name crate::ssh_session::Pump",
            "access/mod.rs: access may not name russh::Channel",
            "admin.rs: admin may not name clap::Parser",
            "admin.rs: admin may not name crate::console::Out",
            "admin.rs: admin may not name println",
        ]
    );
}

#[test]
fn a_name_given_twice_is_found_and_a_list_only_gets_shorter() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "pub struct Event; pub enum Own {} struct Line;"),
        ("b.rs", "pub(crate) enum Event {} pub(super) struct Own; pub struct Line;"),
    ];
    let names = names::twice(&house(&files));
    assert!(today::compare_names(&names, &[("Event", 2)]).is_empty());
    assert!(today::compare_names(&names, &[])[0].contains("Event means 2 things: a.rs, b.rs"));
    assert!(today::compare_names(&names, &[("Event", 3)])[0].contains("lower the number"));
    assert!(today::compare_names(&names, &[("Event", 2), ("Line", 2)])[0].contains("take it off"));
    let none = rings(&graph(&arrows(&house(&files))));
    let told = today::compare_rings(&Default::default(), &none, &[("a.rs", 2)]);
    assert!(told[0].contains("take it off"), "{told:?}");
}

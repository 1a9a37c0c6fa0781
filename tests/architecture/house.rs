//! The shape of the house, read from the code (`syn`), not from its text.
//!
//! Arrows point one way: a room may use its own layer's neighbours below it, never what lies above; no two files lead back
//! to each other in a ring; a library is named by its owner alone; pure rooms are pure; a public type's name means one
//! thing. What stands in the way today is listed in `today.rs`, and that list only gets shorter.

#![allow(unreachable_pub, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod arrows;
mod named;
mod names;
mod planted;
mod rings;
mod rooms;
mod today;
mod tree;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use arrows::Uses;
use tree::{Texts, Tree};

fn texts(dir: &Path, below: &str, found: &mut Texts) {
    for entry in std::fs::read_dir(dir).expect("src can be read") {
        let path = entry.expect("src can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            texts(&path, &format!("{below}{name}/"), found);
        } else if name.ends_with(".rs") {
            let text = std::fs::read_to_string(&path).expect("a source file can be read");
            found.insert(format!("{below}{name}"), text);
        }
    }
}

/// What the sources say, read once for all tests.
struct House {
    files: BTreeMap<String, Uses>,
    twice: BTreeMap<String, Vec<String>>,
}

static HOUSE: LazyLock<House> = LazyLock::new(|| {
    let mut found = Texts::new();
    texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src"), "", &mut found);
    let tree = Tree::read(&found);
    let house = House { files: arrows::arrows(&tree), twice: names::twice(&tree) };
    assert!(house.files.len() > 100, "the sources are found at all");
    house
});

/// Fails with every fault, a line each.
fn holds(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn every_room_has_a_layer_and_no_arrow_points_up() {
    holds(&rooms::upward(&HOUSE.files));
}

#[test]
fn a_library_is_named_by_its_owner_only() {
    holds(&rooms::strangers(&HOUSE.files));
}

#[test]
fn the_pure_rooms_are_pure() {
    holds(&rooms::impure(&HOUSE.files));
}

#[test]
fn the_heart_names_no_protocol_and_no_console() {
    holds(&rooms::heart(&HOUSE.files));
}

#[test]
fn no_files_lead_back_to_each_other_in_a_ring() {
    let graph = rings::graph(&HOUSE.files);
    holds(&today::compare_rings(&graph, &rings::rings(&graph), today::RINGS));
}

#[test]
fn a_public_type_name_has_one_meaning() {
    holds(&today::compare_names(&HOUSE.twice, today::NAMES));
}

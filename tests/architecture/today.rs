//! What stands in the way today. THESE LISTS ONLY GET SHORTER: a ring or a name that is not listed fails, and so does one
//! that is listed and gone, so that it is taken off.

use std::collections::BTreeMap;

use crate::rings::{Graph, way_round};

/// A file of each ring, and how many files the ring has.
pub const RINGS: &[(&str, usize)] = &[];

/// Names that more than one public type has, and how many.
pub const NAMES: &[(&str, usize)] = &[("Fault", 2), ("Scope", 2)];

pub fn compare_rings(graph: &Graph, rings: &[Vec<String>], listed: &[(&str, usize)]) -> Vec<String> {
    let mut faults = Vec::new();
    for ring in rings {
        let entry = listed.iter().find(|(file, _)| ring.iter().any(|other| other == file));
        let files = ring.join(", ");
        let way = way_round(graph, ring);
        let size = ring.len();
        match entry {
            Some((_, listed)) if *listed == size => {}
            Some((file, listed)) if *listed > size => {
                faults
                    .push(format!("the ring of {file} has {size} files now, not {listed}: lower the number"));
            }
            Some((file, listed)) => {
                faults.push(format!("the ring of {file} has grown from {listed} files to {size}: {files}"));
            }
            None => faults.push(format!("a new ring of {size} files: {way}\n    all of it: {files}")),
        }
    }
    let gone = |file: &str| !rings.iter().any(|ring| ring.iter().any(|other| other == file));
    let gone = listed.iter().filter(|(file, _)| gone(file));
    faults.extend(gone.map(|(file, _)| format!("{file} is in no ring any more: take it off the list")));
    faults
}

pub fn compare_names(names: &BTreeMap<String, Vec<String>>, listed: &[(&str, usize)]) -> Vec<String> {
    let listed: BTreeMap<&str, usize> = listed.iter().copied().collect();
    let mut faults = Vec::new();
    for (name, files) in names {
        match (files.len(), listed.get(name.as_str()).copied().unwrap_or(0)) {
            (now, before) if now == before => {}
            (now, before) if now < before => {
                faults.push(format!("{name} has {now} meanings now, not {before}: lower the number"));
            }
            (now, _) => faults.push(format!("{name} means {now} things: {}", files.join(", "))),
        }
    }
    let gone = listed.keys().filter(|name| !names.contains_key(**name));
    faults.extend(gone.map(|name| format!("{name} has one meaning now: take it off the list")));
    faults
}

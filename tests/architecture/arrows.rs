//! Arrows between files: who names what stands in another file.
//!
//! - A name belongs to the file that defines it: what comes through a re-export leads past the re-exporting file.
//! - `mod x;` is not an arrow, and neither is `pub use x::Y` by itself: both are signposts. A parent that uses what it
//!   hands on has an arrow like anybody else, and so has a child that uses what its parent defines. So a file that uses
//!   its folder, where the folder uses the file, is a ring: that is what an arrow up inside a module is.
//! - A module's name alone (`use crate::store;`) is a signpost, too: the paths through it are the arrows.

use std::collections::{BTreeMap, BTreeSet};

use crate::named::{How, Named, Reader};
use crate::tree::Tree;

/// Where a path leads.
#[derive(Clone, PartialEq, Eq)]
enum Place {
    Module(usize),
    /// What a file defines.
    In(usize),
    /// A library's, or a local name.
    Elsewhere(Vec<String>),
}

/// What one file names.
#[derive(Default)]
pub struct Uses {
    /// Files, by the path that led there.
    pub arrows: BTreeMap<String, String>,
    /// Files that are only pointed at.
    pub signposts: BTreeMap<String, String>,
    /// What is not of this crate, in full: `std::fs::read`.
    pub libraries: BTreeSet<String>,
    pub waits: bool,
}

pub fn arrows(tree: &Tree) -> BTreeMap<String, Uses> {
    let mut files: BTreeMap<String, Uses> = BTreeMap::new();
    for (at, module) in tree.modules.iter().enumerate() {
        let reader = Reader::read(&module.items);
        let uses = files.entry(module.file.clone()).or_default();
        uses.waits |= reader.waits;
        let local = locals(&reader);
        for named in reader.named {
            note(tree, at, &named, &local, uses);
        }
    }
    files
}

/// The names that a `use` brings inside of a function, too.
fn locals(reader: &Reader) -> BTreeMap<String, Vec<String>> {
    reader.named.iter().filter_map(|named| Some((named.alias.clone()?, named.path.clone()))).collect()
}

fn note(tree: &Tree, at: usize, named: &Named, local: &BTreeMap<String, Vec<String>>, uses: &mut Uses) {
    let mut place = locate(tree, at, &named.path, &mut BTreeSet::new());
    if let (Place::Elsewhere(path), How::Used) = (&place, named.how) {
        let longer = path.split_first().and_then(|(first, rest)| Some((local.get(first)?, rest)));
        if let Some((start, rest)) = longer {
            let path: Vec<_> = start.iter().chain(rest).cloned().collect();
            place = locate(tree, at, &path, &mut BTreeSet::new());
        }
    }
    let said = named.path.join("::");
    let (module, signpost) = match place {
        Place::Elsewhere(path) => {
            uses.libraries.insert(path.join("::"));
            return;
        }
        Place::Module(module) => (module, true),
        Place::In(module) => (module, named.how == How::HandedOn),
    };
    let file = &tree.modules[module].file;
    if *file != tree.modules[at].file {
        let list = if signpost { &mut uses.signposts } else { &mut uses.arrows };
        list.entry(file.clone()).or_insert(said);
    }
}

/// Follows a path from a module; `seen` ends re-exports that run in circles.
fn locate(tree: &Tree, at: usize, path: &[String], seen: &mut BTreeSet<(usize, String)>) -> Place {
    let elsewhere = || Place::Elsewhere(path.to_vec());
    let Some((first, mut rest)) = path.split_first() else { return elsewhere() };
    let mut place = match first.as_str() {
        "crate" => Place::Module(root(tree, at)),
        "juyong" => Place::Module(0),
        "self" => Place::Module(at),
        "super" => Place::Module(tree.modules[at].parent.unwrap_or(at)),
        name => match look_up(tree, at, name, rest.is_empty(), seen) {
            Some(Place::Elsewhere(mut path)) => {
                path.extend(rest.iter().cloned());
                return Place::Elsewhere(path);
            }
            Some(place) => place,
            None => return elsewhere(),
        },
    };
    while let (Place::Module(module), Some((name, more))) = (&place, rest.split_first()) {
        let module = *module;
        place = if name == "super" {
            Place::Module(tree.modules[module].parent.unwrap_or(module))
        } else {
            // What is not found was made by a macro of that file.
            look_up(tree, module, name, more.is_empty(), seen).unwrap_or(Place::In(module))
        };
        if let Place::Elsewhere(mut path) = place {
            path.extend(more.iter().cloned());
            return Place::Elsewhere(path);
        }
        rest = more;
    }
    place
}

fn root(tree: &Tree, at: usize) -> usize {
    tree.modules[at].parent.map_or(at, |parent| root(tree, parent))
}

/// One name in one module. At a path's end a value or a type comes before a module of the same name.
fn look_up(
    tree: &Tree,
    at: usize,
    name: &str,
    last: bool,
    seen: &mut BTreeSet<(usize, String)>,
) -> Option<Place> {
    if !seen.insert((at, format!("{name}{last}"))) {
        return None;
    }
    let module = &tree.modules[at];
    let child = module.children.get(name).map(|child| Place::Module(*child));
    let defined = module.defined.contains(name).then_some(Place::In(at));
    let mut import = || module.imports.get(name).map(|path| locate(tree, at, path, seen));
    let found =
        if last { defined.or_else(&mut import).or(child) } else { child.or(defined).or_else(&mut import) };
    found.or_else(|| {
        let globs = module.globs.iter().filter(|path| path.first().is_some_and(|first| first != name));
        let mut globs = globs.filter_map(|path| match locate(tree, at, path, &mut seen.clone()) {
            Place::Module(module) => Some(module),
            _ => None,
        });
        globs.find_map(|module| look_up(tree, module, name, last, &mut seen.clone()))
    })
}

//! Rings: files that lead back to themselves. A ring is a strongly connected component of more than one file.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::arrows::Uses;

/// The files that each file uses, and by which path.
pub type Graph = BTreeMap<String, BTreeMap<String, String>>;

pub fn graph(files: &BTreeMap<String, Uses>) -> Graph {
    files.iter().map(|(file, uses)| (file.clone(), uses.arrows.clone())).collect()
}

fn reachable<'a>(graph: &'a Graph, from: &'a str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        for next in graph.get(file).into_iter().flat_map(BTreeMap::keys) {
            if found.insert(next.as_str()) {
                open.push(next);
            }
        }
    }
    found
}

/// Every ring, as the names of its files, largest first.
pub fn rings(graph: &Graph) -> Vec<Vec<String>> {
    let all: BTreeMap<&str, BTreeSet<&str>> =
        graph.keys().map(|file| (file.as_str(), reachable(graph, file))).collect();
    let mut placed: BTreeSet<&str> = BTreeSet::new();
    let mut rings = Vec::new();
    for (file, ahead) in &all {
        if placed.contains(file) || !ahead.contains(file) {
            continue;
        }
        let back = |other: &&&str| all.get(*other).is_some_and(|ahead| ahead.contains(file));
        let ring: Vec<&str> = ahead.iter().filter(back).copied().collect();
        placed.extend(&ring);
        rings.push(ring.into_iter().map(str::to_owned).collect::<Vec<_>>());
    }
    rings.sort_by_key(|ring| std::cmp::Reverse(ring.len()));
    rings
}

/// A shortest way round, with the paths that it goes by: where to begin when a ring has to be opened.
pub fn way_round(graph: &Graph, ring: &[String]) -> String {
    let ways = ring.iter().filter_map(|start| back_to(graph, start));
    let way = ways.min_by_key(Vec::len).unwrap_or_default();
    let steps = way.iter().zip(way.iter().skip(1));
    let by = |from: &String, to: &String| graph.get(from).and_then(|next| next.get(to)).cloned();
    let told = steps.map(|(from, to)| format!(" -> {to} (by {})", by(from, to).unwrap_or_default()));
    way.first().cloned().unwrap_or_default() + &told.collect::<String>()
}

fn back_to(graph: &Graph, start: &str) -> Option<Vec<String>> {
    let mut before: BTreeMap<&str, &str> = BTreeMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(file) = open.pop_front() {
        for next in graph.get(file).into_iter().flat_map(BTreeMap::keys) {
            if next == start {
                let mut way = vec![start.to_owned(), file.to_owned()];
                let mut at = file;
                while let Some(earlier) = before.get(at).filter(|_| at != start) {
                    way.push((*earlier).to_owned());
                    at = earlier;
                }
                way.reverse();
                return Some(way);
            }
            if !before.contains_key(next.as_str()) {
                before.insert(next, file);
                open.push_back(next);
            }
        }
    }
    None
}

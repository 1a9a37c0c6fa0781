//! No page names what is not there: relative links of every Markdown file, their anchors, the pages that sources, locales
//! and policies name, the files that the map names, the types that the glossary names.

#![allow(clippy::expect_used)] // a test that cannot read a page has failed

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

/// What is made or fetched, and is not ours.
const SKIPPED: &[&str] = &[".git", "corpus", "target", "vendor"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(dir: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("a folder can be read") {
        let path = entry.expect("a folder can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !path.is_symlink() {
            if !SKIPPED.contains(&name.as_str()) {
                files(&path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
}

fn below(dir: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(dir, endings, &mut found);
    found.sort();
    found
}

/// The lines outside of code blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fence && !fenced && !line.starts_with("    ")
    })
}

/// The targets of `[text](target)`, and of pictures.
fn targets(text: &str) -> Vec<String> {
    let link = |line: &str| -> Vec<String> {
        line.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0.to_owned())).collect()
    };
    prose(text).flat_map(link).collect()
}

/// A heading as GitHub names it: small letters, blanks as hyphens, no punctuation.
fn slug(heading: &str) -> String {
    let keep = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    heading
        .trim()
        .to_lowercase()
        .chars()
        .filter(|c| keep(*c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

fn anchors(text: &str) -> BTreeSet<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut all = BTreeSet::new();
    for line in prose(text).filter(|line| line.starts_with('#')) {
        let slug = slug(line.trim_start_matches('#'));
        let times = seen.entry(slug.clone()).and_modify(|times| *times += 1).or_insert(0);
        all.insert(if *times == 0 { slug } else { format!("{slug}-{times}") });
    }
    all
}

/// `a/./b/../c` as `a/c`, without asking the disk.
fn plain(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut done, part| {
        match part {
            Component::ParentDir => {
                done.pop();
            }
            Component::CurDir => {}
            part => done.push(part),
        }
        done
    })
}

/// What is wrong with one link of `page`.
fn fault(page: &Path, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let folder = page.parent().unwrap_or(Path::new(""));
    let aim = if file.is_empty() { page.to_owned() } else { plain(&folder.join(file)) };
    if !aim.exists() {
        return Some(format!("{target} is not there"));
    }
    if anchor.is_empty() {
        return None;
    }
    let text = std::fs::read_to_string(&aim).unwrap_or_default();
    (!anchors(&text).contains(anchor)).then(|| format!("{target}: there is no such heading"))
}

#[test]
fn no_link_of_a_page_leads_nowhere() {
    let pages = below(root(), &[".md"]);
    assert!(pages.len() > 10, "pages are found at all");
    let mut faults = Vec::new();
    for page in pages {
        let text = std::fs::read_to_string(&page).expect("a page can be read");
        for target in targets(&text) {
            faults.extend(fault(&page, &target).map(|fault| format!("{}: {fault}", page.display())));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The `docs/….md` that a text names.
fn named(text: &str) -> Vec<&str> {
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.');
    text.split(|c: char| !letter(c))
        .filter_map(|word| word.find("docs/").and_then(|at| word.get(at..)))
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| word.ends_with(".md"))
        .collect()
}

#[test]
fn every_page_that_something_names_is_there() {
    let mut places = below(root(), &[".md"]);
    for folder in ["src", "benches", "tests", "locales", "policies", "tools"] {
        places.extend(below(&root().join(folder), &[".rs", ".toml", ".yml", ".txt"]));
    }
    let mut faults = Vec::new();
    for place in places {
        let text = std::fs::read(&place).expect("a file can be read");
        for page in named(&String::from_utf8_lossy(&text)) {
            if !root().join(page).exists() && !place.ends_with("tests/links.rs") {
                faults.push(format!("{}: {page} is not there", place.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What stands in backquotes in the tables of a page, by row; the last column alone where `last`.
fn quoted(text: &str, last: bool) -> Vec<Vec<&str>> {
    let rows = text.lines().filter(|line| line.starts_with('|'));
    let rows =
        rows.map(
            |row| if last { row.trim_end_matches([' ', '|']).rsplit('|').next().unwrap_or(row) } else { row },
        );
    rows.map(|row| row.split('`').skip(1).step_by(2).collect()).collect()
}

#[test]
fn every_file_that_the_map_names_is_there() {
    let map = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("the map can be read");
    let rows = quoted(map.split("## Where a change goes").nth(1).unwrap_or_default(), false);
    let rooms = rows.iter().flatten().filter(|word| word.contains('/') && !word.contains(['*', ' ', '…']));
    let there = |place: &str| root().join("src").join(place).exists() || root().join(place).exists();
    // `event/` and `policy/lint/shells.toml`, and `domain/moment` for its folder; a sentence may be about a folder's files.
    let gone: Vec<_> = rooms.filter(|place| !there(place) && !there(&format!("{place}.rs"))).collect();
    assert!(gone.is_empty(), "ARCHITECTURE.md names what is not there: {gone:?}");
}

#[test]
fn every_word_of_the_glossary_has_a_type() {
    let glossary = std::fs::read_to_string(root().join("GLOSSARY.md")).expect("the glossary can be read");
    let mut source = String::new();
    for file in below(&root().join("src"), &[".rs"]) {
        source += &std::fs::read_to_string(file).expect("a source file can be read");
    }
    let letter = |c: char| c.is_alphanumeric() || c == '_';
    let words: BTreeSet<&str> = source.split(|c| !letter(c)).collect();
    let gone: Vec<_> = quoted(&glossary, true)
        .into_iter()
        .filter(|names| !names.is_empty() && !names.iter().any(|name| words.contains(name)))
        .collect();
    assert!(gone.is_empty(), "GLOSSARY.md has names that are not in the code: {gone:?}");
}

#[test]
fn the_finder_finds() {
    assert_eq!(targets("see [a](b.md#c), ![d](e.png)\n```\n[f](g)\n```\n    [h](i)"), ["b.md#c", "e.png"]);
    assert_eq!(slug(" What `audit verify` compares"), "what-audit-verify-compares");
    assert_eq!(slug(" 1. 提示的含义?"), "1-提示的含义");
    assert!(anchors("# A\n## B\n## B").contains("b-1"));
    assert_eq!(plain(Path::new("/a/b/../c/./d")), Path::new("/a/c/d"));
    assert_eq!(named("see docs/use/en/gone.md. Or (docs/x.md)"), ["docs/use/en/gone.md", "docs/x.md"]);
    assert_eq!(quoted("| `a` | `b`, `c` |\n`d`", false), [["a", "b", "c"]]);
    assert_eq!(quoted("| `a` | `b`, `c` |", true), [["b", "c"]]);
    let page = root().join("README.md");
    assert!(fault(&page, "gone.md").is_some_and(|fault| fault.contains("gone.md")));
    assert!(fault(&page, "SECURITY.md#nowhere").is_some_and(|fault| fault.contains("heading")));
    assert_eq!(fault(&page, "SECURITY.md"), None);
}

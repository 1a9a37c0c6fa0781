//! Both catalogs say the same things: a key that one language lacks fails here, not before a person.

#![allow(clippy::expect_used)] // a test that cannot read the source has failed

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Keys with the `%{names}` that stand in their text.
fn catalog(name: &str) -> BTreeMap<String, Vec<String>> {
    let path = format!("{}/locales/{name}.yml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect("the catalog can be read");
    let (mut section, mut keys) = (String::new(), BTreeMap::new());
    for line in text.lines() {
        let Some((key, value)) = line.split_once(':') else { continue };
        if !line.starts_with(' ') {
            section = key.to_owned();
        } else {
            let mut names: Vec<_> = value
                .split("%{")
                .skip(1)
                .filter_map(|rest| rest.split('}').next())
                .map(str::to_owned)
                .collect();
            names.sort();
            keys.insert(format!("{section}.{}", key.trim()), names);
        }
    }
    keys
}

#[test]
fn both_languages_have_the_same_keys_and_the_same_values_in_them() {
    let (english, chinese) = (catalog("en"), catalog("zh-CN"));
    assert!(english.len() > 30, "the catalog was read");
    assert_eq!(english, chinese);
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("src can be read") {
        let path = entry.expect("src can be read").path();
        if path.is_dir() { sources(&path, found) } else { found.push(path) }
    }
}

/// Every literal key of the code is in the catalog; keys that are put together are checked by their section.
#[test]
fn every_key_of_the_code_is_in_the_catalog() {
    let english = catalog("en");
    let mut missing = Vec::new();
    let mut files = Vec::new();
    for dir in ["session", "console", "policy"] {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(dir), &mut files);
    }
    assert!(files.len() > 10, "the sources were found");
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a source file can be read");
        for start in ["t!(\"", "services, \"", "about_asset(services, \"", "say(\"", "fill(\""] {
            for (at, _) in text.match_indices(start) {
                let key = text[at + start.len()..].split('"').next().unwrap_or_default();
                if key.contains('.') && !key.contains(['{', ' ']) && !english.contains_key(key) {
                    missing.push(format!("{}: {key}", file.display()));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

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
            let key = format!("{section}.{}", key.trim());
            assert!(
                keys.insert(key.clone(), names).is_none(),
                "{key} is there twice: a merge took both sides"
            );
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

/// The rows of a file that people read, numbered: the catalog, and what is quoted in Chinese elsewhere.
fn rows(file: &str) -> Vec<(usize, String)> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file));
    let text = text.expect("the file can be read");
    text.lines().enumerate().map(|(at, row)| (at + 1, row.to_owned())).collect()
}

fn is_chinese(character: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&character)
}

/// newcomer 5: full-width and half-width punctuation stood side by side. Beside a Chinese character it is full-width.
#[test]
fn chinese_has_chinese_punctuation() {
    const HALF: &str = ",;:()!?";
    let mut wrong = Vec::new();
    for file in ["locales/zh-CN.yml", "src/command/reasons.zh.toml", "src/diagnostic/texts.zh.toml"] {
        for (at, row) in rows(file) {
            let text: Vec<char> = row.chars().collect();
            let mixed = |pair: &[char]| match pair {
                [a, b] => is_chinese(*a) && HALF.contains(*b) || HALF.contains(*a) && is_chinese(*b),
                _ => false,
            };
            if text.windows(2).any(mixed) {
                wrong.push(format!("{file}:{at}: {row}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// "It is no key" is not how people speak today; "there is no key" is.
#[test]
fn english_is_plain() {
    let mut wrong = Vec::new();
    for (at, row) in rows("locales/en.yml") {
        let words: Vec<_> =
            row.split_whitespace().map(|word| word.trim_matches('"').to_lowercase()).collect();
        let archaic = words.windows(3).any(|of| match of {
            [before, is, no] => {
                matches!(is.as_str(), "is" | "are" | "was")
                    && no == "no"
                    && before != "there"
                    && before != "here"
            }
            _ => false,
        });
        if archaic || row.contains("lapsed;") || row.contains(" henceforth") {
            wrong.push(format!("{at}: {row}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a command says is in the catalog. Only these files have sentences of their own still.
#[test]
fn the_console_has_no_sentence_of_its_own() {
    /// What an order file came to is read by programs.
    const NOT_YET: &[&str] = &["signal"];
    let mut wrong = Vec::new();
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/console"), &mut files);
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a source file can be read");
        let parts: Vec<_> = file.iter().filter_map(|part| part.to_str()).collect();
        let excused = parts
            .iter()
            .any(|part| NOT_YET.contains(&part.trim_end_matches(".rs")) || NOT_YET.contains(part));
        for start in ["Failure(\"", "Failure(format!(", ".line(\"", ".error(\""] {
            if !excused && text.contains(start) {
                wrong.push(format!("{}: {start}…", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
    for dir in ["access", "ssh_session", "console", "policy", "doctor"] {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(dir), &mut files);
    }
    assert!(files.len() > 10, "the sources were found");
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a source file can be read");
        for start in [
            "t!(\"",
            "services, \"",
            "services,\n                \"",
            "about_asset(services, \"",
            "say(\"",
            "readers, \"",
            "setting, \"",
            "fill(\"",
            "config, \"",
        ] {
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

//! What is wrong with a file, in Chinese, by its English: texts with a hole for each value.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// What stands in an English text for a value.
const HOLE: &str = "{}";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts {
    /// What a value may be that is a word of ours.
    words: BTreeMap<String, String>,
    syntax: BTreeMap<String, String>,
    /// What the reader of TOML says itself, and what it says that it expected.
    toml: BTreeMap<String, String>,
    wanted: BTreeMap<String, String>,
    values: BTreeMap<String, String>,
    policy: BTreeMap<String, String>,
    config: BTreeMap<String, String>,
    lints: BTreeMap<String, String>,
    notes: BTreeMap<String, String>,
    explain: BTreeMap<String, String>,
}

/// A test holds the file to be right.
fn read() -> Result<Texts, toml::de::Error> {
    toml::from_str(include_str!("texts.zh.toml"))
}

static TEXTS: LazyLock<Texts> = LazyLock::new(|| read().unwrap_or_default());

/// `None` where there is no Chinese for it: it is told in English then.
pub(super) fn chinese(english: &str) -> Option<String> {
    whole(english).or_else(|| {
        let (fault, mend) = english.split_once(": ")?;
        Some(format!("{}：{}", whole(fault)?, whole(mend)?))
    })
}

/// What the reader of TOML says itself, behind a lead where there is no Chinese for it.
pub(super) fn chinese_toml(english: &str) -> String {
    let Texts { toml, wanted, .. } = &*TEXTS;
    let (what, expected) = match english.split_once(", expected ") {
        Some((what, expected)) => (what, Some(expected)),
        None => (english, None),
    };
    let Some(what) = toml.get(what) else { return format!("TOML 语法错误：{english}") };
    let Some(expected) = expected else { return what.clone() };
    let words = expected.split(", ").map(|word| wanted.get(word).map_or(word, String::as_str));
    format!("{what}，此处应为：{}", words.collect::<Vec<_>>().join("、"))
}

/// By the text that says most of it: `write {}` fits many.
fn whole(english: &str) -> Option<String> {
    let Texts { syntax, values, policy, config, lints, notes, .. } = &*TEXTS;
    longest([syntax, values, policy, config, lints, notes].into_iter().flatten(), english)
}

/// What an explanation compared: short texts with many holes, that would fit to much else.
pub(super) fn compared(english: &str) -> Option<String> {
    longest(TEXTS.explain.iter(), english)
}

fn longest<'t>(all: impl Iterator<Item = (&'t String, &'t String)>, english: &str) -> Option<String> {
    let fitting = all.filter_map(|(text, chinese)| Some((text.len(), held(text, english)?, chinese)));
    let (_, held, chinese) = fitting.max_by_key(|(length, ..)| *length)?;
    Some(filled(chinese, &held))
}

/// What stands in the holes of a text, if this is that text.
fn held<'t>(text: &str, english: &'t str) -> Option<Vec<&'t str>> {
    let mut pieces = text.split(HOLE);
    let mut rest = english.strip_prefix(pieces.next()?)?;
    let (mut held, mut pieces) = (Vec::new(), pieces.peekable());
    while let Some(piece) = pieces.next() {
        let (value, after) = match pieces.peek() {
            Some(_) => rest.split_once(piece)?,
            None => (rest.strip_suffix(piece)?, ""),
        };
        held.push(value);
        rest = after;
    }
    rest.is_empty().then_some(held)
}

/// A word of ours, or a list of such words; any other value as it is.
fn worded(value: &str) -> Cow<'_, str> {
    let words: Option<Vec<_>> = value.split(", ").map(|word| TEXTS.words.get(word)).collect();
    match words.as_deref() {
        Some([word]) => word.as_str().into(),
        Some(words) => words.iter().map(|word| word.as_str()).collect::<Vec<_>>().join("、").into(),
        None => value.into(),
    }
}

/// `{}` is the next value, `{0}` the first.
fn filled(chinese: &str, held: &[&str]) -> String {
    let (mut text, mut rest, mut next) = (String::new(), chinese, held.iter());
    while let Some((before, hole)) = rest.split_once('{') {
        let Some((number, after)) = hole.split_once('}') else { break };
        let numbered = || number.parse::<usize>().ok().and_then(|number| held.get(number));
        let value = if number.is_empty() { next.next() } else { numbered() };
        let value = value.copied().unwrap_or_default();
        text += before;
        text += &worded(value);
        rest = after;
    }
    text + rest
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_text_has_its_values_in_both_languages() {
        let Texts { words, syntax, toml, wanted, values, policy, config, lints, notes, explain } =
            read().unwrap();
        assert!(words.values().chain(wanted.values()).all(|word| !word.is_empty()));
        for (english, chinese) in
            [syntax, toml, values, policy, config, lints, notes, explain].into_iter().flatten()
        {
            assert!(!chinese.is_ascii(), "{chinese}");
            let many = english.matches(HOLE).count();
            let next = chinese.matches(HOLE).count();
            let numbered = (0..many).filter(|number| chinese.contains(&format!("{{{number}}}"))).count();
            assert!(
                (next == many && numbered == 0) || (next == 0 && numbered == many),
                "{english}: {chinese}"
            );
        }
    }

    #[test]
    fn values_take_their_places() {
        let told = |english| chinese(english).unwrap();
        assert_eq!(told("\"a: is not b\" is not a flag"), "\"a: is not b\" 不是选项");
        assert_eq!(told("`port` is missing in `listen`"), "`listen` 中缺少 `port`");
        assert_eq!(
            told("\"x\" is not a role: one of operator, system"),
            "\"x\" 不是有效的角色，可选：operator, system"
        );
        assert_eq!(
            told("`files` must be true or false, not a value of type string"),
            "`files` 应为 true 或 false，而不是 string 类型的值"
        );
        assert_eq!(told("the path is empty: name a directory"), "路径为空：请给出目录");
        assert_eq!(chinese("nobody wrote this one"), None);
    }

    /// newcomer 5: what the reader of TOML says was English in Chinese.
    #[test]
    fn what_toml_says_is_chinese_or_stands_behind_a_chinese_lead() {
        assert_eq!(chinese_toml("unclosed array, expected `]`"), "列表 `[` 没有结束，此处应为：`]`");
        assert_eq!(
            chinese_toml("invalid unquoted key, expected letters, numbers, `-`, `_`"),
            "未加引号的键无效，此处应为：字母、数字、`-`、`_`"
        );
        assert_eq!(chinese_toml("a new complaint"), "TOML 语法错误：a new complaint");
        let each =
            ["x = ", "x = [1 2]", "= 1", "x = 1 y = 2", "x = 00", "[a", "x = {a = 1", "x = 1__0", "x = 'a"];
        for text in each {
            let error = toml::from_str::<toml::Table>(text).unwrap_err();
            let told = chinese_toml(error.message());
            assert!(!told.starts_with("TOML"), "{text}: {told}");
        }
    }

    /// The texts that stand in a call of these names, with holes for what is filled in.
    fn written(source: &str) -> Vec<String> {
        let mut found = Vec::new();
        for call in ["Fault::new(", "Fault::absence(", "hint("] {
            for rest in source.split(call).skip(1) {
                let rest = rest.trim_start();
                let rest = rest.strip_prefix("format_args!(").unwrap_or(rest).trim_start();
                let Some(rest) = rest.strip_prefix('"') else { continue };
                found.push(text(rest));
            }
        }
        found
    }

    /// As Rust reads a literal, and a value in place of every hole.
    fn text(literal: &str) -> String {
        let (mut text, mut chars) = (String::new(), literal.chars().peekable());
        while let Some(c) = chars.next() {
            match c {
                '"' => break,
                '\\' => match chars.next() {
                    Some('\n') => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                    Some(c) => text.push(c),
                    None => break,
                },
                '{' if chars.next_if_eq(&'{').is_none() => {
                    while chars.next().is_some_and(|c| c != '}') {}
                    text.push('X');
                }
                c => text.push(c),
            }
        }
        text
    }

    #[test]
    fn every_fault_has_its_chinese() {
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut waiting: Vec<_> = ["policy", "config", "diagnostic"].map(|dir| source.join(dir)).into();
        let (mut seen, mut missing) = (0, Vec::new());
        while let Some(path) = waiting.pop() {
            if path.is_dir() {
                waiting.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
                continue;
            }
            let file = std::fs::read_to_string(&path).unwrap();
            for text in written(file.split("#[cfg(test)]").next().unwrap()) {
                seen += 1;
                if chinese(&text).is_none() && !text.is_empty() && text != "X" && text != "X X" {
                    missing.push(format!("{}: {text}", path.display()));
                }
            }
        }
        assert!(seen > 80, "the sources were read: {seen}");
        assert!(missing.is_empty(), "{}", missing.join("\n"));
    }
}

//! Why a verdict is what it is, in the language of whom it is told.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

use super::opaque::Why;
use crate::domain::{CommandSetName, Language};
use crate::policy::Verdict;

/// Its `Display` is English, as the journal and JSON have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum VerdictReason {
    /// None is needed.
    #[default]
    Allowed,
    /// In words that stand as they are: the policy's own.
    Told(String),
    /// The catalog's.
    Danger(&'static str),
    /// An entry that has no words of its own.
    Said {
        set: CommandSetName,
        effect: Verdict,
        program: String,
    },
    /// No entry of the set means the command.
    Unnamed(CommandSetName),
    NoSet(CommandSetName),
    /// Something in it is expanded, under a set that denies by default.
    Expands,
    /// It writes to a file, under such a set.
    Writes,
    /// A part of the line was not seen.
    Unseen,
    Opaque(Opaque),
}

/// What reading cannot settle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opaque(pub(super) Why);

impl VerdictReason {
    /// The policy or the catalog names the command; otherwise it is refused for what is not known of it.
    pub fn is_named(&self) -> bool {
        matches!(self, Self::Told(_) | Self::Danger(_) | Self::Said { .. } | Self::NoSet(_))
    }

    /// For a person.
    pub fn text(&self, language: Language) -> String {
        match language {
            Language::English => self.to_string(),
            Language::Chinese => self.chinese(),
        }
    }

    fn chinese(&self) -> String {
        let words = &*CHINESE;
        let of = |chapter: &BTreeMap<String, String>, text: &str| {
            chapter.get(text).cloned().unwrap_or_else(|| text.to_owned())
        };
        match self {
            Self::Allowed => String::new(),
            Self::Told(text) => text.clone(),
            Self::Danger(reason) => format!("该命令{}", of(&words.danger, reason)),
            Self::Said { set, effect, program } => {
                let says = match effect {
                    Verdict::Allow => "允许",
                    Verdict::Warn => "对其提出警示：",
                    Verdict::Approve => "要求审批",
                    Verdict::Deny => "禁止",
                };
                format!("命令集 {set} {says} {program}")
            }
            Self::Unnamed(set) => format!("命令集 {set} 未列出该命令"),
            Self::NoSet(set) => format!("没有名为 {set} 的命令集"),
            Self::Opaque(Opaque(Why::Syntax(what))) => {
                format!("该命令行{}：{}", of(&words.opaque, "it does not parse"), of(&words.syntax, what))
            }
            Self::Opaque(Opaque(why)) => format!("该命令行{}", of(&words.opaque, &why.to_string())),
            Self::Expands | Self::Writes | Self::Unseen => of(&words.judge, &self.to_string()),
        }
    }
}

impl fmt::Display for VerdictReason {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allowed => Ok(()),
            Self::Told(text) => to.write_str(text),
            Self::Danger(reason) => write!(to, "it {reason}"),
            Self::Said { set, effect, program } => {
                let says = match effect {
                    Verdict::Allow => "allows",
                    Verdict::Warn => "warns of",
                    Verdict::Approve => "asks for approval of",
                    Verdict::Deny => "denies",
                };
                write!(to, "{set} {says} {program}")
            }
            Self::Unnamed(set) => write!(to, "{set} does not name it"),
            Self::NoSet(set) => write!(to, "there is no set of commands {set}"),
            Self::Expands => to.write_str("it is expanded other than to names of files"),
            Self::Writes => to.write_str("it writes to a file"),
            Self::Unseen => to.write_str("a part of the line was not seen"),
            Self::Opaque(Opaque(why)) => why.fmt(to),
        }
    }
}

/// The built-in reasons in Chinese, by their English.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Chinese {
    danger: BTreeMap<String, String>,
    syntax: BTreeMap<String, String>,
    opaque: BTreeMap<String, String>,
    judge: BTreeMap<String, String>,
}

/// A test holds the file to be right.
fn read() -> Result<Chinese, toml::de::Error> {
    toml::from_str(include_str!("reasons.zh.toml"))
}

static CHINESE: LazyLock<Chinese> = LazyLock::new(|| read().unwrap_or_default());

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn english(chapter: &BTreeMap<String, String>) -> BTreeSet<&str> {
        assert!(chapter.values().all(|text| !text.is_empty() && !text.is_ascii()));
        chapter.keys().map(String::as_str).collect()
    }

    /// The texts that stand behind this sign, in whatever row.
    fn written<'t>(file: &'t str, before: &str) -> BTreeSet<&'t str> {
        let texts = file.split(before).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"'));
        texts.filter_map(|rest| rest.split_once('"')).map(|(text, _)| text).collect()
    }

    /// The reader, all its files.
    fn reader() -> String {
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/src/command/read");
        let files = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
        files.map(|file| std::fs::read_to_string(file).unwrap()).collect()
    }

    #[test]
    fn every_reason_is_there_in_chinese_and_none_is_left_over() {
        let words = read().unwrap();
        let mut danger = super::super::danger::reasons();
        danger.insert("the policy calls it dangerous");
        danger.insert("starts copies of itself without end");
        assert_eq!(english(&words.danger), danger);
        let reader = reader();
        let mut syntax = written(&reader, "Broken::syntax(");
        syntax.extend(written(&reader, "Why::Syntax("));
        assert_eq!(english(&words.syntax), syntax);
        let mut opaque = written(include_str!("opaque.rs"), "=>");
        opaque.insert("it does not parse");
        assert_eq!(english(&words.opaque), opaque);
        for reason in [VerdictReason::Expands, VerdictReason::Writes, VerdictReason::Unseen] {
            assert!(words.judge.contains_key(&reason.to_string()), "{reason}");
        }
    }

    #[test]
    fn a_reason_is_told_in_both_languages() {
        let reason = VerdictReason::Danger("removes the system's files");
        assert_eq!(reason.text(Language::English), "it removes the system's files");
        assert_eq!(reason.text(Language::Chinese), "该命令删除系统文件");
        let reason = VerdictReason::Opaque(Opaque(Why::Syntax("a quote is not closed")));
        assert_eq!(reason.text(Language::Chinese), "该命令行无法解析：引号未闭合");
    }
}

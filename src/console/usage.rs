//! The command tree in the configured language: what `--help` says, and what is wrong with a command line.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use clap::error::{ContextKind, ErrorKind};
use clap::{CommandFactory, FromArgMatches};

use super::duty::duty;
use super::tree::Cli;
use crate::diagnostic::in_language;
use crate::domain::{InvalidName, InvalidRemark, Language, Remark, Role, Tell};
use crate::policy::InvalidAddress;

/// The texts in Chinese, by their English.
static CHINESE: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| read().unwrap_or_default());

/// A test holds the file to be right.
fn read() -> Result<BTreeMap<String, String>, toml::de::Error> {
    toml::from_str(include_str!("help.zh.toml"))
}

/// What the library itself puts between the texts.
const FRAME: &[(&str, &str)] = &[
    ("Usage: ", "用法："),
    ("Arguments:", "参数："),
    ("Options:", "选项："),
    ("Commands:", "命令："),
    ("Print help (see more with '--help')", "显示帮助（详细说明请用 --help）"),
    ("Print help (see a summary with '-h')", "显示帮助（简要说明请用 -h）"),
    ("Print help", "显示帮助"),
    ("Print version", "显示版本"),
    ("[default: ", "[默认："),
    ("[possible values: ", "[可选值："),
    ("Possible values:", "可选值："),
];

/// The language that a command line asks for, whatever else is wrong with it.
pub fn asked_language(words: &[String]) -> Option<Language> {
    let after = words.iter().skip_while(|word| *word != "--lang").nth(1);
    let joined = words.iter().find_map(|word| word.strip_prefix("--lang="));
    after.map(String::as_str).or(joined).and_then(Language::parse)
}

/// Where a command is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Front {
    Host,
    /// By somebody of this role.
    Ssh(Role),
}

/// A command line taken apart; else what to say, and whether it was asked for.
pub fn parse<'w>(
    words: impl Iterator<Item = &'w str>,
    language: Language,
    front: Front,
) -> Result<Cli, Usage> {
    let words = std::iter::once("juyong").chain(words);
    let parsed = tree(language, front).try_get_matches_from(words).and_then(|found| {
        let cli = Cli::from_arg_matches(&found)?;
        Ok(Cli { path: path(&found), ..cli })
    });
    parsed.map_err(|error| Usage { text: told(&error, language), kind: error.kind() })
}

/// The words of the command that was found.
fn path(found: &clap::ArgMatches) -> String {
    let steps = std::iter::successors(found.subcommand(), |(_, below)| below.subcommand());
    let path = steps.map(|(name, _)| name).collect::<Vec<_>>().join(" ");
    // What is meant where nothing stands behind these.
    match path.as_str() {
        "keys" => "keys list".to_owned(),
        "sessions" => "sessions list".to_owned(),
        "totp" => "totp new".to_owned(),
        _ => path,
    }
}

/// Why a command line is not one of ours.
pub struct Usage {
    pub text: String,
    kind: ErrorKind,
}

impl Usage {
    /// Help that was asked for is not an error.
    pub fn exit(&self) -> u8 {
        match self.kind {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => 0,
            _ => 2,
        }
    }

    pub fn is_unknown_command(&self) -> bool {
        self.kind == ErrorKind::InvalidSubcommand
    }
}

/// The tree with its texts in this language; over SSH only what is open to the role is shown.
pub(super) fn tree(language: Language, front: Front) -> clap::Command {
    let tree = match language {
        Language::English => Cli::command(),
        Language::Chinese => chinese(Cli::command()),
    };
    match front {
        Front::Ssh(role) => shown(tree, "", role),
        Front::Host => tree,
    }
}

fn shown(command: clap::Command, path: &str, role: Role) -> clap::Command {
    command.mut_subcommands(|below| {
        let path = format!("{path} {}", below.get_name());
        let path = path.trim_start();
        let hidden = !leaves(&below, path).iter().any(|leaf| duty(leaf).is_of(role));
        shown(below, path, role).hide(hidden)
    })
}

/// A command's path, or those of all below it.
pub(super) fn leaves(command: &clap::Command, path: &str) -> Vec<String> {
    if !command.has_subcommands() {
        return vec![path.to_owned()];
    }
    let below = command.get_subcommands().filter(|below| below.get_name() != "help");
    below.flat_map(|below| leaves(below, format!("{path} {}", below.get_name()).trim_start())).collect()
}

fn translated(text: &impl ToString) -> String {
    let text = text.to_string();
    CHINESE.get(text.trim_end_matches('.')).cloned().unwrap_or(text)
}

fn chinese(mut command: clap::Command) -> clap::Command {
    if let Some(about) = command.get_about().map(translated) {
        command = command.about(about);
    }
    if let Some(about) = command.get_long_about().map(translated) {
        command = command.long_about(about);
    }
    let arguments = command.mut_args(|argument| match argument.get_help().map(translated) {
        Some(help) => argument.help(help),
        None => argument,
    });
    arguments.mut_subcommands(chinese)
}

pub(super) fn framed(text: &str, language: Language) -> String {
    let frame = if language == Language::Chinese { FRAME } else { &[] };
    frame.iter().fold(text.to_owned(), |text, (english, chinese)| text.replace(english, chinese))
}

/// In English as the library says it.
fn told(error: &clap::Error, language: Language) -> String {
    match (language, error.kind()) {
        (Language::English, _) => error.to_string(),
        (Language::Chinese, ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand) => {
            framed(&error.to_string(), language)
        }
        (Language::Chinese, _) => wrong(error),
    }
}

/// What the reader of a value says of it, where it has Chinese for that.
fn why(error: &clap::Error) -> Option<String> {
    let why = std::error::Error::source(error)?;
    if why.is::<InvalidRemark>() {
        return Some(format!("至少要有一个可见字符，且不超过 {} 字", Remark::LONGEST));
    }
    let name = why.downcast_ref::<InvalidName>().map(|name| name.told(Language::Chinese));
    let address = || why.downcast_ref::<InvalidAddress>().map(|address| address.told(Language::Chinese));
    let told = name.or_else(address).or_else(|| {
        let english = why.to_string();
        Some(in_language(&english, Language::Chinese).into_owned()).filter(|chinese| *chinese != english)
    });
    told.or_else(|| range(&why.to_string()))
}

/// `7 is not in 1..=5`, as the library says it.
fn range(english: &str) -> Option<String> {
    let (_, range) = english.split_once(" is not in ")?;
    Some(match range.split_once("..") {
        Some((first, "")) => format!("应不小于 {first}"),
        Some((first, last)) => format!("应在 {first} 到 {} 之间", last.trim_start_matches('=')),
        None => format!("应在 {range} 之内"),
    })
}

fn wrong(error: &clap::Error) -> String {
    let said = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let argument = said(ContextKind::InvalidArg);
    let (value, command) = (said(ContextKind::InvalidValue), said(ContextKind::InvalidSubcommand));
    let what = match error.kind() {
        ErrorKind::UnknownArgument => format!("没有参数 {argument}"),
        ErrorKind::InvalidSubcommand => format!("没有命令 {command}"),
        ErrorKind::MissingSubcommand => "缺少命令".to_owned(),
        ErrorKind::MissingRequiredArgument => format!("缺少参数 {argument}"),
        ErrorKind::InvalidValue if value.is_empty() => format!("参数 {argument} 缺少值"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let why = why(error).map(|why| format!("：{why}")).unwrap_or_default();
            format!("参数 {argument} 的值 {value} 无效{why}")
        }
        ErrorKind::NoEquals => format!("参数 {argument} 与值之间要写 ="),
        ErrorKind::TooManyValues => format!("参数 {argument} 不能再带值 {value}"),
        ErrorKind::TooFewValues => {
            let (least, given) = (said(ContextKind::MinValues), said(ContextKind::ActualNumValues));
            format!("参数 {argument} 至少要 {least} 个值，只给了 {given} 个")
        }
        ErrorKind::WrongNumberOfValues => {
            let (wanted, given) = (said(ContextKind::ExpectedNumValues), said(ContextKind::ActualNumValues));
            format!("参数 {argument} 要 {wanted} 个值，给了 {given} 个")
        }
        ErrorKind::InvalidUtf8 => "命令行中有不是 UTF-8 的文本".to_owned(),
        ErrorKind::ArgumentConflict => {
            format!("参数 {argument} 不能与 {} 同时使用", said(ContextKind::PriorArg))
        }
        _ => format!("命令行有误：{}", error.to_string().trim_start_matches("error: ").trim_end()),
    };
    let valid = said(ContextKind::ValidValue);
    let meant = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let meant = meant.map(said).concat();
    let mut text = format!("错误：{what}");
    if !valid.is_empty() {
        text += &format!("，可选值：{valid}");
    }
    if !meant.is_empty() {
        text += &format!("；是否想写 {meant}？");
    }
    // Of a wrong value the library tells no usage.
    let usage = framed(said(ContextKind::Usage).trim_end(), Language::Chinese);
    let parts = [text.as_str(), &usage, "详细说明请用 --help\n"];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn missing(command: &clap::Command, path: &str, chinese: &BTreeMap<String, String>) -> Vec<String> {
        let path = format!("{path} {}", command.get_name());
        let abouts = command.get_about().into_iter().chain(command.get_long_about());
        let helps =
            command.get_arguments().flat_map(|arg| arg.get_help().into_iter().chain(arg.get_long_help()));
        let texts = abouts.chain(helps).map(ToString::to_string);
        let absent = texts.filter(|text| !chinese.contains_key(text.trim_end_matches('.')));
        let mut found: Vec<_> = absent.map(|text| format!("{path}: {text:?}")).collect();
        found.extend(command.get_subcommands().flat_map(|below| missing(below, &path, chinese)));
        found
    }

    /// newcomer 5: the help was English under `language = "zh-CN"`.
    #[test]
    fn all_help_is_there_in_chinese() {
        let missing = missing(&Cli::command(), "", &read().unwrap());
        assert!(missing.is_empty(), "put these into help.zh.toml:\n{}", missing.join("\n"));
    }

    fn says(words: &str, language: Language) -> String {
        parse(words.split_whitespace(), language, Front::Host).map(|_| ()).unwrap_err().text
    }

    #[test]
    fn what_is_wrong_is_told_in_the_language() {
        for (words, told) in [
            ("lockdown strat", "没有命令 strat"),
            ("lockdown start", "缺少参数 --reason"),
            ("audit show", "缺少参数 <ID>"),
            ("audit sessions --assset x", "没有参数 --assset"),
            ("lockdown report x --format y", "的值 y 无效"),
            ("lockdown codes --for 1h --count 999 --operator a", "的值 999 无效：应在 0 到 100 之间"),
            ("audit replay x --speed much", "的值 much 无效：应为 0.01 到 1000 之间的数"),
            ("audit events --limit many", "的值 many 无效：应为整数"),
            ("policy explain --operator a --asset b --login c --protocol telnet", "可选：`shell`"),
            ("operator list --idle soon", "无效：应为时长，如 30d 或 12h"),
            ("whoami --lang de", "无效：应为 zh-CN 或 en"),
            ("whoami --json=yes", "参数 --json 不能再带值 yes"),
        ] {
            let text = says(words, Language::Chinese);
            let english = says(words, Language::English);
            assert!(text.contains(told) && !english.contains(told), "{words}: {text}");
            assert_eq!(text.contains("用法：juyong"), english.contains("Usage: juyong"), "{words}: {text}");
            assert!(!text.contains("\n\n\n"), "{words}: {text}");
        }
    }

    #[test]
    fn help_is_told_in_the_language() {
        let text = says("lockdown --help", Language::Chinese);
        for part in ["批量管控账号", "命令：", "选项：", "提前解除管控", "显示帮助"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        for english in ["Usage", "Options", "Commands", "Print"] {
            assert!(!text.contains(english), "{english}: {text}");
        }
    }
}

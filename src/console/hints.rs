//! Hints name commands: to whom a command is not open, the hint says who may give it.

use crate::admin::{Duty, RequestKind};
use crate::domain::{Language, Role, text};

/// The text with a note behind each command in backticks that is not for this role. `None`: on the host, every one is.
pub(super) fn noted(text: &str, role: Option<Role>, language: Language) -> String {
    let Some(role) = role else { return text.to_owned() };
    if language == Language::Chinese {
        return noted_bare(text, role, language);
    }
    let mut noted = String::with_capacity(text.len());
    for (number, piece) in text.split('`').enumerate() {
        if number > 0 {
            noted.push('`');
        }
        // What stands before this backtick was quoted.
        if number > 0 && number % 2 == 0 {
            noted += &note(text, number - 1, role, language);
        }
        noted += piece;
    }
    noted
}

/// Chinese sets commands apart by themselves: each goes on to the next character that is not of one.
fn noted_bare(text: &str, role: Role, language: Language) -> String {
    const NAME: &str = "juyong ";
    let mut pieces = text.split(NAME);
    let mut noted = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(|c: char| !c.is_ascii() || c.is_ascii_control()).unwrap_or(piece.len());
        let command = piece.get(..end).unwrap_or_default().trim_end();
        let rest = piece.strip_prefix(command).unwrap_or_default();
        noted += &format!("{NAME}{command}{}{rest}", whose(kind(command), role, language));
    }
    noted
}

fn note(all: &str, number: usize, role: Role, language: Language) -> String {
    whose(all.split('`').nth(number).and_then(kind), role, language)
}

fn whose(kind: Option<RequestKind>, role: Role, language: Language) -> String {
    match kind.map(RequestKind::duty) {
        Some(Duty::Of(whose)) if whose != role => text!(language, format!("hint.{}", whose.as_str())),
        Some(Duty::Hosts) => text!(language, "hint.host"),
        _ => String::new(),
    }
}

/// The command that a quoted text begins with.
fn kind(quoted: &str) -> Option<RequestKind> {
    let quoted = quoted.strip_prefix("juyong ").unwrap_or(quoted);
    let mut words = quoted.split(' ');
    let (first, second) = (words.next()?, words.next().unwrap_or_default());
    RequestKind::called(&format!("{first} {second}")).or_else(|| RequestKind::called(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// newcomer: an auditor was told an officer's command.
    #[test]
    fn a_hint_to_a_command_of_another_role_says_whose_it_is() {
        let told = |text: &str, role| noted(text, Some(role), Language::English);
        let hint = "none: see `juyong lockdown status` and `audit events --limit 5`";
        assert_eq!(
            told(hint, Role::Security),
            "none: see `juyong lockdown status` and `audit events --limit 5` (an auditor can)"
        );
        assert_eq!(
            told(hint, Role::Auditor),
            "none: see `juyong lockdown status` (a security officer can) and `audit events --limit 5`"
        );
        assert_eq!(told("see `operator list`", Role::Operator), "see `operator list` (an administrator can)");
        assert_eq!(
            told("then `clock trust --reason x`.", Role::System),
            "then `clock trust --reason x` (on the gateway's host)."
        );
        for text in ["no backtick", "`keys` shows them", "`ssh -t` and `lockdown", "a ` alone", ""] {
            assert_eq!(told(text, Role::Operator), text);
        }
        assert_eq!(noted(hint, None, Language::English), hint);
        let chinese = |text: &str| noted(text, Some(Role::Auditor), Language::Chinese);
        assert_eq!(
            chinese("没有：请检查拼写（juyong operator list）"),
            "没有：请检查拼写（juyong operator list（由系统管理员执行））"
        );
        assert_eq!(chinese("请用 juyong audit sessions 查看"), "请用 juyong audit sessions 查看");
        assert_eq!(
            chinese("请用 juyong lockdown lift 1 解除"),
            "请用 juyong lockdown lift 1（由安全管理员执行） 解除"
        );
    }
}

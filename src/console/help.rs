//! `help` wherever a person types it: `juyong help`, `juyong help policy diff`, `juyong policy diff help`. No
//! configuration and no gateway is needed for it.

use rust_i18n::t;

use super::duty::duty;
use super::usage::{Front, framed, leaves, tree};
use crate::admin::Duty;
use crate::domain::{Language, Role, plain};

/// The words without the options that every command takes.
fn bare(words: &[String]) -> Vec<&str> {
    const VALUED: &[&str] = &["--config", "--lang"];
    let mut kept = Vec::new();
    let mut left = words.iter().map(String::as_str);
    while let Some(word) = left.next() {
        match word.split_once('=') {
            _ if word == "--json" => {}
            None if VALUED.contains(&word) => drop(left.next()),
            Some((option, _)) if VALUED.contains(&option) => {}
            _ => kept.push(word),
        }
    }
    kept
}

/// The words of a question for help, if these are one: the command that it is about.
fn asked<'w>(words: &'w [&'w str]) -> Option<&'w [&'w str]> {
    match words {
        ["help", path @ ..] => Some(path),
        [path @ .., "help"] if !path.is_empty() => Some(path),
        _ => None,
    }
}

/// A command that words name, or begin to, before any other of them is read.
pub(super) struct Meant {
    pub path: String,
    /// Whose it is; of one that has others below, whose the first of those is that works over SSH.
    pub duty: Duty,
    /// What of it is open to the role over SSH.
    pub open: Vec<String>,
}

pub(super) fn meant(words: &[String], role: Role) -> Meant {
    let (tree, words) = (tree(Language::English, Front::Host), bare(words));
    let (mut at, mut path) = (&tree, String::new());
    let names = words.into_iter().filter(|word| !word.starts_with('-')).skip_while(|word| *word == "help");
    for word in names {
        let Some(below) = at.find_subcommand(word) else { break };
        path = format!("{path} {}", below.get_name()).trim_start().to_owned();
        at = below;
    }
    let leaves = leaves(at, &path);
    let whose = leaves.iter().map(|leaf| duty(leaf)).find(|duty| *duty != Duty::Hosts);
    let open = leaves.into_iter().filter(|leaf| duty(leaf).is_of(role)).collect();
    Meant { path, duty: whose.unwrap_or(Duty::Hosts), open }
}

/// What `help` says of a command; `None` where these words ask for no such thing. The list of all commands is
/// [`overview`]'s. The error is for a command that is not there.
pub fn help(words: &[String], language: Language, front: Front) -> Option<Result<String, String>> {
    let words = bare(words);
    let path = asked(&words).filter(|path| !path.is_empty())?;
    let mut tree = tree(language, front);
    tree.build();
    let mut at = &mut tree;
    for word in path {
        if at.find_subcommand(word).is_none() {
            // `audit replay help` may name a session `help`: only a command that has others below is asked so.
            return words.first().is_some_and(|first| *first == "help").then(|| {
                let path = plain(&path.join(" "));
                Err(t!("console.no-such-command", locale = language.tag(), path = path).into_owned())
            });
        }
        at = at.find_subcommand_mut(word)?;
    }
    let text = framed(&at.render_long_help().to_string(), language);
    let elsewhere = match front {
        Front::Ssh(Role::System) => hosts(at, &path.join(" ")),
        Front::Ssh(_) | Front::Host => Vec::new(),
    };
    Some(Ok(match elsewhere.is_empty() {
        true => text,
        false => format!("{text}\n{}\n", on_host(&elsewhere, language)),
    }))
}

/// Of a command and those below it, the ones that work on the gateway's host only.
fn hosts(command: &clap::Command, path: &str) -> Vec<String> {
    let mut below = command.get_subcommands().filter(|below| below.get_name() != "help").peekable();
    if below.peek().is_none() {
        return if duty(path) == Duty::Hosts { vec![path.to_owned()] } else { Vec::new() };
    }
    below.flat_map(|below| hosts(below, format!("{path} {}", below.get_name()).trim_start())).collect()
}

fn on_host(commands: &[String], language: Language) -> String {
    let comma = t!("console.comma", locale = language.tag());
    t!("console.on-host", locale = language.tag(), commands = commands.join(&comma)).into_owned()
}

/// Every command that a role may run over SSH, a line each; without one, every command.
pub fn overview(role: Option<Role>, language: Language) -> String {
    let tree = tree(language, Front::Host);
    let open = |path: &str| role.is_none_or(|role| duty(path).is_of(role));
    let mut lines = Vec::new();
    for command in tree.get_subcommands() {
        let name = command.get_name();
        let below = command.get_subcommands().map(clap::Command::get_name);
        let yours: Vec<_> = below.filter(|below| open(&format!("{name} {below}"))).collect();
        if yours.is_empty() && (command.has_subcommands() || !open(name)) {
            continue;
        }
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let below = if yours.is_empty() { String::new() } else { format!(" {}", yours.join("|")) };
        lines.push(format!("{name}{below}\n    {about}"));
    }
    lines.push(t!("console.help-more", locale = language.tag()).into_owned());
    // Whoever looks after the installation is told where the rest of its commands is.
    if role == Some(Role::System) {
        lines.push(on_host(&hosts(&tree, ""), language));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// newcomer: `policy check` stood in the list over SSH, and was then unknown.
    #[test]
    fn each_role_is_listed_what_it_may_run_where_it_is() {
        let told = |role| overview(role, Language::English);
        for command in ["policy check|", "clock trust", "serve", "audit sessions|"] {
            assert!(told(None).contains(command), "{command}");
        }
        let system = told(Some(Role::System));
        assert!(system.contains("policy explain|who|") && !system.contains("policy check|"), "{system}");
        assert!(
            system.contains("On the gateway's host only: ") && system.contains("policy check, "),
            "{system}"
        );
        for role in [Role::Operator, Role::Security, Role::Auditor] {
            assert!(!told(Some(role)).contains("policy"), "{role:?}");
        }
        assert!(told(Some(Role::Security)).contains("audit kill\n"));
        assert!(!told(Some(Role::Auditor)).contains("kill"));
    }

    #[test]
    fn help_of_a_command_over_ssh_says_what_is_not_there() {
        let told = |text: &str, front| {
            let told = help(&words(text), Language::English, front);
            told.and_then(Result::ok).unwrap_or_default()
        };
        assert!(told("help policy", Front::Host).contains("  check "));
        let system = Front::Ssh(Role::System);
        let text = told("help policy", system);
        assert!(text.contains("  explain ") && !text.contains("  check "), "{text}");
        assert!(text.contains("On the gateway's host only: policy check, policy decide"), "{text}");
        assert!(told("help policy check", system).contains("host only: policy check"));
        let text = told("help audit", Front::Ssh(Role::Security));
        assert!(
            text.contains("  kill ") && !text.contains("  sessions ") && !text.contains("host only"),
            "{text}"
        );
    }

    /// people 5: whose a command is, is asked before its words are read.
    #[test]
    fn what_words_begin_to_name_is_known_before_they_are_read() {
        let told = |line: &str, role| {
            let Meant { path, open, .. } = meant(&words(line), role);
            (path, open)
        };
        for line in
            ["lockdown start --bad", "--lang en lockdown start", "help lockdown start", "lockdown start help"]
        {
            assert_eq!(told(line, Role::Operator), ("lockdown start".to_owned(), vec![]), "{line}");
            assert_eq!(told(line, Role::Security).1, ["lockdown start"], "{line}");
        }
        assert_eq!(told("audit nonsense", Role::Security), ("audit".into(), vec!["audit kill".into()]));
        assert_eq!(told("audit", Role::Operator), ("audit".into(), vec![]));
        let whose = |line: &str| meant(&words(line), Role::Operator).duty;
        assert_eq!(
            [whose("lockdown"), whose("policy"), whose("clock")],
            [Duty::Of(Role::Security), Duty::Of(Role::System), Duty::Hosts,]
        );
        let (path, yours) = told("nonsense", Role::Auditor);
        assert!(path.is_empty() && yours.iter().any(|it| it == "audit sessions"), "{yours:?}");
        assert!(!yours.iter().any(|it| it.starts_with("lockdown")), "{yours:?}");
    }

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }
}

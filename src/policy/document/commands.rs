//! Under which control commands are run.

use crate::policy::{CommandEntry, CommandPattern, CommandSet, DangerEntry, Flag, Policy, Repl};

use super::page::Page;
use super::words::Words;

pub(super) fn write(policy: &Policy, words: &Words<'_>, page: &mut Page) {
    if policy.command_sets.is_empty() && policy.dangers.is_empty() {
        return page.paragraph(&words.say("document.no-commands"));
    }
    page.paragraph(&words.say("document.commands-mean"));
    page.paragraph(&words.say("document.commands-closed"));
    for set in policy.command_sets.values() {
        write_set(policy, set, words, page);
    }
    if policy.dangers.is_empty() {
        return;
    }
    page.heading(3, &words.say("document.dangers"));
    let row = |entry: &DangerEntry| {
        let [programs, flags, args] = pattern(&entry.pattern, words);
        [words.danger(entry.level), programs, flags, args]
    };
    page.table(&words.head(["danger", "programs", "flags", "args"]), policy.dangers.iter().map(row));
}

fn write_set(policy: &Policy, set: &CommandSet, words: &Words<'_>, page: &mut Page) {
    let rules = policy.allow.iter().filter(|rule| rule.conditions.commands.contains(&set.name));
    page.heading(3, &words.fill("document.command-set", &[("name", set.name.as_str())]));
    let rows = [
        [words.say("document.mode"), words.mode(set.mode)],
        [words.say("document.default"), words.verdict(set.default)],
        [words.say("document.opaque"), words.verdict(set.opaque)],
        [words.say("document.used-by"), words.list(rules.map(|rule| &rule.id))],
    ];
    page.table(&words.head(["item", "content"]), rows);
    let head = ["verdict", "least-danger", "programs", "flags", "args", "reason"];
    page.table(&words.head(head), set.entries.iter().map(|entry| row(entry, words)));
    if !set.repls.is_empty() {
        page.paragraph(&words.say("document.repls-mean"));
        let row = |repl: &Repl| [repl.program.clone(), words.list(repl.prompts.iter().chain(&repl.more))];
        page.table(&words.head(["program", "prompts"]), set.repls.iter().map(row));
    }
}

fn row(entry: &CommandEntry, words: &Words<'_>) -> [String; 6] {
    let [programs, flags, args] = pattern(&entry.pattern, words);
    [
        words.verdict(entry.effect),
        words.any(entry.danger.as_ref(), |danger| words.danger(*danger)),
        programs,
        flags,
        args,
        entry.reason.clone().unwrap_or_default(),
    ]
}

/// An empty list matches everything.
fn pattern(pattern: &CommandPattern, words: &Words<'_>) -> [String; 3] {
    let any = |list: Vec<String>| if list.is_empty() { words.say("document.any") } else { words.list(list) };
    [any(pattern.programs.clone()), any(pattern.flags.iter().map(flag).collect()), any(pattern.args.clone())]
}

/// As it is typed: `-r/--recursive`.
fn flag(flag: &Flag) -> String {
    let short = flag.short.iter().map(|letter| format!("-{letter}"));
    let names: Vec<_> = short.chain(flag.long.iter().map(|name| format!("--{name}"))).collect();
    names.join("/")
}

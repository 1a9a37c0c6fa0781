//! Words of a wrapper that are a command: behind its options, behind a subcommand, or as text for a shell.

use super::code::text;
use super::options::{self, Given, splits_in_front};
use super::table::{self, Wrapper};
use super::variables;
use crate::command::opaque::Why;
use crate::command::read::Found;
use crate::command::simple::{Input, Simple};
use crate::command::word::Word;

/// The words behind the options are a command.
pub(super) fn words(simple: &Simple, at: usize, wrapper: &Wrapper, given: &Given<'_>, found: &mut Found) {
    if given.unsure {
        found.opaque(Why::Program);
    }
    let mut rest = given.rest;
    let (variables, command) = rest.split_at_checked(assigned(rest, wrapper)).unwrap_or((rest, &[]));
    // Behind `--` that is a program to some.
    let options = simple.args.len() - rest.len();
    if !variables.is_empty() && simple.args.iter().take(options).any(is_end_of_options) {
        found.opaque(Why::Program);
        found.run(simple.running(rest));
    }
    variables.iter().for_each(|word| variables::assigned(word, &simple.source, found));
    rest = command;
    let rest = operands(rest, wrapper);
    if splits_in_front(&simple.args, rest) {
        found.opaque(Why::Program);
    }
    if given.has(&wrapper.shell) {
        return if rest.is_empty() { found.feeds(at) } else { text(rest, &simple.input, found) };
    }
    if rest.is_empty() {
        let redirected = wrapper.reads_on && simple.input != Input::Inherited;
        let bare = wrapper.bare_shell && !given.has(&wrapper.code);
        return if bare || redirected {
            found.feeds(at)
        };
    }
    let mut command = rest.to_vec();
    // Inputs of parallel stand behind `:::`.
    let ends = |word: &Word| word.literal().is_some_and(|text| text.starts_with(":::"));
    let until = command.iter().position(ends).filter(|_| simple.program.name() == Some("parallel"));
    command.truncate(until.unwrap_or(command.len()));
    if let Some(mark) = given.values(&wrapper.mark).next().and_then(Word::literal) {
        command = command.iter().map(|word| word.with_unknown_for(mark)).collect();
    } else if wrapper.appends {
        command = command.iter().map(|word| word.with_unknown_for("{}")).collect();
        command.push(Word::unknown());
    }
    if let Some([one]) = wrapper.appends.then(|| command.get(..1).unwrap_or_default())
        && one.written().is_none_or(|text| text.contains(char::is_whitespace))
    {
        return text(&command, &Input::Elsewhere, found);
    }
    let mut command = simple.running(&command);
    if wrapper.feeds_nothing {
        command.input = Input::Elsewhere;
    }
    if wrapper.appends && may_be_told(&command) {
        found.opaque(Why::Code);
    }
    found.run(command);
}

/// Whether a word that is known only when it runs may be an option with which this program hands on another.
fn may_be_told(command: &Simple) -> bool {
    let open = command.args.iter().take_while(|word| !is_end_of_options(word));
    table::wrapper_of(command).is_some_and(Wrapper::hands_on)
        && open.into_iter().any(|word| word.is_option().is_none())
}

/// How many words set variables, in front of the command.
pub(super) fn assigned(words: &[Word], wrapper: &Wrapper) -> usize {
    let name = |word: &Word| word.head().split_once('=').map(|(name, _)| name.to_owned());
    let assigns = |word: &&Word| name(word).is_some_and(|name| !name.is_empty() && !name.contains('/'));
    if wrapper.assigns { words.iter().take_while(assigns).count() } else { 0 }
}

fn is_end_of_options(word: &Word) -> bool {
    word.literal() == Some("--")
}

/// The words behind the operands that a wrapper takes in front of its command.
pub(super) fn operands<'w>(words: &'w [Word], wrapper: &Wrapper) -> &'w [Word] {
    let mut rest = words;
    for _ in 0..wrapper.operands {
        rest = rest.get(1..).unwrap_or_default();
        if wrapper.again {
            rest = options::split(rest, wrapper).rest;
        }
    }
    rest
}

/// The words behind the options and operands, joined, are code for a shell.
pub(super) fn joined(simple: &Simple, at: usize, wrapper: &Wrapper, given: &Given<'_>, found: &mut Found) {
    if given.unsure {
        found.opaque(Why::Program);
    }
    let rest = operands(given.rest, wrapper);
    if splits_in_front(&simple.args, rest) {
        found.opaque(Why::Program);
    }
    if rest.is_empty() {
        if wrapper.bare_shell && !given.has(&wrapper.code) {
            found.feeds(at);
        }
        return;
    }
    text(rest, &simple.input, found);
}

/// `docker exec BOX COMMAND`, `kubectl exec BOX -- COMMAND`: behind a subcommand. A word that only looks like it, the
/// value of an option in front, counts as well.
pub(super) fn behind(simple: &Simple, wrapper: &Wrapper, found: &mut Found) {
    let is_sub =
        |word: &Word| word.literal().is_some_and(|text| wrapper.subcommands.iter().any(|sub| sub == text));
    let starts = simple.args.iter().enumerate().filter(|(_, word)| is_sub(word)).map(|(at, _)| at + 1);
    let mut commands: Vec<&[Word]> = Vec::new();
    for at in starts.take(READINGS + 1) {
        commands.extend(behind_one(simple, at, wrapper, found));
    }
    // Each of several doubles the work of what is inside.
    let most = if found.codes > 2 { 1 } else { READINGS };
    if commands.len() > most {
        found.opaque(Why::TooDeep);
    }
    commands.into_iter().take(most).for_each(|command| found.run(simple.running(command)));
}

/// `xterm -e COMMAND`: behind an option, to the end; one word may be a line for a shell.
pub(super) fn after(simple: &Simple, wrapper: &Wrapper, found: &mut Found) {
    let is = |word: &Word| {
        let name = word.literal().and_then(|text| text.strip_prefix('-'))?;
        let name = name.strip_prefix('-').unwrap_or(name);
        wrapper.code.iter().any(|code| code == name).then_some(())
    };
    let at = simple.args.iter().position(|word| is(word).is_some());
    let rest = at.and_then(|at| simple.args.get(at + 1..)).unwrap_or_default();
    let unknown = |word: &&Word| word.splits() || word.literal().is_none() && word.is_option() != Some(false);
    if simple.args.iter().take(at.unwrap_or(usize::MAX)).any(|word| unknown(&word)) {
        found.opaque(Why::Program);
    }
    match rest {
        [] => {}
        [one] if one.literal().is_none_or(|text| text.contains(char::is_whitespace)) => {
            text(rest, &Input::Elsewhere, found);
        }
        command => found.run(simple.running(command)),
    }
}

/// Commands that one may run, of which it is not told which it is.
const READINGS: usize = 2;

/// What it runs if its subcommand ends there: a command, or one of two.
fn behind_one<'s>(simple: &'s Simple, at: usize, wrapper: &Wrapper, found: &mut Found) -> Vec<&'s [Word]> {
    let args = simple.args.get(at..).unwrap_or_default();
    let given = options::split(args, wrapper);
    for code in given.values(&wrapper.code) {
        text(std::slice::from_ref(code), &simple.input, found);
    }
    let direct = operands(given.rest, wrapper);
    let separated = args.iter().position(is_end_of_options).and_then(|at| args.get(at + 1..));
    let separated = separated.filter(|separated| *separated != direct);
    // Options may stand behind the operand; else what is behind `--` may be a word of the command.
    let is_command =
        separated.is_none() || direct.first().is_some_and(|first| first.is_option() != Some(true));
    let commands = [Some(direct).filter(|_| is_command), separated].into_iter().flatten();
    let commands: Vec<_> = commands.filter(|command| !command.is_empty()).collect();
    if given.unsure || commands.iter().any(|command| splits_in_front(&simple.args, command)) {
        found.opaque(Why::Program);
    }
    if wrapper.gathers && given.has(&wrapper.code) && !commands.is_empty() {
        found.opaque(Why::Code);
    }
    commands
}

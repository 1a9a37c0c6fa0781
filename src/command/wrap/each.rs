//! find.

use super::table::Wrapper;
use crate::command::opaque::Why;
use crate::command::read::Found;
use crate::command::simple::Simple;
use crate::command::word::Word;

/// Tests and actions of find with a value.
const VALUED: &[&str] = &[
    "-D",
    "-amin",
    "-anewer",
    "-atime",
    "-cmin",
    "-cnewer",
    "-context",
    "-ctime",
    "-fls",
    "-fprint",
    "-fprint0",
    "-fprintf",
    "-fstype",
    "-gid",
    "-group",
    "-ilname",
    "-iname",
    "-inum",
    "-ipath",
    "-iregex",
    "-iwholename",
    "-links",
    "-lname",
    "-maxdepth",
    "-mindepth",
    "-mmin",
    "-mtime",
    "-name",
    "-newer",
    "-path",
    "-perm",
    "-printf",
    "-regex",
    "-regextype",
    "-samefile",
    "-size",
    "-type",
    "-uid",
    "-used",
    "-user",
    "-wholename",
    "-xtype",
];

fn takes_value(word: &Word) -> bool {
    word.literal().is_none_or(|text| VALUED.contains(&text) || text.starts_with("-newer"))
}

/// `find … -exec COMMAND ;`: from such an option to `;`, or to `+` behind `{}`. A word that only may be such an option
/// (`-ex*`, where a file can be called `-exec`) may run what follows, unless that is an option; one that splits may run
/// anything.
pub(super) fn each(simple: &Simple, wrapper: &Wrapper, found: &mut Found) {
    let code = |word: &Word| wrapper.code.iter().any(|code| word.may_be(&format!("-{code}")));
    // fd takes letters together, and the program in the same word: `-Hx`, `-xrm`, `--exec=rm`.
    let attached = |word: &Word| {
        let (head, letters) =
            (word.head(), word.head().strip_prefix('-').filter(|rest| !rest.starts_with('-')));
        wrapper.code.iter().any(|code| match code.len() {
            1 => letters.is_some_and(|letters| letters.len() > 1 && letters.contains(code.as_str())),
            _ => head
                .strip_prefix('-')
                .and_then(|rest| rest.strip_prefix(code.as_str()))
                .is_some_and(|rest| rest.starts_with('=')),
        })
    };
    // `-name -exec`: a value, and no command begins here; `-exec -exec`: none has a dash.
    let pairs = || simple.args.iter().zip(simple.args.iter().skip(1));
    let plainly = |word: &Word| word.literal().is_some_and(|_| code(word));
    let mistaken = pairs().any(|(word, next)| plainly(next) && (takes_value(word) || plainly(word)));
    if mistaken || simple.args.iter().any(attached) {
        found.opaque(Why::Program);
    }
    let mut rest = simple.args.as_slice();
    while let Some((at, word)) = rest.iter().enumerate().find(|(_, word)| code(word)) {
        rest = rest.get(at + 1..).unwrap_or_default();
        if word.literal().is_none() {
            if word.splits() || rest.first().is_some_and(|next| next.is_option() != Some(true)) {
                found.opaque(Why::Program);
            }
            continue;
        }
        let end = rest.iter().enumerate().position(|(at, word)| match word.literal() {
            Some(";") => true,
            Some("+") => at > 0 && rest.get(at - 1).and_then(Word::literal) == Some("{}"),
            _ => false,
        });
        let (command, after) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or_default();
        let command: Vec<_> = command.iter().map(|word| word.with_unknown_for("{}")).collect();
        if !command.is_empty() {
            found.run(simple.running(&command));
        }
        rest = after;
    }
}

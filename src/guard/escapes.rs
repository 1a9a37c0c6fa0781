//! Commands that full-screen programs run for those who ask in their bottom line: `:!cmd` in vi, `!cmd` in less.

use crate::terminal::screen::Screen;

/// Keys without which nothing can be asked for.
pub(super) fn may_ask(c: char) -> bool {
    matches!(c, ':' | '!' | '|' | '=' | '`' | '$')
}

/// What the line at the cursor asks a shell for.
pub(super) fn asked(screen: &Screen) -> Option<String> {
    command(bottom_line(screen)?.trim())
}

/// Whether the line at the cursor asks for something: a command, or what to search for.
pub(super) fn is_asked(screen: &Screen) -> bool {
    bottom_line(screen).is_some_and(|line| line.trim_start().starts_with(ASKS))
}

const ASKS: [char; 8] = [':', '/', '?', '!', '|', '=', '&', '-'];

/// Editors ask in the last row, or above it where the line is longer than one.
fn bottom_line(screen: &Screen) -> Option<String> {
    let cursor = screen.cursor();
    let rows = screen.first_row_at_cursor()..=cursor.row;
    let text = rows.map(|row| screen.text(row, 0..screen.columns()));
    (cursor.row + 2 >= screen.bottom()).then(|| text.collect())
}

fn command(line: &str) -> Option<String> {
    if let Some(ex) = line.strip_prefix(':') {
        return ex_command(ex.trim_start());
    }
    // `Ctrl-R =` of vi, whose line is an expression.
    if let Some(expression) = line.strip_prefix('=') {
        return calls(expression).then(|| expression.to_owned());
    }
    if let Some(name) = FILE_NAMES.iter().find_map(|prompt| line.strip_prefix(prompt)) {
        return substitutes(name).then(|| name.to_owned());
    }
    let asked = line.strip_prefix('!').or_else(|| line.strip_prefix('|'))?;
    (!asked.trim().is_empty()).then(|| asked.trim().to_owned())
}

/// Where less asks for a file's name, which it hands to a shell.
const FILE_NAMES: &[&str] = &["Examine: ", "tags file: ", "log file: "];

/// Of vi's own commands, those that run others: `:!cmd`, `:%!cmd`, `:r !cmd`, `:w !cmd`, `:sh`, `:terminal`, and names of
/// files in which something is substituted.
fn ex_command(ex: &str) -> Option<String> {
    let from = ex.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(ex.len());
    let named = ex.get(from..).unwrap_or_default();
    let word: String = named.chars().take_while(char::is_ascii_alphabetic).collect();
    let rest = named.get(word.len()..).unwrap_or_default().trim();
    match word.as_str() {
        word if is(word, "shell", 2) => return Some("sh".into()),
        word if is(word, "terminal", 3) => {
            return Some(if rest.is_empty() {
                "sh".into()
            } else {
                rest.trim_start_matches("++curwin").trim().into()
            });
        }
        word if MODIFIERS.iter().any(|modifier| is(word, modifier, 2)) && !rest.is_empty() => {
            if let Some(asked) = ex_command(rest) {
                return Some(asked);
            }
        }
        _ => {}
    }
    // `:q!`, `:w!` and their like are no commands of a shell.
    let asked = ex.split_once('!').map(|(_, asked)| asked.trim()).filter(|asked| !asked.is_empty());
    let as_it_stands = || (runs_code(&word) || substitutes(ex) || calls(ex)).then(|| named.to_owned());
    asked.map(str::to_owned).or_else(as_it_stands)
}

/// Words before a command that say how it is shown.
const MODIFIERS: &[&str] = &[
    "vertical",
    "topleft",
    "botright",
    "aboveleft",
    "belowright",
    "leftabove",
    "rightbelow",
    "tab",
    "silent",
    "unsilent",
    "hide",
    "confirm",
    "browse",
    "keepalt",
    "keepjumps",
    "keepmarks",
    "keeppatterns",
    "lockmarks",
    "noautocmd",
    "noswapfile",
    "verbose",
    "sandbox",
    "legacy",
    "vim9cmd",
    "horizontal",
];

/// Languages inside the editor and commands that hand their words to a shell, with the fewest letters that name them: not
/// to be read here, so as they stand.
const CODE: &[(&str, usize)] = &[
    ("lua", 3),
    ("luado", 4),
    ("luafile", 4),
    ("python", 2),
    ("py", 2),
    ("pydo", 3),
    ("pyfile", 3),
    ("pyx", 3),
    ("pyxdo", 4),
    ("pyxfile", 4),
    ("perl", 2),
    ("perldo", 5),
    ("ruby", 3),
    ("rubydo", 5),
    ("rubyfile", 5),
    ("tcl", 3),
    ("tcldo", 4),
    ("tclfile", 4),
    ("mzscheme", 2),
    ("call", 3),
    ("execute", 3),
    ("make", 3),
    ("lmake", 4),
    ("grep", 2),
    ("grepadd", 5),
    ("lgrep", 3),
    ("lgrepadd", 6),
    ("source", 2),
    ("runtime", 2),
];

/// Whether a word is a command of the editor, cut short or not.
fn is(word: &str, command: &str, fewest: usize) -> bool {
    word.len() >= fewest && command.starts_with(word)
}

fn runs_code(word: &str) -> bool {
    // `py3` and its like: the figure ended the word.
    CODE.iter().any(|(command, fewest)| is(word, command, *fewest))
}

/// Whether a shell, or the editor, would run something inside of these words.
fn substitutes(words: &str) -> bool {
    words.contains('`') || words.contains("$(")
}

/// Whether an expression calls what runs programs.
fn calls(expression: &str) -> bool {
    ["system", "job_start", "jobstart", "term_start", "termopen", "libcall"]
        .iter()
        .any(|function| expression.contains(function))
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn what_a_pager_or_an_editor_would_run_is_found() {
        for (line, asked) in [
            ("!rm -rf /x", Some("rm -rf /x")),
            (":!rm -rf /x", Some("rm -rf /x")),
            (":%!sort", Some("sort")),
            (":r !id", Some("id")),
            (":w !sudo tee /etc/hosts", Some("sudo tee /etc/hosts")),
            (":sh", Some("sh")),
            (":term rm x", Some("rm x")),
            (":terminal", Some("sh")),
            (":call system('rm x')", Some("call system('rm x')")),
            (":e `touch F`", Some("e `touch F`")),
            (":r `=system('id')`", Some("r `=system('id')`")),
            (":e $(touch F)", Some("e $(touch F)")),
            (":vert ter rm x", Some("rm x")),
            (":silent! botright terminal rm x", Some("rm x")),
            (":tab term", Some("sh")),
            (":echo system('rm x')", Some("echo system('rm x')")),
            (":cexpr system('rm x')", Some("cexpr system('rm x')")),
            (":let x = job_start('rm x')", Some("let x = job_start('rm x')")),
            (":py3 import os", Some("py3 import os")),
            (":grep x; rm x", Some("grep x; rm x")),
            (":5sh", Some("sh")),
            ("=system('rm x')", Some("system('rm x')")),
            ("Examine: `touch F`", Some("`touch F`")),
            ("tags file: $(touch F)", Some("$(touch F)")),
            (":vert split x", None),
            (":set nu", None),
            (":e file", None),
            ("Examine: file", None),
            ("= 4", None),
            (":q!", None),
            (":wq", None),
            (":s/a/b/", None),
            ("plain text", None),
            ("/search", None),
        ] {
            assert_eq!(command(line).as_deref(), asked, "{line:?}");
        }
    }
}

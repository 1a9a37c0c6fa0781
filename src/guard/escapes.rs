//! Commands that full-screen programs run for those who ask in their bottom line: `:!cmd` in vi, `!cmd` in less.

use super::screen::Screen;

/// Keys without which nothing can be asked for.
pub(super) fn may_ask(c: char) -> bool {
    matches!(c, ':' | '!' | '|')
}

/// What the line at the cursor asks a shell for.
pub(super) fn asked(screen: &Screen) -> Option<String> {
    let cursor = screen.cursor();
    // Editors ask in the last row, or above it where the line is longer than one.
    let rows = screen.first_row_at_cursor()..=cursor.row;
    let text: String = rows.map(|row| screen.text(row, 0..screen.columns())).collect();
    (cursor.row + 2 >= screen.bottom()).then(|| command(text.trim()))?
}

fn command(line: &str) -> Option<String> {
    if let Some(ex) = line.strip_prefix(':') {
        return ex_command(ex.trim_start());
    }
    let asked = line.strip_prefix('!').or_else(|| line.strip_prefix('|'))?;
    (!asked.trim().is_empty()).then(|| asked.trim().to_owned())
}

/// Of vi's own commands, those that run others: `:!cmd`, `:%!cmd`, `:r !cmd`, `:w !cmd`, `:sh`, `:terminal`.
fn ex_command(ex: &str) -> Option<String> {
    let word: String = ex.chars().take_while(char::is_ascii_alphabetic).collect();
    let rest = ex.get(word.len()..).unwrap_or_default().trim();
    match word.as_str() {
        "sh" | "she" | "shel" | "shell" => return Some("sh".into()),
        word if word.len() >= 3 && "terminal".starts_with(word) => {
            return Some(if rest.is_empty() {
                "sh".into()
            } else {
                rest.trim_start_matches("++curwin").trim().into()
            });
        }
        _ => {}
    }
    // `:q!`, `:w!` and their like are no commands of a shell.
    let asked = ex.split_once('!').map(|(_, asked)| asked.trim()).filter(|asked| !asked.is_empty());
    asked.map(str::to_owned).or_else(|| runs_code(&word).then(|| ex.to_owned()))
}

/// Languages inside the editor, and its functions that run programs: not to be read here, so as they stand.
fn runs_code(word: &str) -> bool {
    [
        "lua", "py", "pyt", "pyth", "python", "py3", "python3", "perl", "ruby", "tcl", "call", "exe",
        "execute", "make",
    ]
    .contains(&word)
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

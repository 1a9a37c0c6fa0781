//! `!!` and its like, which an interactive shell replaces by an earlier line before it reads the line.

/// Whether something in the line stands for an earlier one. In single quotes, and behind a backslash, nothing
/// does.
pub(super) fn repeats(line: &str) -> bool {
    if line.starts_with('^') {
        return true;
    }
    let (mut quoted, mut double) = (false, false);
    let mut before = ' ';
    let mut signs = line.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' if !quoted => drop(signs.next()),
            '\'' if !double => quoted = !quoted,
            '"' if !quoted => double = !double,
            '!' if !quoted && !"[{$".contains(before) => {
                let next = signs.peek().copied();
                if next.is_some_and(|next| {
                    !next.is_whitespace() && !"=(".contains(next) && !(double && next == '"')
                }) {
                    return true;
                }
            }
            _ => {}
        }
        before = sign;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::repeats;

    #[test]
    fn an_exclamation_mark_repeats_or_not() {
        for line in ["!!", "sudo !!", "!rm", "echo !$", "!-2", "^a^b", "echo \"!x\"", "ls;!r", "echo a!b"] {
            assert!(repeats(line), "{line}");
        }
        for line in [
            "[ ! -f x ]",
            "! ls",
            "echo '!!'",
            "echo \\!!",
            "a != b",
            "ls [!a]*",
            "echo \"hello!\"",
            "${!x}",
            "echo $!",
        ] {
            assert!(!repeats(line), "{line}");
        }
    }
}

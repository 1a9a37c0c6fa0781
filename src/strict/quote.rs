//! Quoting: for the `sh` that we start, and for the login shell that starts it.

/// For POSIX `sh`: in single quotes, whatever it is.
pub(super) fn always(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// For a reader: bare where a shell would not see anything in it.
pub(super) fn where_needed(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:,+@%=".contains(c) || !c.is_ascii();
    if text.is_empty() || !text.chars().all(plain) { always(text) } else { text.to_owned() }
}

/// As one word for any login shell: sh, bash, dash, zsh, fish, csh. They agree on what single quotes do, except
/// that fish reads backslashes in them and csh `!`; and on a backslash outside of quotes before these three.
pub(super) fn for_login_shell(text: &str) -> String {
    let quoted = text.chars().fold(String::new(), |mut quoted, c| {
        if matches!(c, '\'' | '\\' | '!') {
            quoted.extend(['\'', '\\', c, '\'']);
        } else {
            quoted.push(c);
        }
        quoted
    });
    format!("'{quoted}'")
}

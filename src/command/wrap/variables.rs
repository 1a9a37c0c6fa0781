//! Variables that say what runs.

use super::super::opaque::Why;
use super::super::read::Found;
use super::super::simple::Input;
use super::super::word::{Piece, Word};

/// Their value is run as a command, by a shell or by the programs that look at them.
const CODE: &[&str] = &[
    "PROMPT_COMMAND",
    "PAGER",
    "MANPAGER",
    "GIT_PAGER",
    "SYSTEMD_PAGER",
    "PSQL_PAGER",
    "AWS_PAGER",
    "EDITOR",
    "VISUAL",
    "SYSTEMD_EDITOR",
    "SUDO_EDITOR",
    "GIT_EDITOR",
    "GIT_SEQUENCE_EDITOR",
    "PSQL_EDITOR",
    "KUBE_EDITOR",
    "FCEDIT",
    "GIT_SSH_COMMAND",
    "GIT_SSH",
    "GIT_EXTERNAL_DIFF",
    "GIT_ASKPASS",
    "SSH_ASKPASS",
    "SUDO_ASKPASS",
    "RSYNC_RSH",
    "CVS_RSH",
    "SVN_SSH",
    "BROWSER",
    "SHELL",
    "READNULLCMD",
    "NULLCMD",
];

/// What they name or hold is run, and not read.
const UNREAD: &[&str] = &[
    "BASH_ENV",
    "ENV",
    "ZDOTDIR",
    "LESSOPEN",
    "LESSCLOSE",
    "LESSKEY",
    "LD_PRELOAD",
    "LD_AUDIT",
    "LD_LIBRARY_PATH",
    "PERL5OPT",
    "PERL5LIB",
    "PERL5DB",
    "PYTHONSTARTUP",
    "PYTHONPATH",
    "PYTHONHOME",
    "RUBYOPT",
    "RUBYLIB",
    "NODE_OPTIONS",
    "LUA_INIT",
    "JAVA_TOOL_OPTIONS",
    "GIT_EXEC_PATH",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "TAR_OPTIONS",
    "VIMINIT",
    "EXINIT",
    "INPUTRC",
    "SHELLOPTS",
    "BASHOPTS",
    "PS0",
    "PS1",
    "PS2",
    "PS4",
    "RPROMPT",
    "IFS",
    "FPATH",
    "AWKPATH",
    "AWKLIBPATH",
    "MAKEFLAGS",
    "MAKEFILES",
    "GCONV_PATH",
    "OPENSSL_CONF",
];

/// A variable is set: what that runs, now or later.
pub(super) fn set(name: &str, value: &Word, source: &str, found: &mut Found) {
    if is_index(value) {
        found.opaque(Why::ExpandedTwice);
    }
    if name.starts_with("BASH_FUNC_") {
        found.opaque(Why::Code);
    }
    if CODE.contains(&name) {
        super::text(std::slice::from_ref(value), &Input::Inherited, found);
    } else if UNREAD.contains(&name) && value.literal() != Some("") || name == "PATH" && !extends(source) {
        found.opaque(Why::Code);
    }
}

/// The same of a word: `NAME=value`.
pub(super) fn assigned(word: &Word, source: &str, found: &mut Found) {
    let Some((name, _)) = word.head().split_once('=') else { return };
    if let Some(value) = word.after(&format!("{name}=")) {
        set(name.trim_end_matches('+'), &value, source, found);
    }
}

/// A loop sets a variable to each of these.
pub(in super::super) fn each_of(name: &Word, values: &[Word], found: &mut Found) {
    for value in values {
        set(name.literal().unwrap_or_default(), value, "", found);
    }
}

/// Builtins that set a variable to what they read, or make up.
const FILLING: &[&str] = &["read", "mapfile", "readarray", "getopts", "printf"];

/// Builtins that take names of variables, or sums of them.
const NAMING: &[&str] = &[
    "let", "read", "printf", "set", "unset", "test", "[", "[[", "declare", "typeset", "local", "export",
    "readonly", "wait", "getopts",
];

/// A builtin is told a name: what is substituted in its index runs, though it stands in quotes.
pub(in super::super) fn named(program: &str, args: &[Word], found: &mut Found) {
    if NAMING.contains(&program) && args.iter().any(is_index) {
        found.opaque(Why::ExpandedTwice);
    }
    let says = |name: &str| name == "PATH" || CODE.contains(&name) || UNREAD.contains(&name);
    let says = |word: &Word| word.literal().is_some_and(|text| says(text.strip_prefix("-v").unwrap_or(text)));
    if FILLING.contains(&program) && args.iter().any(says) {
        found.opaque(Why::Code);
    }
}

/// Whether a text has an index in which something is substituted: where a shell counts, it runs that.
pub(in super::super) fn is_index(word: &Word) -> bool {
    let known = |piece: &Piece| match piece {
        Piece::Text(text) | Piece::Glob(text) | Piece::Tilde(text) => Some(text.clone()),
        Piece::Unknown | Piece::Split => None,
    };
    let text: String = word.pieces().iter().filter_map(known).collect();
    text.split_once('[').is_some_and(|(_, index)| index.contains("$(") || index.contains('`'))
}

/// Whether programs are looked for where they were before, and only then elsewhere.
fn extends(source: &str) -> bool {
    ["PATH=$PATH", "PATH=\"$PATH", "PATH=${PATH}", "PATH=\"${PATH}"].iter().any(|form| source.contains(form))
}

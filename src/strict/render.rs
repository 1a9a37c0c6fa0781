//! A plan as the command of an exec request.
//!
//! The asset's login shell may be any: it is given `exec /bin/sh -c` and one word, in quotes that all of them
//! read alike, and is gone. That `sh` reads a script of ours: what programs could hand out a shell by is
//! disarmed, and each command is `/usr/bin/env 'program' 'word' …`. `env` finds programs only, and never a shell's
//! functions, aliases and builtins, some of which run a part of their arguments; `exec` finds builtins in mksh.

use super::directory::Directory;
use super::pipeline::Command;
use super::plan::Plan;
use super::quote::{always, for_login_shell};

/// What programs read before they start a pager, an editor or a shell. A pager gets to be `cat`, an editor and
/// a shell one that does nothing; `less` itself gets to be one that starts none.
const DISARMED: &str = "\
unset CDPATH ENV BASH_ENV LESSOPEN LESSCLOSE LESSEDIT; \
export LESSSECURE=1 SYSTEMD_PAGERSECURE=1 PAGER=cat SYSTEMD_PAGER=cat GIT_PAGER=cat MANPAGER=cat PSQL_PAGER=cat \
EDITOR=false VISUAL=false SYSTEMD_EDITOR=false GIT_EDITOR=false SUDO_EDITOR=false FCEDIT=false SHELL=/bin/false";

/// The command for an exec request that runs a plan in a directory; `None`: where a login begins.
pub fn render(plan: &Plan, directory: Option<&Directory>) -> String {
    let list = plan.write(command);
    let script = match directory {
        Some(directory) => format!("{DISARMED}; cd -- {} && {{ {list}; }}", always(directory.as_str())),
        None => format!("{DISARMED}; {list}"),
    };
    through_login_shell(&script)
}

/// The command for an exec request that prints the directory that a path leads to; without a path, where a
/// login begins.
pub fn directory_of(path: Option<&str>, from: Option<&Directory>) -> String {
    let from = from.map(|from| format!("cd -- {} && ", always(from.as_str()))).unwrap_or_default();
    let to = path.map(|path| format!("cd -- {} && ", always(&beside(path)))).unwrap_or_default();
    through_login_shell(&format!("unset CDPATH; {from}{to}pwd"))
}

/// `cd -- -` would be the directory before, which no shell remembers.
fn beside(path: &str) -> String {
    if path == "-" { "./-".into() } else { path.into() }
}

fn through_login_shell(script: &str) -> String {
    format!("exec /bin/sh -c {}", for_login_shell(script))
}

fn command(command: &Command) -> String {
    let words = command.arguments.iter().map(|word| format!(" {}", word.rendered()));
    format!("/usr/bin/env {}{}", always(&command.program), words.collect::<String>())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;

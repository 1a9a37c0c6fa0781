//! `die_with_session`: a program without a terminal that ends with its session.
//!
//! SSH hangs up a terminal; a program on pipes goes on when its channel closes, and a server need not take a signal
//! for it (OpenSSH takes none for root). So a small `sh` starts it: that one leaves a watcher behind and becomes the
//! program's shell, in the same process, with its input, output and status untouched. The watcher looks each second
//! whether the server's process for this connection is there; once it is gone, the watcher ends the process group.
//! Whatever left the group, runs as somebody else or ends the watcher first goes on.

use super::select::ChannelRequest;
use crate::ssh::Start;

/// In one line, and read by `sh`. `$1` is the command, where there is one; `$2` stands for its line ends, where it
/// has any, since not every login shell takes them in quotes.
const SCRIPT: &str = r#"up() { kill -0 "$1" 2>/dev/null || [ -d "/proc/$1" ] || ps -p "$1" >/dev/null 2>&1; }; up "$PPID" && kill -0 "-$$" 2>/dev/null || { echo "juyong: programs cannot be ended with their session here" >&2; exit 255; }; ( ( trap "" HUP INT QUIT TERM USR1 USR2 ALRM PIPE; while up "$PPID" && up "$$"; do sleep 1; done; up "$PPID" || { kill -HUP "-$$"; sleep 2; kill -KILL "-$$"; } ) </dev/null >/dev/null 2>&1 & ); [ "$#" -gt 0 ] || exec "${SHELL:-/bin/sh}" -l; c=$1; [ "$#" -lt 2 ] || { c=$(printf %s_ "$1" | tr "$2" "\012"); c=${c%_}; }; exec "${SHELL:-/bin/sh}" -c "$c""#;

/// What is started instead, so that it ends with its session. A terminal does that by itself.
pub(super) fn tied(purpose: &ChannelRequest) -> ChannelRequest {
    let start = match &purpose.start {
        start if purpose.terminal.is_some() => start.clone(),
        Start::Exec(command) => Start::Exec(behind(Some(command))),
        Start::Shell => Start::Exec(behind(None)),
        other @ Start::Subsystem(_) => other.clone(), // it ends with its input
    };
    ChannelRequest { start, ..purpose.clone() }
}

fn behind(command: Option<&[u8]>) -> Vec<u8> {
    let mut line = b"exec /bin/sh -c ".to_vec();
    line.extend(quoted(SCRIPT.as_bytes()));
    line.extend(b" juyong");
    let Some(command) = command else { return line };
    line.push(b' ');
    let stand_in = (1..=6).find(|byte| !command.contains(byte)).filter(|_| command.contains(&b'\n'));
    match stand_in {
        None => line.extend(quoted(command)),
        Some(byte) => {
            let one_line: Vec<u8> = command.iter().map(|c| if *c == b'\n' { byte } else { *c }).collect();
            line.extend(quoted(&one_line));
            line.extend(format!(" \\\\00{byte}").bytes());
        }
    }
    line
}

/// As one word for any login shell; see `strict::quote`, which does the same for text.
fn quoted(bytes: &[u8]) -> Vec<u8> {
    let mut word = vec![b'\''];
    for byte in bytes {
        match byte {
            b'\'' | b'\\' | b'!' => word.extend([b'\'', b'\\', *byte, b'\'']),
            _ => word.push(*byte),
        }
    }
    word.push(b'\'');
    word
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::os::unix::process::CommandExt as _;
    use std::process::{Command, Stdio};

    use super::*;

    /// Runs a line as an SSH server does: by the login shell, in a process group of its own.
    fn run(shell: &str, command: &str) -> (Option<i32>, String) {
        let line = String::from_utf8(behind(Some(command.as_bytes()))).unwrap();
        let mut started = Command::new(shell);
        started.args(["-c", &line]).env("SHELL", shell).process_group(0).stdin(Stdio::null());
        let out = started.output().unwrap();
        (out.status.code(), String::from_utf8_lossy(&out.stdout).into_owned())
    }

    #[test]
    fn commands_are_what_they_were() {
        let shells = ["/bin/sh", "/bin/bash", "/bin/dash", "/usr/bin/zsh", "/usr/bin/fish", "/bin/tcsh"];
        for shell in shells.into_iter().filter(|shell| std::path::Path::new(shell).exists()) {
            for (command, code, said) in [
                ("echo plain", 0, "plain\n"),
                ("exit 7", 7, ""),
                ("echo \"it's\" 'a \"b\"' back\\\\slash", 0, "it's a \"b\" back\\slash\n"),
                ("printf '%s|' 'wow!' 文件 '*'", 0, "wow!|文件|*|"),
                ("", 0, ""),
            ] {
                assert_eq!(run(shell, command), (Some(code), said.to_owned()), "{shell}: {command}");
            }
            let lines =
                if shell.ends_with("csh") { "echo one\necho two" } else { "echo one\necho 'two\n\n3'\n" };
            let said = if shell.ends_with("csh") { "one\ntwo\n" } else { "one\ntwo\n\n3\n" };
            assert_eq!(run(shell, lines), (Some(0), said.to_owned()), "{shell}");
        }
    }

    #[test]
    fn what_has_a_terminal_or_ends_by_itself_is_left_alone() {
        let purpose = |start, terminal| ChannelRequest { start, terminal, env: vec![], refused: vec![] };
        let exec = || Start::Exec(b"ls".to_vec());
        let tied = |start, terminal| format!("{:?}", tied(&purpose(start, terminal)).start);
        assert_eq!(tied(exec(), Some(Default::default())), format!("{:?}", exec()));
        let sftp = || Start::Subsystem("sftp".into());
        assert_eq!(tied(sftp(), None), format!("{:?}", sftp()));
        assert_ne!(tied(exec(), None), format!("{:?}", exec()));
    }
}

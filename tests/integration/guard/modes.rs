//! What a client may say of the terminal that it asks for (RFC 4254 §8): nothing that would hide what is typed.

use std::process::Command;

use super::shell::{Kind, POLICY, Shell};
use crate::harness::{Setup, tool};

/// Its own terminal has no echo, and other keys than the usual ones; the client hands that on.
fn without_echo(ssh: Command) -> Command {
    let mut client = tool("sh");
    client.args(["-c", "stty -echo -icanon intr ^- eof ^- ixon; exec \"$@\"", "sh"]);
    client.arg(ssh.get_program()).args(ssh.get_args());
    for (name, value) in ssh.get_envs() {
        match value {
            Some(value) => client.env(name, value),
            None => client.env_remove(name),
        };
    }
    client
}

/// dash has no line editor: what it is typed is seen by the terminal's echo alone.
#[test]
fn a_client_cannot_switch_the_echo_off() {
    let setup = Setup::new().policy(POLICY).limited("commands = [\"guarded\"]");
    let gateway = setup.start();
    gateway.change_policy("opaque = \"deny\"", "opaque = \"allow\"").ok();
    let shell = Shell::enter_by(Kind::Dash, gateway, without_echo);
    shell.gateway.change_policy("opaque = \"allow\"", "opaque = \"deny\"").ok();
    for line in ["evil one<enter>", "evil two<c-s><enter>"] {
        shell.type_in(line);
        shell.terminal.expect("is not run");
    }
    shell.type_in("good three<enter>");
    shell.runs("good|three");
    shell.ran_only(&["good|three"]);
}

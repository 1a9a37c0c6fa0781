//! Files through the terminal (rz, sz, trzsz) where commands are judged.

use super::shell::{Kind, POLICY, Shell};
use crate::harness::{Gateway, Terminal, field};

const REFUSED: &str = "no file goes through the terminal";

/// trial 26: `rz` stood still for good, and its bytes were logged as commands.
#[test]
fn a_transfer_is_refused_at_its_beginning() {
    for mode in ["guard", "audit"] {
        let policy = POLICY.replace("mode = \"guard\"", &format!("mode = \"{mode}\""));
        let shell = Shell::start_under(Kind::Bash, &policy);
        for program in ["rz", "sz page"] {
            let from = shell.terminal.heard.text().len();
            shell.type_in(&format!("{program}; good after{}<enter>", program.len()));
            shell.terminal.expect(REFUSED);
            shell.runs(&format!("good|after{}", program.len()));
            // What a client's own transfer program says to that is no line.
            shell.terminal.send("**\x18B0100000023be50\r\n\x11");
            shell.terminal.send("#ACT:eJyrVkrOzy1ITC7JL0pVslIqKk3VUUrLLypOVbIqKSpN1QEA4pIJbA==\n");
            let told = shell.terminal.heard.text()[from..].matches(REFUSED).count();
            assert_eq!(told, 1, "told once: {}", shell.terminal.heard.text());
            shell.type_in("<sleep 6000>");
        }
        shell.ran_only(&["good|after2", "good|after7"]);
        let rows = shell.gateway.records(&["audit", "commands"]);
        let stray = rows.iter().find(|row| {
            let command = field(row, "command");
            command.contains("B01") || command.contains("ACT")
        });
        assert!(stray.is_none(), "{rows:?}");
        for way in ["up", "down"] {
            shell.gateway.journaled("transfer-noticed", &[("how", "zmodem"), ("way", way), ("actor", "op1")]);
        }
    }
}

/// Whoever prints a beginning has switched nothing off.
#[test]
fn a_printed_beginning_opens_nothing() {
    let shell = Shell::start(Kind::Bash);
    for text in
        ["**\\030B00000000000000\\r\\n", "**\\030B0100000023be50\\r\\n", "::TRZSZ:TRANSFER:R:1.1.5:0\\n"]
    {
        shell.type_in(&format!("printf '{text}'<enter>"));
        shell.terminal.expect("use sftp or scp");
        shell.type_in("<sleep 300>evil one<enter>");
        shell.terminal.expect("is not run");
        shell.ran_only(&[]);
        shell.type_in("<sleep 5500>");
    }
}

/// trial 26 (d): where nothing is judged it passes, and is journaled.
#[test]
fn a_transfer_under_no_set_is_journaled() {
    let gateway = Gateway::usual();
    let terminal = Terminal::start(gateway.ssh(&gateway.operator("op1"), "+box"));
    terminal.prompt();
    terminal.line("printf '::TRZSZ:TRANSFER:S:1.1.5:0\\n'; echo do''ne");
    terminal.expect("done");
    gateway.journaled("transfer-noticed", &[("how", "trzsz"), ("way", "down"), ("actor", "op1")]);
    assert!(!terminal.heard.text().contains(REFUSED));
}

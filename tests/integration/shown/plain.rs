//! Hostile text in every field, and every command that prints it.

use crate::harness::{Gateway, PATIENCE, Running, Setup, field};

/// C1, DEL, ESC, marks of direction, invisible characters, ends of lines.
const HOSTILE: &str = "\u{9b}31m\u{7f}\u{202e}\u{200b}\u{2066}\u{feff}\u{2028}\u{1b}]0;x\u{7}";

/// What no output may hold.
fn forbidden(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn hostile() -> Gateway {
    let gateway = Setup::new().start();
    let operator = gateway.operator("op1");
    // A command, its arguments, a name of an asset, of a login, of a person; a host to forward to.
    let _ = gateway.exec(&operator, "+box", &format!("echo ok # {HOSTILE}"));
    for to in [format!("+box{HOSTILE}"), format!("+root{HOSTILE}@box")] {
        let _ = gateway.exec(&operator, &to, "true");
    }
    let _ =
        Running::run(gateway.ssh(&operator, "+box").args(["-W", &format!("h{HOSTILE}:22")]), b"", PATIENCE);
    let _ = gateway.exec(&operator, "", &format!("whoami {HOSTILE}"));
    let reason = format!("why {HOSTILE}\nline");
    gateway.juyong(&["lockdown", "start", "--scope", "op2", "--reason", &reason, "--order", "7"]).ok();
    gateway.juyong(&["operator", "disable", "op2", "--reason", &reason]).ok();
    let policies = gateway.path("policies").display().to_string();
    let _ = gateway.juyong(&["policy", "apply", &policies, "--reason", &reason]);
    gateway
}

/// attack 14, attack 5: whatever stands in a field, no output moves a cursor or turns what is read.
#[test]
fn no_output_holds_what_steers_a_terminal() {
    let gateway = hostile();
    let session = field(&gateway.sessions()[0], "session").to_owned();
    let lockdown = field(&gateway.records(&["lockdown", "status"])[0], "lockdown").to_owned();
    let asked: Vec<Vec<&str>> = vec![
        vec!["audit", "sessions"],
        vec!["audit", "commands"],
        vec!["audit", "events"],
        vec!["audit", "show", &session],
        vec!["audit", "export", &session, "--format", "txt"],
        vec!["audit", "verify"],
        vec!["approve", "list"],
        vec!["lockdown", "status"],
        vec!["lockdown", "report", &lockdown],
        vec!["lockdown", "report", &lockdown, "--format", "csv"],
        vec!["operator", "list"],
        vec!["operator", "show", "op1"],
        vec!["asset", "list"],
        vec!["credential", "list"],
        vec!["policy", "history"],
        vec!["vpn", "list"],
        vec!["whoami"],
        vec!["help"],
        vec!["audit", "show", HOSTILE],
        vec!["approve", "grant", HOSTILE],
        vec!["operator", "show", HOSTILE],
        vec![HOSTILE],
    ];
    for words in asked {
        for json in [&[][..], &["--json"]] {
            let out = gateway.juyong(&[&words, json].concat());
            for (stream, text) in [("output", out.text()), ("errors", out.errors())] {
                let found: Vec<_> = text.chars().filter(|c| forbidden(*c)).collect();
                assert!(found.is_empty(), "{words:?} {json:?} {stream}: {found:?} in {text:?}");
                if !json.is_empty()
                    && stream == "output"
                    && out.code() == 0
                    && words[0] != "help"
                    && words[1..].first() != Some(&"export")
                {
                    for line in text.lines() {
                        let _: serde_json::Value =
                            serde_json::from_str(line).unwrap_or_else(|e| panic!("{words:?}: {e}: {line}"));
                    }
                }
            }
        }
    }
    let log = gateway.log();
    assert!(!log.chars().any(forbidden), "the log: {log:?}");
}

/// newcomer: broken pipes are silent.
#[test]
fn a_reader_that_leaves_hears_nothing() {
    let gateway = Gateway::usual();
    for _ in 0..3 {
        gateway.juyong(&["whoami"]).ok();
    }
    let program = gateway.command(&["audit", "events"]);
    let words: Vec<String> = std::iter::once(program.get_program())
        .chain(program.get_args())
        .map(|word| format!("'{}'", word.to_string_lossy()))
        .collect();
    let mut shell = std::process::Command::new("sh");
    shell.arg("-c").arg(format!("{} | true", words.join(" ")));
    for (name, value) in program.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    let out = Running::run(&mut shell, b"", PATIENCE).ok();
    assert_eq!(out.errors(), "");
}

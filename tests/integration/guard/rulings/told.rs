//! A program with a prompt of its own, whose lines are not a shell's.

use std::time::Duration;

use crate::harness::{PATIENCE, Running, Setup, Terminal, field, tool};

const POLICY: &str = r#"
[commands.data]
mode = "guard"
default = "allow"
opaque = "deny"
[[commands.data.entry]]
effect = "deny"
programs = ["sqlite3"]
args = ["drop **", "delete **"]
reason = "data stays"
[[commands.data.entry]]
effect = "deny"
programs = ["touch"]
reason = "no files"
[[commands.data.repl]]
program = "sqlite3"
prompts = ["sqlite> "]
more = ["   ...> "]
"#;

#[test]
fn a_database_is_told_what_may_be_said_and_nothing_else() {
    let gateway = Setup::new().policy(POLICY).limited("commands = [\"data\"]").start();
    let operator = gateway.operator("op1");
    let mut terminal = Terminal::start(gateway.ssh(&operator, "+box"));
    terminal.prompt();
    let (base, marker) = (gateway.path("base"), gateway.path("marker"));
    terminal.line(&format!("sqlite3 {}", base.display()));
    terminal.expect("sqlite> ");
    let told = |line: &str, answer: &str| {
        std::thread::sleep(Duration::from_millis(300));
        terminal.line(line);
        terminal.expect(answer);
    };
    told("create table t(a, b);", "sqlite> ");
    told("insert into t values ('it''s', 1), ('(', 2);", "sqlite> ");
    told("select 'rows', count(*) from t where a <> 'x''y';", "rows|2");
    told("DROP TABLE t;", "is not run: data stays");
    told("select 1; delete from t;", "is not run: data stays");
    told("drop", "...> ");
    told("table t;", "is not run: data stays");
    told(";", "sqlite> ");
    told(&format!(".shell touch {}", marker.display()), "is not run: no files");
    told(".shell echo se''en", "seen");
    told(".read /etc/passwd", "is not run");
    told("select 'still', count(*) from t;", "still|2");
    told(".quit", "# ");
    told(&format!("touch {}", marker.display()), "is not run: no files");
    terminal.line("exit");
    terminal.wait(PATIENCE);
    assert!(!marker.exists());
    let rows = Running::run(tool("sqlite3").arg(base).arg("select count(*) from t"), b"", PATIENCE);
    assert_eq!(rows.ok().text().trim(), "2");
    let logged = gateway.records(&["audit", "commands"]);
    let drop = logged.iter().find(|row| field(row, "command") == "DROP TABLE t;").unwrap();
    assert_eq!((field(drop, "verdict"), &drop["programs"][0]), ("deny", &"sqlite3".into()));
}

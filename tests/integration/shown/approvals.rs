//! An officer sees all of what they agree to.

use crate::approve::{begin, waiting};
use crate::harness::{PATIENCE, Setup, field};

const SET: &str = r#"
[commands.careful]
mode = "guard"
default = "allow"
opaque = "allow"
[[commands.careful.entry]]
effect = "approve"
programs = ["reboot"]
reason = "by agreement"
"#;

/// attack 1: a mask that reached beyond its line hid what runs from the officer.
#[test]
fn no_command_is_hidden_from_the_officer() {
    let gateway = Setup::new().limited("commands = [\"careful\"]").policy(SET).start();
    let (operator, officer) = (gateway.operator("op1"), gateway.operator("officer"));
    for line in [
        "reboot --help; echo a\ntouch HIDDEN\necho b | chpasswd --help",
        "reboot --help --password\ntouch HIDDEN",
    ] {
        let command = begin(&gateway, &operator, line);
        let request = waiting(&gateway);
        assert!(field(&request, "command").contains("touch HIDDEN"), "{request}");
        assert!(request["programs"].as_array().unwrap().contains(&"touch".into()), "{request}");
        let listed = gateway.exec(&officer, "", "approve list").ok().text();
        assert!(listed.contains("| touch HIDDEN") && listed.contains("programs: reboot"), "{listed}");
        gateway.juyong(&["approve", "refuse", field(&request, "approval")]).ok();
        command.wait(PATIENCE).refused("refused it");
    }
    for row in gateway.records(&["audit", "commands"]) {
        assert!(field(&row, "command").contains("touch HIDDEN"), "{row}");
    }
}

/// attack 1: what cannot be shown in full is not asked for.
#[test]
fn what_cannot_be_shown_cannot_be_granted() {
    let gateway = Setup::new().limited("commands = [\"careful\"]").policy(SET).start();
    let operator = gateway.operator("op1");
    let line = format!("reboot --help {}", "x".repeat(5000));
    gateway.exec(&operator, "+box", &line).refused("longer than an officer is shown");
    gateway.exec(&operator, "+box", "reboot --password=a; eval x").refused("without the password");
    assert!(gateway.records(&["approve", "list"]).is_empty());
    gateway.journaled("approval-impossible", &[]);
}

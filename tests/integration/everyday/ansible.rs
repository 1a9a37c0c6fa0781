//! Ansible over a shared connection, with everything that it runs judged.

use std::fs;
use std::process::Command;

use crate::harness::{Gateway, Master, PATIENCE, Running, Setup, field};

/// A module is a Python program, which nobody can read in advance.
const CAREFUL: &str = "[commands.careful]\nmode = \"guard\"\ndefault = \"allow\"\nopaque = \"warn\"\n";

const PLAYBOOK: &str = "
- hosts: all
  gather_facts: false
  vars: { greeting: hello }
  tasks:
    - ansible.builtin.ping:
    - ansible.builtin.command: echo from-command
      register: said
    - ansible.builtin.copy: { src: \"{{ there }}/file\", dest: \"{{ there }}/copied\", mode: '0600' }
    - ansible.builtin.template: { src: \"{{ there }}/template.j2\", dest: \"{{ there }}/written\" }
    - ansible.builtin.command: { cmd: cat, stdin: \"{{ said.stdout }}\" }
";

fn ansible(gateway: &Gateway, master: &Master, program: &str) -> Command {
    let mut ansible = master.tool(program);
    let options = master.remote_shell();
    let options = options.strip_prefix("ssh ").unwrap();
    let at = gateway.dir().display().to_string();
    ansible
        .env("HOME", gateway.dir())
        .env("ANSIBLE_LOCAL_TEMP", gateway.path("ansible-local"))
        .env("ANSIBLE_PYTHON_INTERPRETER", "/usr/bin/python3")
        .env("ANSIBLE_NOCOLOR", "1")
        .args(["-i", "box,", "-e", &format!("ansible_ssh_args=\"{options}\"")])
        .args(["-e", &format!("ansible_remote_tmp={at}/ansible-remote"), "-e", &format!("there={at}")]);
    ansible
}

/// newcomer: ansible and a master, `opaque = "warn"`: its `ssh -tt` was asked a question that nobody could answer.
#[test]
fn ansible_is_asked_nothing() {
    let gateway = Setup::new().policy(CAREFUL).limited("commands = [\"careful\"]").start();
    fs::write(gateway.path("file"), "copied\n").unwrap();
    fs::write(gateway.path("template.j2"), "{{ greeting }}\n").unwrap();
    let playbook = gateway.path("play.yml");
    fs::write(&playbook, PLAYBOOK).unwrap();
    let master = gateway.master(&gateway.operator("op1"), "+box");
    let mut ping = ansible(&gateway, &master, "ansible");
    let out = Running::run(ping.args(["all", "-m", "ping"]), b"", PATIENCE * 3).ok();
    assert!(out.text().contains("pong"), "{out}");
    for pipelining in ["0", "1"] {
        let mut play = ansible(&gateway, &master, "ansible-playbook");
        play.env("ANSIBLE_PIPELINING", pipelining).arg(&playbook);
        let out = Running::run(&mut play, b"", PATIENCE * 4).ok();
        assert!(out.text().contains("ok=5") && out.text().contains("failed=0"), "{out}");
        for (name, text) in [("copied", "copied\n"), ("written", "hello\n")] {
            assert_eq!(fs::read_to_string(gateway.path(name)).unwrap(), text);
            fs::remove_file(gateway.path(name)).unwrap();
        }
    }
    let rows = gateway.records(&["audit", "commands"]);
    assert!(rows.iter().any(|row| field(row, "verdict") == "warn"), "what was warned of is logged: {rows:?}");
    assert!(rows.iter().all(|row| field(row, "answer").is_empty()), "nobody was asked: {rows:?}");
}

//! `auth.remember` in a day's work: programs that log in again and again, and cannot type a code.

use std::fs;
use std::process::Command;

use crate::harness::{Gateway, Login, Operator, Outcome, PATIENCE, Running, Setup};

const BOXES: [&str; 3] = ["box", "box2", "box3"];

/// Twenty tasks, each a login of its own on each asset.
fn playbook() -> String {
    let task = |number| format!("    - ansible.builtin.raw: echo task-{number}\n");
    let tasks: String = (0..20).map(task).collect();
    format!("- hosts: all\n  gather_facts: false\n  tasks:\n{tasks}")
}

/// Three assets, which are one machine.
fn farm(auth: &str) -> Gateway {
    let more = |name: &str| {
        format!(
            "[asset.{name}]\naddress = \"127.0.0.1:{{port}}\"\ngroups = [\"lab\"]\nlogins = [\"{{login}}\"]\n\
             host_keys = [\"{{host_key}}\"]\n"
        )
    };
    let rule = "[[rule]]\nid = \"ops\"\neffect = \"allow\"\noperators = [\"@ops\"]\nassets = [\"@lab\"]\n\
                protocols = [\"shell\", \"exec\", \"sftp\", \"scp\"]\nfiles = [\"list\", \"upload\", \"change\"]\n";
    let policy = [more("box2"), more("box3")].concat();
    let gateway = Setup::new().tables(&format!("[auth]\n{auth}")).policy(&policy).rules(rule).start();
    BOXES[1..].iter().for_each(|asset| gateway.set_credential(asset));
    gateway
}

fn ansible(gateway: &Gateway, login: &Login) -> Command {
    let (inventory, playbook_file) = (gateway.path("inventory"), gateway.path("play.yml"));
    let host = |asset: &&str| {
        let (user, _) = login
            .at(&format!("+{asset}"))
            .rsplit_once('@')
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        format!("{asset} ansible_host=gw ansible_user={user}\n")
    };
    fs::write(&inventory, BOXES.iter().map(host).collect::<String>()).unwrap();
    fs::write(&playbook_file, playbook()).unwrap();
    let options = login.remote_shell();
    let options = options.strip_prefix("ssh ").unwrap();
    let mut ansible = login.tool("ansible-playbook");
    ansible
        .env("HOME", gateway.dir())
        .env("ANSIBLE_LOCAL_TEMP", gateway.path("ansible-local"))
        .env("ANSIBLE_NOCOLOR", "1")
        .env("ANSIBLE_TIMEOUT", "40")
        .args(["-e", &format!("ansible_ssh_args=\"{options} -o ControlMaster=no\"")])
        .arg("-i")
        .arg(inventory)
        .arg(playbook_file);
    ansible
}

/// Somebody who has no code to give.
fn codeless(gateway: &Gateway, operator: &Operator) -> Login {
    gateway.login_with(operator, &operator.password, "")
}

/// 20 tasks on 3 assets without a master.
#[test]
fn ansible_without_a_master_needs_one_code() {
    let gateway = farm("remember = \"8h\"");
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", "true").ok();
    let login = codeless(&gateway, &operator);
    let out = Running::run(&mut ansible(&gateway, &login), b"", PATIENCE * 8).ok();
    assert_eq!(out.text().matches("ok=20").count(), 3, "{out}");
    assert_eq!(login.prompts(), "", "nothing is asked");
    let commands = gateway.records(&["audit", "sessions", "--limit", "1000"]);
    assert!(commands.len() > 60, "each task is a session of its own: {}", commands.len());
}

#[test]
fn ansible_without_a_master_fails_where_nothing_is_remembered() {
    let gateway = farm("");
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", "true").ok();
    let out = Running::run(&mut ansible(&gateway, &codeless(&gateway, &operator)), b"", PATIENCE * 4);
    assert!(!out.status.success() && out.text().matches("unreachable=1").count() == 3, "{out}");
}

fn scp(gateway: &Gateway, login: &Login, number: usize) -> Outcome {
    let from = gateway.path("file");
    fs::write(&from, "copied\n").unwrap();
    let to = format!("{}:{}", login.at("+box"), gateway.path(&format!("copy-{number}")).display());
    Running::run(login.openssh("scp").arg(from).arg(to), b"", PATIENCE)
}

#[test]
fn a_loop_of_fifty_scp_needs_one_code() {
    let gateway = Setup::new().tables("[auth]\nremember = \"8h\"").start();
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", "true").ok();
    let login = codeless(&gateway, &operator);
    for number in 0..50 {
        scp(&gateway, &login, number).ok();
        assert_eq!(fs::read_to_string(gateway.path(&format!("copy-{number}"))).unwrap(), "copied\n");
    }
    assert_eq!(login.prompts(), "", "nothing is asked");
}

#[test]
fn a_loop_of_scp_stops_at_once_where_nothing_is_remembered() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", "true").ok();
    scp(&gateway, &codeless(&gateway, &operator), 0).refused("Permission denied");
}

/// As WinSCP and FileZilla do: one more connection for a transfer, while the first is open.
fn second_connection(gateway: &Gateway, options: &[&str]) -> Outcome {
    let operator = gateway.operator("op1");
    let with = |login: &Login, program: &str| {
        let mut command = login.openssh(program);
        for option in options {
            command.args(["-o", option]);
        }
        command
    };
    let first = gateway.login(&operator);
    let mut open = Running::start(with(&first, "ssh").arg(first.at("+box")).arg("echo up; read x"));
    open.expect("up");
    let second = codeless(gateway, &operator);
    let outcome = Running::run(
        with(&second, "sftp").args(["-o", "BatchMode=no", "-b", "-"]).arg(second.at("+box")),
        b"pwd\n",
        PATIENCE,
    );
    open.send("on\n");
    open.wait(PATIENCE).ok();
    outcome
}

#[test]
fn a_second_connection_beside_the_first_needs_no_code() {
    let by_password: &[&str] =
        &["PubkeyAuthentication=no", "PreferredAuthentications=password,keyboard-interactive"];
    for options in [&[][..], by_password] {
        let gateway = Setup::new().tables("[auth]\nremember = \"8h\"").start();
        second_connection(&gateway, options).ok();
        second_connection(&Gateway::usual(), options).refused("Permission denied");
    }
}

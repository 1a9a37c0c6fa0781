//! Programs that bring their own protocol along: rsync and git; and what a policy's `files` allows.

use std::fs;
use std::process::Command;

use crate::harness::{Gateway, PATIENCE, Running, Setup, tool};

fn written(gateway: &Gateway) -> Vec<String> {
    let tree = gateway.path("tree");
    fs::create_dir_all(tree.join("below")).unwrap();
    let names = ["one", "two words", "below/三"];
    for name in names {
        fs::write(tree.join(name), format!("{name}\n").repeat(5000)).unwrap();
    }
    names.map(str::to_owned).to_vec()
}

#[test]
fn rsync_copies_a_tree_both_ways() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let names = written(&gateway);
    let at = |name: &str| gateway.path(name).display().to_string();
    let copy = |from: &dyn Fn(&str) -> String, to: &dyn Fn(&str) -> String| {
        let login = gateway.login(&operator);
        let place = login.at("+box");
        let mut rsync = login.tool("rsync");
        rsync.args(["-a", "--timeout=40", "-e", &login.remote_shell(), &from(&place), &to(&place)]);
        Running::run(&mut rsync, b"", PATIENCE).ok();
    };
    copy(&|_| at("tree/"), &|place| format!("{place}:{}/", at("there")));
    copy(&|place| format!("{place}:{}/", at("there")), &|_| at("back/"));
    for name in names {
        let read = |tree: &str| fs::read(gateway.path(tree).join(&name)).unwrap();
        assert!(read("back") == read("tree"), "{name} differs");
    }
}

fn git(gateway: &Gateway, words: &[&str]) -> Command {
    let mut git = tool("git");
    git.env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", gateway.dir()).current_dir(gateway.dir());
    git.args(["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"])
        .args(words);
    git
}

#[test]
fn git_clones_and_pushes() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let run = |words: &[&str]| Running::run(&mut git(&gateway, words), b"", PATIENCE).ok();
    run(&["init", "-q", "--bare", "far.git"]);
    let over = |words: &[&str]| {
        let login = gateway.login(&operator);
        let url = format!("ssh://{}{}", login.at("+box"), gateway.path("far.git").display());
        let mut git = login.tool("git");
        git.env("GIT_SSH_COMMAND", login.remote_shell()).env("GIT_SSH_VARIANT", "ssh");
        let words: Vec<_> =
            words.iter().map(|word| if *word == "URL" { url.clone() } else { (*word).to_owned() }).collect();
        Running::run(git.current_dir(gateway.dir()).args(words), b"", PATIENCE).ok()
    };
    over(&["clone", "-q", "URL", "near"]);
    fs::write(gateway.path("near/file"), "content\n".repeat(10_000)).unwrap();
    run(&["-C", "near", "add", "file"]);
    run(&["-C", "near", "commit", "-q", "-m", "one"]);
    over(&["-C", "near", "push", "-q", "URL", "HEAD:refs/heads/main"]);
    let pushed = run(&["--git-dir", "far.git", "show", "main:file"]);
    assert!(pushed.out == fs::read(gateway.path("near/file")).unwrap());
}

const NO_DOWNLOAD: &str = r#"
[[rule]]
id = "inbox"
effect = "allow"
operators = ["@ops"]
assets = ["box"]
protocols = ["sftp", "scp"]
files = ["list", "upload"]
"#;

#[test]
fn sftp_keeps_to_what_the_rule_allows() {
    let gateway = Setup::new().rules(NO_DOWNLOAD).start();
    let login = gateway.login(&gateway.operator("op1"));
    let (here, there, back) = (gateway.path("here"), gateway.path("there"), gateway.path("back"));
    fs::write(&here, "upload me").unwrap();
    fs::write(gateway.path("secret"), "stay here").unwrap();
    let batch = format!(
        "put {here} {there}\nls -l {dir}\nget {dir}/secret {back}\nrm {dir}/secret\nrename {dir}/secret {dir}/moved\n\
         ls {dir}/secret\n",
        here = here.display(),
        there = there.display(),
        dir = gateway.dir().display(),
        back = back.display(),
    );
    let out = Running::run(login.openssh("sftp").arg(login.at("+box")), batch.as_bytes(), PATIENCE).ok();
    assert_eq!(fs::read_to_string(&there).unwrap(), "upload me");
    assert!(out.text().contains("policies"), "listing works: {out}");
    assert_eq!(fs::read_to_string(&back).unwrap_or_default(), "", "nothing was downloaded: {out}");
    assert_eq!(
        fs::read_to_string(gateway.path("secret")).unwrap(),
        "stay here",
        "nothing was changed: {out}"
    );
    assert!(out.errors().matches("Permission denied").count() >= 3, "the person is told: {out}");
    for file in ["download", "change"] {
        gateway.journaled("decision", &[("protocol", "sftp"), ("file", file), ("decision", "deny")]);
    }
    gateway.journaled("decision", &[("protocol", "sftp"), ("file", "upload"), ("decision", "allow")]);
}

#[test]
fn classic_scp_keeps_to_what_the_rule_allows() {
    let gateway = Setup::new().rules(NO_DOWNLOAD).start();
    let operator = gateway.operator("op1");
    let (here, there, back) = (gateway.path("here"), gateway.path("there"), gateway.path("back"));
    fs::write(&here, "upload me").unwrap();
    let login = gateway.login(&operator);
    let mut scp = login.openssh("scp");
    scp.args(["-O"]).arg(&here).arg(format!("{}:{}", login.at("+box"), there.display()));
    Running::run(&mut scp, b"", PATIENCE).ok();
    assert_eq!(fs::read_to_string(&there).unwrap(), "upload me");
    let login = gateway.login(&operator);
    let mut scp = login.openssh("scp");
    scp.args(["-O"]).arg(format!("{}:{}", login.at("+box"), there.display())).arg(&back);
    Running::run(&mut scp, b"", PATIENCE).refused("");
    assert!(!back.exists());
    gateway.journaled("decision", &[("protocol", "scp"), ("file", "download"), ("decision", "deny")]);
}

/// people 6: `sftp -b` asks nothing, and so neither for the code; the two ways that the page of the logins names.
#[test]
fn sftp_with_a_batch_needs_a_master_or_leave_to_ask() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let batch = gateway.path("batch");
    fs::write(&batch, "ls /\n").unwrap();
    let run = |mut sftp: Command, options: &[&str], to: &str| {
        Running::run(sftp.args(options).arg("-b").arg(&batch).arg(to), b"", PATIENCE)
    };
    let [asked, allowed] = [gateway.login(&operator), gateway.login(&operator)];
    let refused = run(asked.openssh("sftp"), &[], &asked.at("+box"));
    assert!(!refused.status.success(), "{refused}");
    run(allowed.openssh("sftp"), &["-oBatchMode=no"], &allowed.at("+box")).ok();
    run(gateway.master(&operator, "+box").openssh("sftp"), &[], "gw").ok();
}

//! OpenSSH's own programs, with both factors.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use crate::harness::{Gateway, PATIENCE, Running, Setup, Terminal, field, free_port, user, within};

#[test]
fn a_shell_opens_with_key_and_code() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let mut terminal = Terminal::start(gateway.ssh(&operator, "+box"));
    terminal.prompt();
    terminal.line("echo sum-$((40+2))");
    terminal.expect("sum-42");
    terminal.line("exit 3");
    assert_eq!(terminal.wait(PATIENCE).code(), Some(3));
    let session = gateway.ended_session();
    assert_eq!((field(&session, "operator"), field(&session, "asset")), ("op1", "box"));
    assert_eq!((field(&session, "login"), field(&session, "ending")), (&*user(), "closed"));
    assert_eq!(session["protocols"], serde_json::json!(["shell"]));
}

#[test]
fn a_command_runs_with_key_and_code_and_with_password_and_code() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    assert_eq!(gateway.exec(&operator, "+box", "echo one").ok().text(), "one\n");

    let login = gateway.login(&operator);
    let mut command = login.ssh("+box");
    command.args([
        "-o",
        "PubkeyAuthentication=no",
        "-o",
        "PreferredAuthentications=password,keyboard-interactive",
    ]);
    assert_eq!(Running::run(command.arg("echo two"), b"", PATIENCE).ok().text(), "two\n");
    assert_eq!(login.prompts().lines().count(), 2, "{}", login.prompts());

    let events = gateway.events();
    let factors: Vec<_> = events
        .iter()
        .filter(|row| field(row, "event") == "login-accepted")
        .map(|row| &row["factors"])
        .collect();
    let expected = [serde_json::json!(["publickey", "totp"]), serde_json::json!(["password", "totp"])];
    assert_eq!(factors, expected.iter().collect::<Vec<_>>());
}

#[test]
fn a_client_with_nothing_but_questions_is_asked_for_both() {
    let gateway = Gateway::usual();
    let login = gateway.login(&gateway.operator("op1"));
    let mut command = login.ssh("+box");
    command.args(["-o", "PubkeyAuthentication=no", "-o", "PreferredAuthentications=keyboard-interactive"]);
    assert_eq!(Running::run(command.arg("echo asked"), b"", PATIENCE).ok().text(), "asked\n");
    assert_eq!(login.prompts().lines().count(), 2, "{}", login.prompts());
}

/// Half a mebibyte that no compression shortens.
fn noise() -> Vec<u8> {
    let next = |x: u32| x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    std::iter::successors(Some(7), |&x| Some(next(x))).map(|x| (x >> 24) as u8).take(512 * 1024).collect()
}

fn copies_both_ways(options: &[&str], protocol: &str) {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let (here, there, back) = (gateway.path("here"), gateway.path("there"), gateway.path("back"));
    fs::write(&here, noise()).unwrap();
    let login = gateway.login(&operator);
    let mut scp = login.openssh("scp");
    scp.args(options).arg(&here).arg(format!("{}:{}", login.at("+box"), there.display()));
    Running::run(&mut scp, b"", PATIENCE).ok();
    let login = gateway.login(&operator);
    let mut scp = login.openssh("scp");
    scp.args(options).arg(format!("{}:{}", login.at("+box"), there.display())).arg(&back);
    Running::run(&mut scp, b"", PATIENCE).ok();
    assert!(fs::read(&back).unwrap() == noise(), "the copy differs");
    let sessions = gateway.sessions();
    assert!(
        sessions.iter().all(|session| session["protocols"] == serde_json::json!([protocol])),
        "{sessions:?}"
    );
}

#[test]
fn scp_copies_both_ways() {
    copies_both_ways(&["-q"], "sftp");
}

#[test]
fn classic_scp_copies_both_ways() {
    copies_both_ways(&["-q", "-O"], "scp");
}

#[test]
fn sftp_lists_and_transfers() {
    let gateway = Gateway::usual();
    let login = gateway.login(&gateway.operator("op1"));
    let (here, back) = (gateway.path("here"), gateway.path("back"));
    fs::write(&here, noise()).unwrap();
    let batch = format!(
        "mkdir {dir}\nput {here} {dir}/there\nls -l {dir}\nget {dir}/there {back}\nrename {dir}/there {dir}/other\n\
         rm {dir}/other\nrmdir {dir}\n",
        dir = gateway.path("folder").display(),
        here = here.display(),
        back = back.display(),
    );
    // `-b` would forbid the questions; the commands come by standard input.
    let out = Running::run(login.openssh("sftp").arg(login.at("+box")), batch.as_bytes(), PATIENCE).ok();
    assert!(out.text().contains("there"), "{out}");
    assert!(fs::read(&back).unwrap() == noise(), "the copy differs");
    assert!(!gateway.path("folder").exists());
}

#[test]
fn a_jump_ends_in_the_gateway() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    for hop in ["box".to_owned(), format!("127.0.0.1:{}", gateway.asset.port)] {
        let login = gateway.login(&operator);
        let (host, port) = hop.split_once(':').unwrap_or((&hop, "22"));
        let mut ssh = login.openssh("ssh");
        // The inner connection's host key is the gateway's, whatever the hop is called.
        ssh.args([
            "-J",
            &login.at(""),
            "-o",
            "HostKeyAlias=box",
            "-p",
            port,
            "-l",
            &user(),
            host,
            "echo inside",
        ]);
        assert_eq!(Running::run(&mut ssh, b"", PATIENCE).ok().text(), "inside\n");
    }
    let sessions = gateway.sessions();
    assert_eq!(sessions.len(), 2, "{sessions:?}");
    for session in &sessions {
        assert_eq!((field(session, "operator"), field(session, "asset")), ("op1", "box"), "{session}");
        assert_eq!(session["recordings"].as_array().unwrap().len(), 1, "{session}");
    }
}

#[test]
fn eight_channels_share_one_connection() {
    let gateway = Gateway::usual();
    let master = gateway.master(&gateway.operator("op1"), "+box");
    let mut running: Vec<_> =
        (0..8).map(|_| Running::start(master.ssh().arg("read x; echo got $x"))).collect();
    // All eight are open before the first one ends.
    for (number, channel) in running.iter_mut().enumerate().rev() {
        channel.send(&format!("{number}\n"));
    }
    for (number, channel) in running.into_iter().enumerate() {
        assert_eq!(channel.wait(PATIENCE).ok().text(), format!("got {number}\n"));
    }
    let sessions = gateway.sessions();
    assert_eq!(sessions.len(), 1, "one connection, one asset, one session: {sessions:?}");
    assert_eq!(sessions[0]["recordings"].as_array().unwrap().len(), 8);
}

#[test]
fn a_local_forward_carries_bytes() {
    let far = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = far.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for mut stream in far.incoming().flatten() {
            let mut word = [0; 5];
            let _ = stream.read_exact(&mut word).and_then(|()| stream.write_all(&word)); // the test sees the rest
        }
    });
    let rule = format!(
        "[[rule]]\nid = \"forward\"\neffect = \"allow\"\noperators = [\"@ops\"]\nassets = [\"box\"]\n\
         protocols = [\"forward\"]\nforward_to = [\"{to}\"]\n"
    );
    let gateway = Setup::new().policy(&rule).start();
    let port = free_port();
    let mut ssh = gateway.ssh(&gateway.operator("op1"), "+box");
    let _running = Running::start(ssh.args(["-N", "-L", &format!("127.0.0.1:{port}:{to}")]));
    let mut stream = within(PATIENCE, "the forward listens", || TcpStream::connect(("127.0.0.1", port)).ok());
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(b"hello").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "hello");
    gateway.journaled("decision", &[("protocol", "forward"), ("decision", "allow"), ("forward_to", &to)]);
}

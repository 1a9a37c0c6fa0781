//! newcomer: reading put a policy in force, and `doctor` did not find what `serve` refuses.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use crate::harness::{Gateway, PATIENCE, Running, Setup, script, within};

fn mode(path: &std::path::Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn policies(gateway: &Gateway) -> String {
    fs::read_to_string(gateway.path("policies/all.toml")).unwrap()
}

#[test]
fn no_command_that_reads_puts_a_policy_in_force() {
    let gateway = Setup::new().stopped().start();
    for words in [
        &["operator", "list"][..],
        &["policy", "who", "--asset", "box"],
        &["policy", "history"],
        &["audit", "sessions"],
        &["doctor"],
    ] {
        gateway.juyong(words);
    }
    assert!(gateway.juyong(&["operator", "list"]).ok().text().contains("op1"), "it reads the files");
    assert_eq!(gateway.juyong(&["policy", "history"]).ok().text(), "", "no version was made");
    // What is written until the first start is what that puts in force.
    fs::write(gateway.path("policies/all.toml"), policies(&gateway) + "\n[operator.late]\n").unwrap();
    gateway.start();
    assert!(gateway.juyong(&["operator", "list"]).ok().text().contains("late"));
    let history = gateway.records(&["policy", "history"]);
    assert_eq!((history.len(), history[0]["reason"].as_str()), (1, Some("first start")));
}

/// newcomer: a file of terms that nobody could read kept everybody out, and nothing told it beforehand.
#[test]
fn doctor_finds_terms_of_work_that_cannot_be_read() {
    let gateway = Setup::new().tables("[login]\nterms = \"terms.txt\"").stopped().start();
    let look = || gateway.juyong(&["doctor"]).text();
    assert!(look().contains("wrong  login.terms: "), "it is missing: {}", look());
    fs::write(gateway.path("terms.txt"), b"\xff\xfe").unwrap();
    assert!(look().contains("wrong  login.terms: "), "it is no text: {}", look());
    fs::write(gateway.path("terms.txt"), "Keep your hands clean.\n").unwrap();
    assert!(look().contains("ok     login.terms\n"), "{}", look());
}

#[test]
fn what_differs_from_what_is_in_force_is_told() {
    let gateway = Gateway::usual();
    let look = || gateway.juyong(&["doctor"]).text();
    assert!(look().contains("ok     policy\n"), "{}", look());
    fs::write(gateway.path("policies/all.toml"), policies(&gateway) + "\n[operator.late]\n").unwrap();
    assert!(look().contains("note   policy: the files in"), "{}", look());
    gateway.stop();
    gateway.start();
    within(PATIENCE, "the log tells", || {
        gateway.log().contains("are not what is in force (version 1)").then_some(())
    });
    assert!(!gateway.juyong(&["operator", "list"]).ok().text().contains("late"), "the old one is in force");
    gateway.juyong(&["policy", "apply", "--reason", "late"]).ok();
    assert!(look().contains("ok     policy\n"), "{}", look());
}

#[test]
fn the_same_files_make_one_version_and_a_version_has_a_reason() {
    let gateway = Gateway::usual();
    let again = gateway.juyong(&["policy", "apply", "--reason", "again"]).ok().text();
    assert!(again.contains("in force already, as version 1"), "{again}");
    assert_eq!(gateway.records(&["policy", "history"]).len(), 1);
    assert_eq!(gateway.juyong(&["policy", "apply"]).code(), 2);
    gateway.juyong(&["policy", "apply", "--reason", " "]).refused("--reason");
    let file = gateway.path("policies/all.toml").display().to_string();
    let out = gateway.juyong(&["policy", "apply", &file, "--reason", "x"]);
    out.refused(": is a file: all *.toml of a directory are one policy");
}

#[test]
fn doctor_finds_what_serve_would_refuse() {
    let gateway = Setup::new().stopped().start();
    let look = || gateway.juyong(&["doctor"]);
    let fresh = look();
    assert_eq!(fresh.code(), 1);
    assert!(fresh.text().contains("install -d -m 700"), "{fresh}");
    assert!(!fresh.text().contains("os error"), "{fresh}");
    gateway.start();
    gateway.set_credential("box");
    look().ok();
    gateway.stop();
    look().ok();

    mode(&gateway.path("data/master.key"), 0o644);
    let out = look();
    assert!(out.text().contains("chmod 600") && out.text().contains("master.key"), "{out}");
    mode(&gateway.path("data/master.key"), 0o600);
    mode(&gateway.path("policies"), 0o777);
    let out = look();
    assert!(out.text().contains("wrong  policy_dir: others can write"), "{out}");
    mode(&gateway.path("policies"), 0o755);
    let taken = TcpListener::bind(("127.0.0.1", gateway.port)).unwrap();
    let out = look();
    assert!(out.text().contains("something listens there already"), "{out}");
    drop(taken);
    look().ok();
}

/// What somebody on the host, or in the database, has left behind.
#[test]
fn doctor_finds_what_others_may_touch_or_have_made() {
    let gateway = Gateway::usual();
    gateway.exec(&gateway.operator("op1"), "+box", "true").ok();
    gateway.stop();
    let look = || gateway.juyong(&["doctor"]);
    look().ok();
    let (run, recordings) = (gateway.path("data/run"), gateway.path("data/recordings"));
    let day = fs::read_dir(&recordings).unwrap().next().unwrap().unwrap().path();
    for (path, says) in
        [(&run, "wrong  run: others can reach the control socket"), (&day, "wrong  recordings.modes:")]
    {
        mode(path, 0o755);
        let out = look();
        assert_eq!(out.code(), 1, "{out}");
        assert!(out.text().contains(says) && out.text().contains(&path.display().to_string()), "{out}");
        mode(path, 0o700);
    }
    let mut sql = script("sql.py");
    sql.arg(gateway.path("data/juyong.db")).args([
        "CREATE TRIGGER quiet AFTER INSERT ON journal BEGIN SELECT 1; END",
        "CREATE VIEW mine AS SELECT 1",
    ]);
    Running::run(&mut sql, b"", PATIENCE).ok();
    let text = look().text();
    assert!(text.contains("wrong  database: 2 in the database that this program does not make"), "{text}");
    assert!(
        text.contains("trigger quiet") && text.contains("view mine") && text.contains("DROP view"),
        "{text}"
    );
}

#[test]
fn doctor_notes_that_a_tunnels_endpoint_is_a_guess() {
    let port = std::net::UdpSocket::bind("0.0.0.0:0").unwrap().local_addr().unwrap().port();
    let gateway = Setup::new().tables(&format!("wireguard = [\"0.0.0.0:{port}\"]")).start();
    let text = gateway.juyong(&["doctor"]).ok().text();
    assert!(
        text.contains("note   tunnel: client files name this host as the endpoint, which is a guess"),
        "{text}"
    );
}

#[test]
fn doctor_tells_what_a_vendor_would_trip_over() {
    let more = "[asset.bare]\naddress = \"10.0.0.1:22\"\nlogins = [\"root\", \"oracle\"]\n";
    let gateway = Setup::new().policy(more).start();
    let _enrolled = gateway.operator("op1");
    let out = gateway.juyong(&["doctor"]).ok();
    let text = out.text();
    assert!(text.contains("1 without a host key (bare): run `juyong asset trust NAME`"), "{out}");
    assert!(text.contains("2 without a credential (root@bare, oracle@bare)"), "{out}");
    assert!(text.contains("8 enrolled nothing and cannot log in") && text.contains("and 3 more"), "{out}");
}

/// tunnel 8: a command just after the port opened was told that another gateway runs.
#[test]
fn whoever_finds_the_port_open_can_give_commands() {
    for _ in 0..3 {
        let gateway = Setup::new().stopped().start();
        gateway.start();
        gateway.juyong(&["operator", "list"]).ok();
    }
}

#[test]
fn an_address_that_the_host_has_not_is_told_as_that() {
    let gateway = Setup::new().stopped().start();
    let config = fs::read_to_string(gateway.path("juyong.toml")).unwrap();
    fs::write(gateway.path("juyong.toml"), config.replace("127.0.0.1:", "192.0.2.77:")).unwrap();
    gateway.juyong(&["serve"]).refused("this host has no such address");
}

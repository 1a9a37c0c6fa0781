//! A rule that opens uploads lets everyday clients upload, and nothing more.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use crate::harness::{Gateway, PATIENCE, Running, Setup, field, script, tool};

const INBOX: &str = r#"
[[rule]]
id = "inbox"
effect = "allow"
operators = ["@ops"]
assets = ["box"]
protocols = ["sftp", "scp"]
files = ["list", "upload"]
"#;

fn inbox() -> Gateway {
    let gateway = Setup::new().rules(INBOX).start();
    fs::create_dir_all(gateway.path("tree/below")).unwrap();
    for name in ["tree/one two", "tree/below/三"] {
        fs::write(gateway.path(name), name.repeat(20_000)).unwrap();
        // The year 2001: what is kept is told from what is new.
        let touched = tool("touch").args(["-d", "@1000000000"]).arg(gateway.path(name)).status();
        assert!(touched.unwrap().success());
    }
    fs::set_permissions(gateway.path("tree/below"), PermissionsExt::from_mode(0o750)).unwrap();
    fs::create_dir(gateway.path("there")).unwrap();
    fs::write(gateway.path("there/others"), "stay").unwrap();
    fs::create_dir(gateway.path("there/yard")).unwrap();
    gateway
}

#[track_caller]
fn same_tree(gateway: &Gateway, there: &Path) {
    for name in ["one two", "below/三"] {
        let (here, there) = (gateway.path("tree").join(name), there.join(name));
        assert!(fs::read(&here).unwrap() == fs::read(&there).unwrap(), "{}", there.display());
        let time = |path: &Path| fs::metadata(path).unwrap().modified().unwrap();
        assert_eq!(time(&here), time(&there), "{}", there.display());
    }
    let mode = fs::metadata(there.join("below")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o750);
}

/// trial 12
#[test]
fn openssh_copies_trees_with_their_times_and_modes() {
    let gateway = inbox();
    let operator = gateway.operator("op1");
    for (options, to) in [(&["-rp"][..], "there/new"), (&["-O", "-rp"], "there/old")] {
        let login = gateway.login(&operator);
        let mut scp = login.openssh("scp");
        scp.args(options).arg(gateway.path("tree"));
        scp.arg(format!("{}:{}", login.at("+box"), gateway.path(to).display()));
        let out = Running::run(&mut scp, b"", PATIENCE).ok();
        assert!(!out.errors().contains("denied"), "{out}");
        same_tree(&gateway, &gateway.path(to));
    }
    let (dir, tree) =
        (gateway.path("there").display().to_string(), gateway.path("tree").display().to_string());
    let batch = format!(
        "put -Rp \"{tree}\" {dir}/sftp\nrename \"{dir}/sftp/one two\" {dir}/moved\nchmod 600 {dir}/moved\n\
         mkdir {dir}/made\nrmdir {dir}/made\nrename {dir}/moved \"{dir}/sftp/one two\"\n\
         put \"{tree}/one two\" {dir}/dropped\nrm {dir}/dropped\nchmod 644 \"{dir}/sftp/one two\"\nbye\n"
    );
    let login = gateway.login(&operator);
    let out = Running::run(login.openssh("sftp").arg(login.at("+box")), batch.as_bytes(), PATIENCE);
    let out = out.ok();
    assert!(!out.errors().contains("denied"), "{out}");
    same_tree(&gateway, &gateway.path("there/sftp"));
    assert!(!gateway.path("there/dropped").exists() && !gateway.path("there/moved").exists());
    assert_eq!(fs::read_to_string(gateway.path("there/others")).unwrap(), "stay");
}

/// trial 12: WinSCP's `.filepart` and stamps by path, rclone's `.partial`; and every way past that we thought of.
#[test]
fn what_a_client_made_is_its_own_and_nothing_else() {
    let gateway = inbox();
    std::os::unix::fs::symlink(gateway.path("there"), gateway.path("there/link")).unwrap();
    let others = || {
        let found = fs::metadata(gateway.path("there/others")).unwrap();
        (found.permissions().mode(), found.modified().unwrap(), found.len())
    };
    let before = others();
    let input = gateway.script_input(&gateway.operator("op1"));
    let out = Running::run(script("winscp.py").arg(&input), b"", PATIENCE * 2).ok();
    let saw: Value = serde_json::from_str(out.text().trim()).unwrap_or_else(|error| panic!("{error}: {out}"));
    assert_eq!(saw["failed"], serde_json::json!([]), "an upload: {saw}");
    assert_eq!(saw["passed"], serde_json::json!([]), "no upload: {saw}");
    assert_eq!(fs::read_to_string(gateway.path("there/others")).unwrap(), "stay");
    assert_eq!(others(), before, "attack: file gate");
    assert!(gateway.path("there/yard").is_dir() && !gateway.path("there/lent").exists());
    assert_eq!(fs::metadata(gateway.path("there/big")).unwrap().len(), 200_000);
    assert_eq!(field(&saw, "mtime"), "1000000000");
    let denied = [("protocol", "sftp"), ("file", "change"), ("decision", "deny")];
    gateway.journaled("decision", &denied);
}

/// attack: file gate. sftp's `put -p` stamps by the handle: what it makes or replaces, and nothing that it goes on with.
#[test]
fn openssh_stamps_by_the_handle_what_it_made() {
    let gateway = inbox();
    let source = gateway.path("tree/one two");
    fs::set_permissions(&source, PermissionsExt::from_mode(0o4711)).unwrap();
    for name in ["replaced", "begun"] {
        fs::write(gateway.path("there").join(name), "tree/one").unwrap();
        fs::set_permissions(gateway.path("there").join(name), PermissionsExt::from_mode(0o600)).unwrap();
    }
    let (there, source) = (gateway.path("there").display().to_string(), source.display().to_string());
    let batch =
        ["put -p \"SOURCE\" THERE/new", "put -p \"SOURCE\" THERE/replaced", "put -ap \"SOURCE\" THERE/begun"];
    let batch = batch.join("\n").replace("SOURCE", &source).replace("THERE", &there) + "\n";
    let operator = gateway.operator("op1");
    let login = gateway.login(&operator);
    let out = Running::run(login.openssh("sftp").arg(login.at("+box")), batch.as_bytes(), PATIENCE);
    let mode = |name| fs::metadata(gateway.path("there").join(name)).unwrap().permissions().mode() & 0o7777;
    assert_eq!(["new", "replaced", "begun"].map(mode), [0o711, 0o711, 0o600], "{out}");
    for name in ["new", "replaced", "begun"] {
        let (sent, came) = (fs::read(&source).unwrap(), fs::read(gateway.path("there").join(name)).unwrap());
        assert!(sent == came, "{name}: {out}");
    }
    assert!(out.errors().contains("denied"), "the person is told: {out}");
    // scp's own protocol hands on such bits.
    let login = gateway.login(&operator);
    let mut scp = login.openssh("scp");
    scp.arg("-O").arg(&source).arg(format!("{}:{there}/lent", login.at("+box")));
    Running::run(&mut scp, b"", PATIENCE).refused("file access");
    assert!(!gateway.path("there/lent").exists());
}

#[test]
fn lftp_mirrors_a_tree_upwards() {
    let gateway = inbox();
    let login = gateway.login(&gateway.operator("op1"));
    let commands = format!(
        "set net:max-retries 1; set net:timeout 30; set cmd:fail-exit true; \
         set sftp:connect-program '{} -a -x'; open -u op1+box, sftp://gw; mirror -R \"{}\" {}/lftp",
        login.remote_shell(),
        gateway.path("tree").display(),
        gateway.path("there").display(),
    );
    let mut lftp = login.tool("lftp");
    lftp.env("HOME", gateway.dir()).args(["-c", &commands]);
    let out = Running::run(&mut lftp, b"", PATIENCE).ok();
    assert!(!out.errors().contains("denied"), "{out}");
    same_tree(&gateway, &gateway.path("there/lftp"));
}

/// A file system that is mounted until the test ends, however it ends.
struct Mounted(std::path::PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = tool("fusermount3").arg("-uz").arg(&self.0).status(); // it may not be mounted
    }
}

#[test]
fn sshfs_copies_with_times_and_modes() {
    if !Path::new("/dev/fuse").exists() || !rustix::process::getuid().is_root() {
        return eprintln!("nothing can be mounted here: sshfs's packets stand in for it, in winscp.py");
    }
    let gateway = inbox();
    let login = gateway.login(&gateway.operator("op1"));
    let mounted = Mounted(gateway.path("mounted"));
    fs::create_dir(&mounted.0).unwrap();
    let mut sshfs = login.tool("sshfs");
    sshfs.args(["-o", &format!("ssh_command={}", login.remote_shell())]);
    sshfs.arg(format!("{}:{}", login.at("+box"), gateway.path("there").display())).arg(&mounted.0);
    Running::run(&mut sshfs, b"", PATIENCE).ok();
    Running::run(tool("cp").arg("-rp").arg(gateway.path("tree")).arg(mounted.0.join("copy")), b"", PATIENCE)
        .ok();
    same_tree(&gateway, &gateway.path("there/copy"));
    let rm = Running::run(tool("rm").arg(mounted.0.join("others")), b"", PATIENCE);
    rm.refused("ermission denied");
    assert_eq!(fs::read_to_string(gateway.path("there/others")).unwrap(), "stay");
}

//! Algorithms towards clients: every strong one is open, and the best that a client has is what it gets.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::harness::{Gateway, PATIENCE, Running, Setup, tool};

/// What `ssh -v` says of a key exchange with these options; nobody logs in.
fn exchange(gateway: &Gateway, options: &[&str]) -> String {
    let mut ssh = tool("ssh");
    ssh.args(["-v", "-F", "none", "-o", "BatchMode=yes", "-o", "PreferredAuthentications=none"]);
    ssh.args(["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]);
    ssh.args(options).args(["-p", &gateway.port.to_string(), "op1@127.0.0.1", "true"]);
    Running::run(&mut ssh, b"", PATIENCE).errors()
}

#[track_caller]
fn agreed(gateway: &Gateway, options: &[&str], on: &str) {
    let told = exchange(gateway, options);
    assert!(told.contains(on) && told.contains("Permission denied"), "{options:?}: {on}\n{told}");
}

/// trial 5, trial 6
#[test]
fn every_strong_algorithm_is_open() {
    let gateway = Gateway::usual();
    for cipher in [
        "aes128-gcm@openssh.com",
        "aes256-gcm@openssh.com",
        "chacha20-poly1305@openssh.com",
        "aes256-ctr",
        "aes192-ctr",
        "aes128-ctr",
    ] {
        agreed(&gateway, &["-c", cipher], &format!("client->server cipher: {cipher}"));
    }
    for kex in [
        "curve25519-sha256",
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp256",
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521",
        "diffie-hellman-group14-sha256",
        "diffie-hellman-group16-sha512",
        "diffie-hellman-group18-sha512",
    ] {
        agreed(&gateway, &["-o", &format!("KexAlgorithms={kex}")], &format!("kex: algorithm: {kex}"));
    }
    for mac in
        ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"]
    {
        agreed(&gateway, &["-c", "aes256-ctr", "-m", mac], &format!("MAC: {mac}"));
    }
}

/// trial 5: OpenSSH prefers ChaCha20 to GCM, and gets GCM.
#[test]
fn openssh_gets_gcm_by_default() {
    let gateway = Gateway::usual();
    agreed(&gateway, &[], "client->server cipher: aes128-gcm@openssh.com");
    agreed(&gateway, &[], "kex: algorithm: curve25519-sha256");
    // Encrypt-then-MAC goes before plain MACs for whoever has it.
    agreed(&gateway, &["-c", "aes256-ctr"], "-etm@openssh.com");
}

/// trial 6: as a client in FIPS mode is configured, which takes no Ed25519 either.
#[test]
fn a_fips_client_logs_in_and_works() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let known = gateway.path("known_ecdsa");
    let mut keygen = tool("ssh-keygen");
    let key =
        Running::run(keygen.arg("-y").arg("-f").arg(gateway.path("data/host_key_ecdsa")), b"", PATIENCE);
    std::fs::write(&known, format!("[127.0.0.1]:{} {}", gateway.port, key.ok().text())).unwrap();
    for cipher in ["aes256-gcm@openssh.com", "aes256-ctr"] {
        let mut ssh = gateway.ssh(&operator, "+box");
        ssh.args(["-c", cipher, "-m", "hmac-sha2-256", "-o", "KexAlgorithms=ecdh-sha2-nistp256"]);
        ssh.args(["-o", "HostKeyAlgorithms=ecdsa-sha2-nistp256,rsa-sha2-256", "-o"]);
        ssh.arg(format!("UserKnownHostsFile={}", known.display())).arg("cat");
        let sent = "through the wire\n".repeat(10_000);
        assert_eq!(Running::run(&mut ssh, sent.as_bytes(), PATIENCE).ok().text(), sent, "{cipher}");
    }
}

/// trial 5: a key exchange that begins anew keeps to what was offered.
#[test]
fn a_client_with_chacha_alone_works_through_new_exchanges() {
    let gateway = Gateway::usual();
    let mut ssh = gateway.ssh(&gateway.operator("op1"), "+box");
    ssh.args(["-c", "chacha20-poly1305@openssh.com", "-o", "RekeyLimit=256K", "cat"]);
    let sent = "through the wire\n".repeat(100_000);
    assert_eq!(Running::run(&mut ssh, sent.as_bytes(), PATIENCE).ok().text(), sent);
}

/// trial 6: libssh2 before 1.11 has neither GCM nor encrypt-then-MAC.
#[test]
fn curl_reads_a_file_by_sftp() {
    let gateway = Setup::new().tables("[auth]\nfactors = [\"publickey\"]").start();
    let operator = gateway.operator("op1");
    let file = gateway.path("file");
    std::fs::write(&file, "by libssh2\n").unwrap();
    let mut curl = tool("curl");
    curl.args(["-sS", "--insecure", "-u", "op1+box:", "--key"]).arg(&operator.key).arg("--pubkey");
    curl.arg(operator.key.with_extension("pub"));
    curl.arg(format!("sftp://127.0.0.1:{}{}", gateway.port, file.display()));
    assert_eq!(Running::run(&mut curl, b"", PATIENCE).ok().text(), "by libssh2\n");
}

/// trial 6
#[test]
fn a_failed_exchange_is_journaled_with_what_was_offered() {
    let gateway = Gateway::usual();
    let told =
        exchange(&gateway, &["-o", "KexAlgorithms=diffie-hellman-group14-sha1,diffie-hellman-group1-sha1"]);
    assert!(told.contains("no matching key exchange method found. Their offer: mlkem768x25519"), "{told}");
    let detail = "no common key exchange: the other side offers only diffie-hellman-group14-sha1, \
                  diffie-hellman-group1-sha1";
    gateway.journaled("login-refused", &[("reason", "no-common-algorithm"), ("detail", detail)]);
    let told = exchange(&gateway, &["-c", "aes128-cbc"]);
    assert!(told.contains("no matching cipher found"), "{told}");
    let detail = "no common cipher: the other side offers only aes128-cbc";
    gateway.journaled("login-refused", &[("reason", "no-common-algorithm"), ("detail", detail)]);
}

/// A client may wait for our list before it shows its own.
#[test]
fn a_client_that_waits_gets_every_strong_cipher() {
    let gateway = Gateway::usual();
    let mut stream = TcpStream::connect(("127.0.0.1", gateway.port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(b"SSH-2.0-Waits\r\n").unwrap();
    let mut heard = Vec::new();
    while !heard.windows(10).any(|piece| piece == b"aes128-ctr") {
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).unwrap();
        assert!(read > 0, "it hung up: {}", String::from_utf8_lossy(&heard));
        heard.extend_from_slice(&piece[..read]);
    }
    let heard = String::from_utf8_lossy(&heard);
    for name in ["chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "kex-strict-s-v00@openssh.com"] {
        assert!(heard.contains(name), "{name}: {heard}");
    }
}

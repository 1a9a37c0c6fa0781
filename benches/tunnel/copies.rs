//! The same `scp` by the same `wireguard-go`: to the gateway and on to an asset, and to a plain `sshd` behind a second
//! `wireguard-go`.

use std::process::Command;
use std::time::Instant;

use crate::harness::{LONG, Login, PATIENCE, Running, need, tool, user, within};
use crate::net::{GATEWAY_V4, Site, staged};
use crate::samples::Samples;
use crate::verdict::Verdict;

/// Each way, by turns.
const ROUNDS: usize = 3;
const PLAIN_PORT: &str = "2022";

/// Where the second `wireguard-go` listens.
pub(crate) const PLAIN_UDP: u16 = 51999;

pub(crate) fn measure(mib: usize) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    staged("", |site| verdicts = compare(site, mib));
    verdicts
}

struct Rates {
    up: Samples,
    down: Samples,
}

fn compare(site: &Site, mib: usize) -> Vec<Verdict> {
    let file = site.gateway.path("here");
    let mut bytes = vec![0; mib << 20];
    getrandom::fill(&mut bytes).unwrap();
    std::fs::write(&file, &bytes).unwrap();
    let operator = site.gateway.operator("op1");
    let _tunnel = site.connect(&site.enrol("op1").1);
    let _plain = plain(site, PLAIN_UDP);
    let mut rates = [(); 2].map(|()| Rates { up: Samples::default(), down: Samples::default() });
    for _ in 0..ROUNDS {
        for up in [true, false] {
            let login = site.gateway.login(&operator);
            let [through, beside] = &mut rates;
            let (ours, theirs) = (gateway(&login, "scp"), beside_it(site, &login, "scp"));
            for (rates, (mut scp, place)) in [(through, ours), (beside, theirs)] {
                let (here, there) = (file.display().to_string(), format!("{place}:{}.copy", file.display()));
                let words = if up { [here, there] } else { [there, here + ".back"] };
                let began = Instant::now();
                site.in_client(|| Running::run(scp.args(words), b"", LONG)).ok();
                let rate = mib as f64 / began.elapsed().as_secs_f64();
                eprintln!("{place}: {} {rate:.0} MiB/s", if up { "to" } else { "from" });
                if up { rates.up.push(rate) } else { rates.down.push(rate) }
            }
        }
    }
    let [through, beside] = &rates;
    vec![
        Verdict::only("scp to an asset through the gateway's tunnel, MiB/s", through.up.median()),
        Verdict::only("scp to a plain sshd through wireguard-go, MiB/s", beside.up.median()),
        Verdict::least("ratio, to the asset", through.up.median() / beside.up.median(), 0.8),
        Verdict::only("scp from an asset through the gateway's tunnel, MiB/s", through.down.median()),
        Verdict::only("scp from a plain sshd through wireguard-go, MiB/s", beside.down.median()),
        Verdict::least("ratio, from the asset", through.down.median() / beside.down.median(), 0.8),
    ]
}

pub(crate) fn gateway(login: &Login, program: &str) -> (Command, String) {
    let mut scp = login.openssh(program);
    scp.args(["-q", "-o", "HostKeyAlias=gw", "-o", "Port=22", "-o", "HostName=10.99.0.1"]);
    (scp, login.at("+box"))
}

pub(crate) fn beside_it(site: &Site, login: &Login, program: &str) -> (Command, String) {
    let mut scp = login.openssh(program);
    scp.args(["-q", "-o", "StrictHostKeyChecking=no", "-o", "HostName=10.98.0.1", "-o"]);
    scp.arg(format!("Port={PLAIN_PORT}")).arg("-i").arg(&site.gateway.asset.private_key);
    (scp, format!("{}@plain", user()))
}

/// The second tunnel, with an `sshd` at its end. Its client looks for it at this port.
pub(crate) fn plain(site: &Site, port: u16) -> Vec<Running> {
    let (server, client) = ("jywserver", "jywplain");
    let key = || Running::run(tool("wg").arg("genkey"), b"", PATIENCE).ok().text().trim().to_owned();
    let public = |key: &str| {
        Running::run(tool("wg").arg("pubkey"), key.as_bytes(), PATIENCE).ok().text().trim().to_owned()
    };
    let (server_key, client_key) = (key(), key());
    let mut running = vec![go(server), site.in_client(|| go(client))];
    set(
        server,
        &format!(
            "[Interface]\nPrivateKey = {server_key}\nListenPort = {PLAIN_UDP}\n[Peer]\nPublicKey = {}\nAllowedIPs = 10.98.0.2/32\n",
            public(&client_key)
        ),
        site,
    );
    set(
        client,
        &format!(
            "[Interface]\nPrivateKey = {client_key}\n[Peer]\nPublicKey = {}\nAllowedIPs = 10.98.0.1/32\nEndpoint = {GATEWAY_V4}:{port}\n",
            public(&server_key)
        ),
        site,
    );
    address(server, "10.98.0.1/24");
    site.in_client(|| address(client, "10.98.0.2/24"));
    let mut sshd = Command::new(need("sshd"));
    sshd.args(["-D", "-e", "-p", PLAIN_PORT, "-o", "ListenAddress=10.98.0.1", "-f"]);
    running.push(Running::start(sshd.arg(site.gateway.path("asset/sshd_config"))));
    within(PATIENCE, "the plain sshd answers", || std::net::TcpStream::connect(("10.98.0.1", 2022)).ok());
    running
}

fn go(interface: &str) -> Running {
    let socket = format!("/var/run/wireguard/{interface}.sock");
    let _ = std::fs::remove_file(&socket); // of a run that was killed
    let running = Running::start(tool("wireguard-go").args(["-f", interface]).env("LOG_LEVEL", "error"));
    within(PATIENCE, "wireguard-go is up", || std::fs::exists(&socket).unwrap().then_some(()));
    running
}

fn set(interface: &str, settings: &str, site: &Site) {
    let file = site.gateway.fresh("wg.conf");
    std::fs::write(&file, settings).unwrap();
    Running::run(tool("wg").args(["setconf", interface]).arg(&file), b"", PATIENCE).ok();
}

fn address(interface: &str, address: &str) {
    Running::run(tool("ip").args(["addr", "add", address, "dev", interface]), b"", PATIENCE).ok();
    Running::run(tool("ip").args(["link", "set", interface, "mtu", "1420", "up"]), b"", PATIENCE).ok();
}

//! Copies and keystrokes over a line with delay and loss: through the gateway's tunnel to an asset, and through a
//! second `wireguard-go` to a plain `sshd`, whose TCP is the kernel's, with CUBIC on both ends.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::copies::{PLAIN_UDP, beside_it, gateway, plain};
use crate::harness::{LONG, Running, tool};
use crate::net::{GATEWAY_V4, Site, staged};
use crate::relay::{Line, Relay};
use crate::samples::Samples;
use crate::verdict::Verdict;

/// Milliseconds there and back, and what is lost each way.
const ROUND_TRIPS: [u64; 3] = [20, 50, 100];
const LOSSES: [f64; 4] = [0.0, 0.001, 0.01, 0.02];

/// All of them, or those that `JUYONG_BENCH_LINE` names: `100:0.02,20:0`.
fn lines() -> Vec<Line> {
    let all = || ROUND_TRIPS.iter().flat_map(|&ms| LOSSES.map(|loss| (ms, loss))).collect();
    let one = |text: &str| -> (u64, f64) {
        let (ms, loss) = text.split_once(':').unwrap_or_else(|| panic!("{text:?}: MS:LOSS"));
        (ms.parse().unwrap(), loss.parse().unwrap())
    };
    let named = std::env::var("JUYONG_BENCH_LINE").ok();
    let chosen: Vec<_> = named.map_or_else(all, |text| text.split(',').map(one).collect());
    let line = |(ms, loss)| Line { round_trip: Duration::from_millis(ms), loss };
    chosen.into_iter().map(line).collect()
}

/// Typed at a steady pace, so that one that is lost is not waited for.
const KEYS: usize = 100;
const PACE: Duration = Duration::from_millis(150);

/// Copies that a line with loss takes long for are shorter.
fn mib(loss: f64) -> usize {
    if loss < 0.001 {
        32
    } else if loss < 0.01 {
        16
    } else {
        4
    }
}

/// Seconds and milliseconds: of the gateway, and of the kernel.
struct Cell {
    line: Line,
    up: [f64; 2],
    down: [f64; 2],
    middle: [f64; 2],
    worst: [f64; 2],
}

pub(crate) fn measure(rounds: usize) -> (Vec<Verdict>, String) {
    let mut cells = Vec::new();
    if rounds > 0 {
        staged("[auth]\nfactors = [\"publickey\"]", |site| cells = run(site, rounds));
    }
    (cells.iter().flat_map(verdicts).collect(), table(&cells))
}

fn run(site: &Site, rounds: usize) -> Vec<Cell> {
    let relays = [site.port, PLAIN_UDP].map(|port| {
        Relay::start(format!("{GATEWAY_V4}:{port}").parse().unwrap(), u64::from(port == PLAIN_UDP) + 7)
    });
    let operator = site.gateway.operator("op1");
    let ours = site.connect(&site.enrol("op1").1);
    ours.endpoint(&format!("{GATEWAY_V4}:{}", relays[0].port));
    let _plain = plain(site, relays[1].port);
    cubic(site);
    let mut cells = Vec::new();
    for line in lines() {
        relays.iter().for_each(|relay| relay.set(line));
        let login = site.gateway.login(&operator);
        let programs = || [gateway(&login, "scp"), beside_it(site, &login, "scp")];
        let up = copies(site, rounds, mib(line.loss), true, programs);
        let down = copies(site, rounds, mib(line.loss), false, programs);
        let shells = [gateway(&login, "ssh"), beside_it(site, &login, "ssh")];
        let [ours, kernel] = shells.map(|(ssh, place)| keys(site, ssh, &place));
        let [ours, kernel] = [ours, kernel].map(|keys| keys.recv_timeout(LONG).unwrap());
        let at = |share| [&ours, &kernel].map(|times| crate::samples::percentile(times, share));
        let cell = Cell { line, up, down, middle: at(0.5), worst: at(1.0) };
        eprint!("{}", cell.row());
        cells.push(cell);
    }
    cells
}

/// Both ends of the plain tunnel, and the client's of ours.
fn cubic(site: &Site) {
    let set = |route: &str| {
        let words = format!("route change {route} congctl cubic");
        Running::run(tool("ip").args(words.split(' ')), b"", LONG).ok();
    };
    set("10.98.0.0/24 dev jywserver src 10.98.0.1");
    site.in_client(|| {
        set("10.98.0.0/24 dev jywplain src 10.98.0.2");
        let shown = Running::run(tool("ip").args(["route", "show", "10.99.0.1"]), b"", LONG).ok().text();
        set(shown.trim());
    });
}

/// The middle time of each.
fn copies(
    site: &Site,
    rounds: usize,
    mib: usize,
    up: bool,
    programs: impl Fn() -> [(Command, String); 2],
) -> [f64; 2] {
    let file = site.gateway.path("line");
    let mut bytes = vec![0; mib << 20];
    getrandom::fill(&mut bytes).unwrap();
    std::fs::write(&file, &bytes).unwrap();
    let mut times = [(); 2].map(|()| Samples::default());
    for _ in 0..rounds {
        for (times, (mut scp, place)) in times.iter_mut().zip(programs()) {
            let (here, there) = (file.display().to_string(), format!("{place}:{}.copy", file.display()));
            if !up {
                std::fs::copy(&file, format!("{}.copy", file.display())).unwrap();
            }
            let words = if up { [here, there] } else { [there, here + ".back"] };
            let began = Instant::now();
            site.in_client(|| Running::run(scp.args(words), b"", LONG)).ok();
            times.push(began.elapsed().as_secs_f64());
        }
    }
    times.map(|times| times.median())
}

/// Types into a `cat`: how long each key takes to come back.
fn keys(site: &Site, mut ssh: Command, place: &str) -> mpsc::Receiver<Vec<Duration>> {
    let (done, times) = mpsc::channel();
    ssh.args([place, "cat"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = site.in_client(|| ssh.spawn().unwrap());
    let (mut typed, mut shown) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    std::thread::spawn(move || {
        let mut key = [0];
        let mut echo = |shown: &mut std::process::ChildStdout| shown.read_exact(&mut key).unwrap();
        typed.write_all(b"x").unwrap();
        echo(&mut shown); // the session is up
        let (pressed, presses) = mpsc::channel();
        let typing = std::thread::spawn(move || {
            for _ in 0..KEYS {
                pressed.send(Instant::now()).unwrap();
                typed.write_all(b"x").unwrap();
                std::thread::sleep(PACE);
            }
        });
        let mut times = Vec::new();
        for press in presses {
            echo(&mut shown);
            times.push(press.elapsed());
        }
        typing.join().unwrap();
        let _ = child.wait();
        done.send(times).unwrap();
    });
    times
}

fn verdicts(cell: &Cell) -> [Verdict; 3] {
    let name = cell.name();
    [
        Verdict::least(&format!("{name}: rate to an asset, of the kernel's"), cell.up[1] / cell.up[0], 0.7),
        Verdict::least(
            &format!("{name}: rate from an asset, of the kernel's"),
            cell.down[1] / cell.down[0],
            0.7,
        ),
        Verdict::most(&format!("{name}: the slowest key, ms"), cell.worst[0], 600.0),
    ]
}

impl Cell {
    fn name(&self) -> String {
        format!("{} ms, {} % lost", self.line.round_trip.as_millis(), self.line.loss * 100.0)
    }

    fn row(&self) -> String {
        let Self { up, down, middle, worst, .. } = self;
        format!(
            "| {} | {} | {:.1} | {:.1} | {:.1} | {:.1} | {:.0} | {:.0} | {:.0} | {:.0} |\n",
            self.name(),
            mib(self.line.loss),
            up[0],
            up[1],
            down[0],
            down[1],
            middle[0],
            middle[1],
            worst[0],
            worst[1],
        )
    }
}

/// The times behind the verdicts.
fn table(cells: &[Cell]) -> String {
    let mut table = format!(
        "\n## A line with delay and loss\n\n\
         A UDP relay holds each datagram for half of the round trip, and loses as many each way, by a fixed seed; it\n\
         has no limit of bandwidth. `scp` of so many MiB, in seconds with the login, to and from; {KEYS} keys a\n\
         {} ms, the middle one and the slowest, in milliseconds. First the gateway (on to an asset's `sshd`),\n\
         then a plain `sshd` behind a second `wireguard-go`: the kernel's TCP with CUBIC.\n\n\
         | round trip | MiB | to: gateway | kernel | from: gateway | kernel | key: gateway | kernel | slowest: gateway | kernel |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
        PACE.as_millis()
    );
    for cell in cells {
        let _ = write!(table, "{}", cell.row());
    }
    if cells.is_empty() { String::new() } else { table }
}

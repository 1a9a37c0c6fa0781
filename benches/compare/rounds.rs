//! What is measured: the routes take turns, and everything is taken several times.

use std::process::Stdio;
use std::time::Duration;

use crate::bulk::{self, Way};
use crate::keyboard::Keyboard;
use crate::lab::Lab;
use crate::process::{Running, resident_mib, timed};
use crate::route::{LOGIN, Master, Route};
use crate::samples::{Samples, milliseconds, percentile};

pub(crate) const MIB: u64 = 1024 * 1024;
/// Keys struck in one run.
pub(crate) const KEYS: usize = 2_000;
/// Size of the file that is copied, in MiB.
pub(crate) const FILE: u64 = 256;
/// What a reader that comes late gets, in MiB, and how late it comes.
pub(crate) const LATE: (u64, Duration) = (64, Duration::from_secs(5));
/// MiB that nobody reads.
pub(crate) const UNREAD: u64 = 100;

#[derive(PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) rounds: usize,
    pub(crate) bulk: u64,
    pub(crate) idle: usize,
}

/// One value for each route, in the order of [`Route::ALL`].
pub(crate) type Each<T> = [T; 3];

#[derive(Default)]
pub(crate) struct Echo {
    pub(crate) p50: Samples,
    pub(crate) p99: Samples,
}

#[derive(Default)]
pub(crate) struct Bulk {
    /// MiB a second.
    pub(crate) rate: Each<Samples>,
    /// Seconds of the gateway's processor time for each GiB that it carried.
    pub(crate) cpu: Samples,
}

pub(crate) struct Results {
    pub(crate) stalled: (Each<Echo>, Samples),
    pub(crate) set_up: Each<Samples>,
    pub(crate) keystrokes: Each<Echo>,
    pub(crate) bulk: [Bulk; 3],
    /// MiB a second; for upload and download by SFTP, then by scp's own protocol.
    pub(crate) files: [Each<Samples>; 4],
    pub(crate) late: Each<bool>,
    pub(crate) idle: f64,
    pub(crate) shared: f64,
    pub(crate) algorithms: Vec<(Route, String)>,
    pub(crate) client: String,
}

fn masters(lab: &mut Lab) -> Each<Master> {
    Route::ALL.map(|route| Master::open(lab, route))
}

impl Echo {
    fn push(&mut self, echoes: &[Duration]) {
        self.p50.push(percentile(echoes, 0.50));
        self.p99.push(percentile(echoes, 0.99));
    }
}

/// A whole `ssh HOST true`, login and all.
pub(crate) fn set_up(lab: &mut Lab, plan: &Plan) -> Each<Samples> {
    let mut times: Each<Samples> = Default::default();
    for _ in 0..plan.rounds * 3 {
        for (times, route) in times.iter_mut().zip(Route::ALL) {
            let took = timed(LOGIN, || {
                let mut ssh = lab.log_in(route);
                ssh.args([route.host(), "true"]).stdin(Stdio::null());
                (ssh, None)
            });
            times.push(milliseconds(took));
        }
    }
    times
}

pub(crate) fn keystrokes(lab: &mut Lab, plan: &Plan) -> Each<Echo> {
    let masters = masters(lab);
    let mut boards: Vec<_> = masters.iter().map(Keyboard::open).collect();
    boards.iter_mut().for_each(|board| drop(board.strike(KEYS / 10)));
    let mut echoes: Each<Echo> = Default::default();
    for _ in 0..plan.rounds {
        for (echo, board) in echoes.iter_mut().zip(&mut boards) {
            echo.push(&board.strike(KEYS));
        }
    }
    echoes
}

/// Keystrokes beside a channel whose output nobody reads, and by how many MiB the gateway grows.
pub(crate) fn stalled(lab: &mut Lab) -> (Each<Echo>, Samples) {
    let (mut echoes, mut growth): (Each<Echo>, Samples) = Default::default();
    for _ in 0..3 {
        lab.restart();
        let masters = masters(lab);
        for (echo, master) in echoes.iter_mut().zip(&masters) {
            let mut board = Keyboard::open(master);
            board.strike(KEYS / 10);
            let before = resident_mib(lab.gateway());
            let script = format!("head -c {} /dev/zero", UNREAD * MIB);
            let unread = &mut master.remote(&script);
            let mut unread = Running::spawn(unread.stdin(Stdio::null()).stdout(Stdio::piped()));
            let _kept_open = unread.stdout();
            let (mut all, mut most) = (Vec::new(), before);
            while all.len() < KEYS {
                all.extend(board.strike(KEYS / 10));
                most = resident_mib(lab.gateway()).max(most);
            }
            assert!(!unread.is_over(), "the channel that nobody reads was to stall");
            echo.push(&all);
            if master.route == Route::Gateway {
                std::thread::sleep(Duration::from_secs(1));
                growth.push(resident_mib(lab.gateway()).max(most) - before);
            }
        }
    }
    (echoes, growth)
}

pub(crate) fn bulk(lab: &mut Lab, plan: &Plan) -> [Bulk; 3] {
    let masters = masters(lab);
    masters.iter().for_each(|master| bulk::warm_up(master, 32 * MIB));
    let gateway = lab.gateway();
    Way::ALL.map(|way| {
        let mut result = Bulk::default();
        // Both ways at once is about what backs up, and takes twice as long: half as much will do.
        let (bytes, carried) =
            if way == Way::Duplex { (plan.bulk / 2, plan.bulk) } else { (plan.bulk, plan.bulk) };
        for _ in 0..plan.rounds {
            for (rate, master) in result.rate.iter_mut().zip(&masters) {
                let (time, cpu) = bulk::transfer(master, way, bytes, gateway);
                rate.push(carried as f64 / MIB as f64 / time.as_secs_f64());
                if master.route == Route::Gateway {
                    let gib = carried as f64 / (1024 * MIB) as f64;
                    result.cpu.push(cpu / gib);
                }
            }
        }
        result
    })
}

/// `scp`, with the files in memory where the machine has a place for that.
pub(crate) fn files(lab: &mut Lab, plan: &Plan) -> [Each<Samples>; 4] {
    let memory = std::path::Path::new("/dev/shm");
    let place = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let place = place.expect("a directory");
    let (source, copy) = (place.path().join("file"), place.path().join("copy"));
    let pattern: Vec<u8> = (0..FILE * MIB).map(|n| (n % 251) as u8).collect();
    std::fs::write(&source, pattern).expect("a file");
    let masters = masters(lab);
    let mut times: [Each<Samples>; 4] = Default::default();
    for _ in 0..plan.rounds.min(3) {
        for (kind, times) in times.iter_mut().enumerate() {
            for (times, master) in times.iter_mut().zip(&masters) {
                let took = bulk::copy(master, kind >= 2, kind % 2 == 0, &source, &copy);
                let size = std::fs::metadata(&copy).expect("the copy").len();
                assert_eq!(size, FILE * MIB, "a copy by way of {:?}", master.route);
                std::fs::remove_file(&copy).expect("the copy");
                times.push(FILE as f64 / took.as_secs_f64());
            }
        }
    }
    times
}

pub(crate) fn late_readers(lab: &mut Lab) -> Each<bool> {
    let (mib, pause) = LATE;
    masters(lab).map(|master| bulk::late_reader(&master, mib * MIB, pause))
}

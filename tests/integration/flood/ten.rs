//! Ten floods, and what each costs: memory and database stay flat, and whoever means it is served meanwhile.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

use crate::harness::{Gateway, LONG, PATIENCE, Running, Setup, field, script, within};

/// What a flood may add to memory, in KiB: well above what a login and its channels take, and a fraction of what
/// each of these sent.
const MEMORY: u64 = 32 * 1024;

/// What it may add to the database, in bytes. Of that the write-ahead log is 4 MiB, which few rows fill.
const DATABASE: u64 = 6 << 20;

/// What four passwords take that are checked at once, however many are given.
const PASSWORDS: u64 = 4 * 19 * 1024;

/// What zero bytes take on their way: two channels' windows, and lines with six characters for each. Thirty times that
/// were sent.
const ZEROS: u64 = 16 * 1024;

struct Before {
    memory: u64,
    database: u64,
}

fn database(gateway: &Gateway) -> u64 {
    let size = |name: &str| fs::metadata(gateway.path(name)).map_or(0, |file| file.len());
    size("data/juyong.db") + size("data/juyong.db-wal")
}

impl Before {
    fn of(gateway: &Gateway) -> Self {
        // Once, so that what is made at the first login is not counted.
        gateway.exec(&gateway.operator("op2"), "+box", "true").ok();
        Self { memory: gateway.memory(), database: database(gateway) }
    }

    #[track_caller]
    fn flat(&self, gateway: &Gateway) {
        self.flat_but(gateway, 0);
    }

    /// Flat, but for so many KiB of memory.
    #[track_caller]
    fn flat_but(&self, gateway: &Gateway, allowed: u64) {
        let memory = gateway.memory().saturating_sub(self.memory);
        let database = database(gateway).saturating_sub(self.database);
        assert!(memory < MEMORY + allowed, "memory grew by {memory} KiB");
        assert!(database < DATABASE, "the database grew by {database} bytes");
        gateway.exec(&gateway.operator("op3"), "+box", "true").ok();
    }
}

/// Runs one kind of flood, and returns what came of it.
#[track_caller]
fn flood(gateway: &Gateway, kind: &str) -> String {
    let input = gateway.script_input(&gateway.operator("op1"));
    let out = Running::run(script("floods.py").arg(input).arg(kind), b"", LONG).ok();
    out.text().trim().to_owned()
}

#[track_caller]
fn stays_flat(gateway: &Gateway, kind: &str) -> String {
    let before = Before::of(gateway);
    let text = flood(gateway, kind);
    before.flat(gateway);
    text
}

/// attack 6
#[test]
fn an_environment_without_end() {
    assert_eq!(stays_flat(&Gateway::usual(), "env"), "alive");
}

/// attack 6
#[test]
fn packets_without_a_byte() {
    assert_eq!(stays_flat(&Gateway::usual(), "empty"), "alive");
}

/// attack 6
#[test]
fn packets_of_a_byte_by_turns() {
    assert_eq!(stays_flat(&Gateway::usual(), "turns"), "alive");
}

/// attack 6
#[test]
fn extended_data_that_no_program_reads() {
    assert_eq!(stays_flat(&Gateway::usual(), "extended"), "alive");
}

/// attack 2
#[test]
fn denied_requests_with_long_names() {
    let gateway = Setup::new().tables("[limits]\nrefusals = 50").start();
    let text = stays_flat(&gateway, "denied");
    assert!(text.starts_with("cut off after 5") || text.starts_with("cut off after 49"), "{text}");
    let rows = gateway.events();
    let denied: Vec<_> = rows.iter().filter(|row| field(row, "reason") == "asset-unknown").collect();
    assert!((40..=60).contains(&denied.len()), "{} rows", denied.len());
    assert!(denied.iter().all(|row| field(row, "asset").len() < 600), "{}", denied[0]);
    assert!(field(denied[0], "asset").contains(" bytes, SHA-256 "), "{}", denied[0]);
    let over = "too many requests of this connection were refused; of this connection 50";
    gateway.journaled("channel-refused", &[("what", "connection"), ("reason", over)]);
}

/// attack 2: an account's refusals count over all its connections.
#[test]
fn refusals_count_by_account() {
    let gateway = Setup::new().tables("[limits]\nrefusals_per_account = 3").start();
    let operator = gateway.operator("op1");
    for _ in 0..2 {
        gateway.exec(&operator, "+elsewhere", "true").refused("no asset named elsewhere");
    }
    let master = gateway.master(&operator, "+elsewhere");
    let _ = master.exec("true"); // refused, or cut in the middle
    let out = master.wait().refused("too many of its requests were refused");
    drop(out);
    gateway.exec(&gateway.operator("op2"), "+box", "true").ok();
}

/// attack 2
#[test]
fn global_requests() {
    let gateway = Setup::new().tables("[limits]\nrefusals = 50").start();
    let text = stays_flat(&gateway, "requests");
    assert!(text.starts_with("cut off after "), "{text}");
    let rows = gateway.events();
    let refused = rows.iter().filter(|row| field(row, "what") == "remote-forward").count();
    assert!(refused <= 51, "{refused} rows");
}

#[test]
fn channels_opened_and_closed() {
    let gateway = Setup::new().tables("[limits]\nchannels_per_account = 100").start();
    let text = stays_flat(&gateway, "channels");
    assert!(text.starts_with("opened "), "{text}");
    let rows = gateway.events();
    let ran = rows.iter().filter(|row| field(row, "command") == "whoami").count();
    assert!((100..400).contains(&ran), "{ran} of them ran");
}

/// attack 22, trial 18
#[test]
fn zero_bytes_to_a_recording() {
    let gateway = Setup::new().tables("[limits]\nrecording = \"24MiB\"").start();
    let before = Before::of(&gateway);
    let text = flood(&gateway, "zeros");
    before.flat_but(&gateway, ZEROS);
    assert!(text.starts_with("67108864 ") && text.contains("as large as a recording may be"), "{text}");
    for session in gateway.sessions() {
        for recording in session["recordings"].as_array().unwrap() {
            let name = format!("{}.cast", recording.as_str().unwrap());
            let path = find(&gateway.path("data/recordings"), &name).expect("the recording is there");
            let size = fs::metadata(path).unwrap().len();
            assert!(size < 26 << 20, "{size} bytes");
        }
    }
    gateway.journaled("alarm", &[("alarm", "recording-limit"), ("operator", "op1")]);
    gateway.juyong(&["audit", "verify"]).ok();
}

fn find(dir: &std::path::Path, name: &str) -> Option<std::path::PathBuf> {
    fs::read_dir(dir).ok()?.flatten().find_map(|entry| match entry.path() {
        path if path.is_dir() => find(&path, name),
        path => path.file_name().is_some_and(|file| file == name).then_some(path),
    })
}

#[test]
fn refused_logins() {
    let gateway = Setup::new().tables("[auth]\nblock_after = 0").start();
    let before = Before::of(&gateway);
    let text = flood(&gateway, "logins");
    before.flat_but(&gateway, PASSWORDS);
    let tried: usize = text.trim_start_matches("tried ").parse().unwrap();
    assert!(tried > 150, "{text}");
    // Told once a minute, and when the gateway goes down.
    gateway.stop();
    gateway.start();
    let rows = gateway.events();
    let single = rows.iter().filter(|row| field(row, "event") == "login-refused").count();
    let counts = rows.iter().filter(|row| field(row, "event") == "logins-refused");
    let more: u64 = counts.filter_map(|row| row["count"].as_u64()).sum();
    assert!(single < tried, "{single} rows of their own");
    assert!(single + usize::try_from(more).unwrap() >= tried, "{single} and {more} of {tried}");
}

/// From one of the machine's own addresses.
fn silent(gateway: &Gateway, last: u8) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from(([127, 0, 0, last], 0)).into()).unwrap();
    socket.connect(&SocketAddr::from(([127, 0, 0, 1], gateway.port)).into()).unwrap();
    socket.into()
}

/// attack 15: sockets that say nothing keep nobody out, from wherever they come, and the row is there at once.
#[test]
fn silent_sockets() {
    let gateway = Setup::new().tables("[limits]\nkey_exchange = \"60s\"").start();
    let before = Before::of(&gateway);
    let held: Vec<_> =
        (2..12).flat_map(|last| (0..30).map(move |_| last)).map(|at| silent(&gateway, at)).collect();
    let first = ("reason", "too many connections before login from one source");
    gateway.journaled("connections-refused", &[first]);
    let operator = gateway.operator("op1");
    for from in ["127.0.0.30", "127.0.0.2"] {
        Running::run(gateway.ssh(&operator, "+box").args(["-b", from, "true"]), b"", PATIENCE).ok();
    }
    before.flat(&gateway);
    drop(held);
}

/// attack 15: who says nothing is let go long before a person would have to be.
#[test]
fn a_silent_socket_has_less_time_than_a_person() {
    let gateway = Setup::new().tables("[limits]\nkey_exchange = \"1s\"").start();
    let socket = silent(&gateway, 2);
    socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let read = std::io::copy(&mut &socket, &mut std::io::sink());
    assert!(read.is_ok(), "it ends: {read:?}");
    gateway.journaled("connections-refused", &[("reason", "no key exchange in time")]);
    gateway.exec(&gateway.operator("op1"), "+box", "true").ok();
}

/// trial 24: an office behind one address, each looking for the code.
#[test]
fn an_office_behind_one_address_logs_in() {
    let gateway = Setup::new().tables("[limits]\nstarts_per_source = 3").start();
    let names = ["op1", "op2", "op3", "op4", "op5", "op6"];
    let people: Vec<_> = names.iter().map(|name| gateway.operator(name)).collect();
    let waiting: Vec<_> = people
        .iter()
        .map(|person| {
            let login = gateway.login(person);
            let slow = "#!/bin/sh\ntouch \"$JUYONG_ANSWERS/asked\"\n\
                        while [ ! -e \"$JUYONG_ANSWERS/go\" ]; do sleep 0.1; done\n\
                        head -n 1 \"$JUYONG_ANSWERS/codes\"\n";
            fs::write(login.dir().join("askpass"), slow).unwrap();
            let running = Running::start(login.ssh("+box").arg("true"));
            within(PATIENCE, "the code is asked for", || login.dir().join("asked").exists().then_some(()));
            (login, running)
        })
        .collect();
    for (login, running) in waiting {
        fs::write(login.dir().join("go"), "").unwrap();
        running.wait(PATIENCE).ok();
    }
}

/// trial 24: who is turned away hears why, in ASCII, which the client shows as it is (officer 1).
#[test]
fn too_many_starts_are_told_so() {
    let gateway = Setup::new().tables("[limits]\nstarts_per_source = 1").language("zh-CN").start();
    let operator = gateway.operator("op1");
    let login = gateway.login(&operator);
    // The keys are exchanged, and somebody looks for a password.
    let slow = "#!/bin/sh\ntouch \"$JUYONG_ANSWERS/asked\"\nexec sleep 60\n";
    fs::write(login.dir().join("askpass"), slow).unwrap();
    let held = Running::start(login.ssh("+box").args(["-o", "PreferredAuthentications=password", "true"]));
    within(PATIENCE, "a password is asked for", || login.dir().join("asked").exists().then_some(()));
    gateway.exec(&operator, "+box", "true").refused("too many people are logging in at once");
    drop(held);
    within(PATIENCE, "it greets again", || gateway.greets().then_some(()));
}

//! Replay and exports: in time, harmless, and playable.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use crate::harness::{Cast, Gateway, PATIENCE, Running, Terminal, field, within};

/// trial 9: what was recorded does not speak to the terminal of whoever looks; with --raw it may.
#[test]
fn a_replay_passes_no_control_strings_on() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let line = r"printf '\033]52;c;eA==\a\033[6n\033]0;t\033\\\033[31mred\033[0m\302\2331m\n'";
    gateway.exec(&operator, "+box", line).ok();
    let session = gateway.ended_session();
    let id = field(&session, "session");
    let shown = gateway.juyong(&["audit", "replay", id, "--speed", "1000"]).ok().text();
    assert!(shown.contains("\u{1b}[31mred\u{1b}[0m"), "{shown:?}");
    assert!(!shown.contains("\u{1b}]") && !shown.contains("[6n") && !shown.contains('\u{9b}'), "{shown:?}");
    assert!(shown.ends_with("\u{1b}[?1l"), "the terminal is put back: {shown:?}");
    let raw = gateway.juyong(&["audit", "replay", id, "--speed", "1000", "--raw"]).ok().text();
    assert!(raw.contains("\u{1b}]52;c;eA==\u{7}"), "{raw:?}");
}

/// attack 18
#[test]
fn numbers_are_bounded() {
    let gateway = Gateway::usual();
    gateway.exec(&gateway.operator("op1"), "+box", "true").ok();
    let id = field(&gateway.ended_session(), "session").to_owned();
    for wrong in [
        ["--speed", "1e-300"],
        ["--speed", "nan"],
        ["--speed", "0"],
        ["--speed", "inf"],
        ["--idle-limit", "1e300"],
        ["--idle-limit", "nan"],
    ] {
        let out = gateway.juyong(&["audit", "replay", &id, wrong[0], wrong[1]]);
        assert_eq!(out.code(), 2, "{wrong:?}: {out}");
    }
    // reader: what lay before a beginning past the end was played all the same.
    for (from, told) in [
        ("7", "there are 0 commands"),
        ("2h", "the recording ends before: it lasts "),
        ("2099-01-01", "the recording ends before: it lasts "),
    ] {
        let out = gateway.juyong(&["audit", "replay", &id, "--from", from]).refused(told);
        assert_eq!(out.text(), "", "{from}: nothing is played");
    }
}

/// newcomer: replay. What the gateway itself said is there as the person saw it, and is in no digest of the asset's.
#[test]
fn the_gateways_own_words_are_recorded_as_they_were_seen() {
    let set = "[commands.no]\nmode = \"guard\"\ndefault = \"allow\"\nopaque = \"allow\"\n\
        [[commands.no.entry]]\neffect = \"deny\"\nprograms = [\"reboot\"]\nreason = \"no downtime\"\n";
    let gateway = crate::harness::Setup::new().limited("commands = [\"no\"]").policy(set).start();
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", "reboot --help").refused("no downtime");
    let session = gateway.ended_session();
    let id = field(&session, "session");
    let (cast, txt) =
        (gateway.cast(&session), gateway.juyong(&["audit", "export", id, "--format", "txt"]).ok().text());
    assert!(txt.contains("is not run: no downtime"), "{txt}");
    assert!(cast.all("o").contains("is not run: no downtime"), "{:?}", cast.events);
    assert!(cast.all("m").contains("gateway says: juyong: “reboot --help” is not run"), "{:?}", cast.events);
    assert_eq!(session["bytes_out"], 0, "the asset said nothing: {session}");
    let shown = gateway.juyong(&["audit", "replay", id]).ok().text();
    assert!(shown.contains("no downtime"), "{shown}");
}

/// trial 8, trial 16: one file that a player shows, whatever channels there were; a header that is a size.
#[test]
fn a_session_of_several_channels_is_one_recording() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let master = gateway.master(&operator, "+box");
    let mut terminal = Terminal::start(master.ssh());
    terminal.prompt();
    terminal.line("echo first-$((40+2))");
    terminal.expect("first-42");
    terminal.line("exit");
    terminal.wait(PATIENCE);
    Running::run(master.ssh().args(["-tt", "echo second-$((40+2))"]), b"", PATIENCE).ok();
    drop(master);
    let session = gateway.ended_session();
    let id = field(&session, "session");
    assert_eq!(session["recordings"].as_array().unwrap().len(), 2, "{session}");
    let cast = gateway.cast(&session);
    let shown = cast.all("o");
    assert!(shown.find("first-42").unwrap() < shown.find("second-42").unwrap(), "{shown:?}");
    assert!(cast.all("r").contains("80x24"), "nothing said is 80x24: {:?}", cast.all("r"));
    assert!(cast.all("m").contains("recording "), "{:?}", cast.all("m"));
    let second = session["recordings"][1].as_str().unwrap();
    let one = Cast::parse(&gateway.juyong(&["audit", "export", second, "--format", "cast"]).ok().text());
    assert_eq!((&one.header["width"], &one.header["height"]), (&80.into(), &24.into()), "{}", one.header);
    assert!(one.all("o").contains("second-42") && !one.all("o").contains("first-42"));
    gateway.juyong(&["audit", "replay", id, "--speed", "1000"]).ok();
}

/// newcomer: export. A file that is there stays, and the name is told.
#[test]
fn an_export_writes_over_no_file() {
    let gateway = Gateway::usual();
    gateway.exec(&gateway.operator("op1"), "+box", "echo kept").ok();
    let id = field(&gateway.ended_session(), "session").to_owned();
    let path = gateway.path("out.txt");
    let name = path.display().to_string();
    let words = ["audit", "export", &id, "--format", "txt", "--out", &name];
    let out = gateway.juyong(&words).ok();
    assert!(out.errors().contains(&name), "{out}");
    fs::write(&path, "mine").unwrap();
    gateway.juyong(&words).refused("is not overwritten");
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    gateway.juyong(&[&words[..], &["--force"]].concat()).ok();
    assert!(fs::read_to_string(&path).unwrap().contains("kept"));
    let none = gateway.path("none.txt");
    gateway
        .juyong(&["audit", "export", "nothing", "--format", "txt", "--out", &none.display().to_string()])
        .refused("nothing");
    assert!(!none.exists(), "no empty file is left behind");
}

/// trial 17: an asset that writes GBK is read as UTF-8; the recording keeps its bytes.
#[test]
fn an_asset_with_a_character_set_is_read_in_it() {
    let gateway = Gateway::usual();
    gateway.exec(&gateway.operator("op1"), "+box", r"printf '\326\320\316\304 ok\n'").ok();
    let session = gateway.ended_session();
    let id = field(&session, "session");
    gateway.change_policy("[asset.box]\n", "[asset.box]\ncharset = \"gbk\"\n").ok();
    for words in [&["audit", "export", id, "--format", "txt"][..], &["audit", "replay", id]] {
        let text = gateway.juyong(words).ok().text();
        assert!(text.contains("中文 ok"), "{words:?}: {text:?}");
    }
    assert!(gateway.cast(&session).all("o").contains("中文 ok"));
    gateway.juyong(&["audit", "verify"]).ok();
}

/// attack 7: reading a recording costs what is read at a time, not what it weighs.
#[test]
fn a_large_recording_is_played_and_exported_in_little_memory() {
    const SIZE: usize = 200 << 20;
    const GROWTH_KIB: u64 = 44 << 10; // less than what is shown
    let gateway = Gateway::usual();
    gateway.exec(&gateway.operator("op1"), "+box", "echo first").ok();
    let session = gateway.ended_session();
    let id = field(&session, "session");
    let path = gateway.juyong(&["audit", "show", id]).ok().text();
    let path = path.split_whitespace().find(|word| word.ends_with(".cast")).unwrap().to_owned();
    let mut cast = std::io::BufWriter::new(fs::File::options().append(true).open(&path).unwrap());
    let event = |way: &str| format!("[1.0, \"{way}\", \"{}\\r\\n\"]\n", "x".repeat(60_000));
    // Three in four are not shown, so that a slow emulator is not what is waited for.
    let some = event("i").repeat(3) + &event("o");
    for _ in 0..=SIZE / some.len() {
        cast.write_all(some.as_bytes()).unwrap();
    }
    drop(cast);
    let before = gateway.memory();
    for words in [
        ["audit", "replay", id, "--speed=1000"].as_slice(),
        &["audit", "export", id, "--format=txt"],
        &["audit", "export", id, "--format=cast"],
    ] {
        let peak = peak_while(&gateway, words);
        assert!(peak < before + GROWTH_KIB, "{words:?}: {before} KiB before, {peak} at most");
    }
}

/// The most memory that the gateway has while a command reads everything.
fn peak_while(gateway: &Gateway, words: &[&str]) -> u64 {
    let mut command = gateway.command(words);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    let reading = std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()).unwrap());
    let mut peak = 0;
    let status = within(PATIENCE * 20, "all was read", || {
        peak = peak.max(gateway.memory());
        child.try_wait().unwrap()
    });
    assert!(status.success(), "{words:?}: {status}");
    assert!(reading.join().unwrap() > 48 << 20, "{words:?} gave all of its output");
    peak
}

//! What terminals send and show arrives unchanged, both ways, whatever the bytes are.

use std::fs;

use crate::harness::{Gateway, LONG, Master, PATIENCE, Running};

/// 46 small files: everything that has ever confused something between a program and a terminal.
fn corpus() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |name: &str, bytes: &[u8]| files.push((name.to_owned(), bytes.to_vec()));
    add("every-byte", &(0..=255).collect::<Vec<u8>>());
    add("every-byte-backwards", &(0..=255).rev().collect::<Vec<u8>>());
    add("every-pair", &(0..=255u8).flat_map(|a| (0..=255u8).flat_map(move |b| [a, b])).collect::<Vec<_>>());
    add("one-nul", b"\0");
    add("nul-run", &[0; 100_000]);
    add("nuls-between", b"a\0b\0\0c\0\0\0");
    add("all-ones", &[0xff; 70_000]);
    add("telnet-iac", b"\xff\xfb\x01\xff\xff\xfd\x03");
    add("no-line-end", b"no line end");
    add("only-newline", b"\n");
    add("newlines", &b"\n".repeat(10_000));
    add("carriage-returns", b"a\rb\r\nc\n\rd\r\r\n");
    add("ssh-escapes", b"~.\n~.\n~~\n~?\n\r~#\r~&\r~C\n");
    add("flow-control", b"stop\x13 start\x11 end");
    add("signals", b"\x03\x1a\x1c\x04 intr susp quit eof");
    add("line-editing", b"abc\x7f\x08\x15\x17\x16\x12");
    add("bells", &[7; 500]);
    add("tabs", b"\ta\t\tb\x0b\x0c");
    add("backspaces", b"over\x08\x08\x08\x08strike \x08_");
    add("colours", b"\x1b[31mred\x1b[0m \x1b[1;38;5;208mpalette\x1b[48;2;1;2;3mtrue\x1b[m");
    add("cursor", b"\x1b[H\x1b[2J\x1b[10;20H\x1b[A\x1b[B\x1b[C\x1b[D\x1b7\x1b8\x1b[s\x1b[u");
    add("scrolling", b"\x1b[5;10r\x1bD\x1bM\x1b[3L\x1b[2M\x1b[4S\x1b[1T");
    add("alternate-screen", b"\x1b[?1049h full \x1b[?25l\x1b[?25h\x1b[?1049l");
    add("mouse", b"\x1b[?1000h\x1b[?1006h\x1b[<0;10;20M\x1b[<0;10;20m\x1b[M !!");
    add("bracketed-paste", b"\x1b[?2004h\x1b[200~rm -rf /\n\x1b[201~\x1b[?2004l");
    add("queries", b"\x1b[c\x1b[>c\x1b[6n\x1b[?6n\x1b]10;?\x07\x1bZ\x05");
    add("title", "\x1b]0;标题 title\x07\x1b]2;x\x1b\\".as_bytes());
    add("clipboard", b"\x1b]52;c;aGVsbG8=\x07\x1b]52;p;?\x1b\\");
    add("hyperlink", b"\x1b]8;;https://example.com/\x1b\\link\x1b]8;;\x1b\\");
    add("sixel", b"\x1bPq\"1;1;4;4#0;2;0;0;0#1;2;100;0;0#1~~~~-\x1b\\");
    add("kitty-graphics", b"\x1b_Gf=24,s=1,v=1;AAAA\x1b\\");
    add("device-strings", b"\x1bP$qm\x1b\\\x1b^private\x1b\\\x1bXstart\x1b\\");
    add("broken-escapes", b"\x1b\x1b[\x1b[999999999999999999999;\x1b]unfinished");
    add("c1-controls", &(0x80..=0x9f).collect::<Vec<u8>>());
    add("c1-as-utf8", "\u{85}\u{9b}31m\u{9d}0;x\u{9c}".as_bytes());
    add("character-sets", b"\x1b(0lqqk\x1b(B\x0e\x0f\x1b*A\x1bN\x1bO");
    add("chinese", "居庸关,北京的门户。运维审计\n".repeat(50).as_bytes());
    add("cjk-mixed", "漢字かなカナ한국어 ﾊﾝｶｸ fullwidth\n".as_bytes());
    add("emoji", "👩‍👩‍👧‍👦 🏳️‍🌈 🇨🇳 ❤️ 👍🏽 1️⃣\n".as_bytes());
    add("combining", "e\u{301} n\u{303} a\u{308}\u{304} Z\u{351}\u{36b}\u{343}\n".as_bytes());
    add("right-to-left", "עברית العربية \u{202e}reversed\u{202c}\n".as_bytes());
    add("split-utf8", b"\xe5\xb1\n\x85 \xf0\x9f\x98\n\x80 \xe5");
    add("bad-utf8", b"\xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80 \xf8\x88\x80\x80\x80 \xfe\xff");
    add("highest-planes", "\u{10ff80}\u{10ffff}\u{100000}\u{feff}\u{fffd}\u{fffe}".as_bytes());
    add("latin-1-and-gbk", b"caf\xe9 na\xefve \xa9 \xd6\xd0\xb9\xfa\xb9\xab\n");
    add("long-line", &b"0123456789abcdef".repeat(20_000));
    files
}

/// people 7: the asset's shells read `.bashrc` of whoever ran the tests, and what that printed came between.
#[test]
fn the_asset_has_a_home_of_its_own() {
    let gateway = Gateway::usual();
    let home = gateway.path("asset/home");
    fs::write(home.join(".bashrc"), "echo read the own one\n").unwrap();
    let out = gateway.exec(&gateway.operator("op1"), "+box", "echo $HOME").ok().text();
    assert_eq!(out.lines().last(), home.to_str(), "{out}");
}

#[track_caller]
fn same(name: &str, way: &str, sent: &[u8], got: &[u8]) {
    let at = sent.iter().zip(got).position(|(a, b)| a != b).unwrap_or(sent.len().min(got.len()));
    let around = |bytes: &[u8]| {
        String::from_utf8_lossy(&bytes[at.min(bytes.len())..bytes.len().min(at + 20)]).into_owned()
    };
    assert!(
        sent == got,
        "{name} {way}: {} bytes sent, {} arrived, the first difference at {at}: {:?} became {:?}",
        sent.len(),
        got.len(),
        around(sent),
        around(got),
    );
}

fn each(work: impl Fn(&Gateway, &Master, &str, &[u8])) {
    let gateway = Gateway::usual();
    let master = gateway.master(&gateway.operator("op1"), "+box");
    let files = corpus();
    assert_eq!(files.len(), 46);
    for (name, bytes) in files {
        work(&gateway, &master, &name, &bytes);
    }
}

#[test]
fn the_corpus_passes_a_pipe_unchanged() {
    each(|_, master, name, bytes| {
        let out = master.run("cat", bytes).ok();
        same(name, "there and back", bytes, &out.out);
    });
}

#[test]
fn the_corpus_passes_a_raw_terminal_unchanged() {
    each(|gateway, master, name, bytes| {
        let kept = gateway.path("kept");
        let program =
            format!("stty raw -echo; printf READY; head -c {} | tee {}", bytes.len(), kept.display());
        let mut running = Running::start(master.ssh().args(["-tt", "-e", "none", &program]));
        running.expect("READY");
        running.feed(bytes.to_vec());
        running.out.at_least("READY".len() + bytes.len(), PATIENCE);
        let out = running.wait(LONG).ok();
        same(name, "upward", bytes, &fs::read(&kept).unwrap());
        same(name, "downward", bytes, &out.out["READY".len()..]);
    });
}

#[test]
fn a_recording_holds_every_byte() {
    let gateway = Gateway::usual();
    let bytes: Vec<u8> =
        corpus().into_iter().filter(|(_, bytes)| bytes.len() < 400).flat_map(|(_, bytes)| bytes).collect();
    let out = Running::run(gateway.ssh(&gateway.operator("op1"), "+box").arg("cat"), &bytes, PATIENCE).ok();
    same("all small files", "there and back", &bytes, &out.out);
    let cast = gateway.cast(&gateway.ended_session());
    same("all small files", "in the recording's input", &bytes, &cast.bytes("i"));
    same("all small files", "in the recording's output", &bytes, &cast.bytes("o"));
}

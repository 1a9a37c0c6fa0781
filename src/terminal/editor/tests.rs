#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;

/// An editor with what its terminal shows: enough of one for what the editor draws.
struct Desk {
    editor: Editor,
    columns: usize,
    rows: Vec<Vec<String>>,
    row: usize,
    column: usize,
}

impl Desk {
    fn new(columns: usize) -> Self {
        let mut editor = Editor::default();
        editor.offer(Words::new(
            ["ls", "less", "systemctl", "cd", "pwd", "help", "history", "exit", "logout"].map(str::to_owned),
        ));
        let mut desk = Self { editor, columns, rows: vec![vec![]], row: 0, column: 0 };
        desk.begin();
        desk
    }

    fn begin(&mut self) {
        let mut out = String::new();
        self.editor.begin("> ", self.columns, &mut out);
        self.show(&out);
    }

    fn keys(&mut self, bytes: impl AsRef<[u8]>) -> Option<LineEvent> {
        self.editor.typed(bytes.as_ref());
        let mut out = String::new();
        let event = self.editor.read(&mut out);
        self.show(&out);
        event
    }

    /// The line that these keys make, by Enter behind them.
    fn line(&mut self, bytes: impl AsRef<[u8]>) -> String {
        let event = self.keys(bytes).or_else(|| self.keys("\r"));
        self.begin();
        match event {
            Some(LineEvent::Line(line)) => line,
            other => format!("{other:?}"),
        }
    }

    fn show(&mut self, out: &str) {
        use unicode_segmentation::UnicodeSegmentation as _;
        use unicode_width::UnicodeWidthStr as _;
        let mut rest = out;
        while !rest.is_empty() {
            if let Some(sequence) = rest.strip_prefix("\x1b[") {
                let end = sequence.find(|c: char| c.is_ascii_alphabetic()).unwrap();
                let count: usize = sequence[..end].parse().unwrap_or(1);
                match &sequence[end..=end] {
                    "A" => self.row = self.row.checked_sub(count).expect("it stays below the top"),
                    "C" => self.column += count,
                    "J" => {
                        self.rows.truncate(self.row + 1);
                        self.rows[self.row].truncate(self.column);
                    }
                    "H" => (self.row, self.column) = (0, 0),
                    other => panic!("{other} is not known here"),
                }
                rest = &sequence[end + 1..];
                continue;
            }
            let grapheme = rest.graphemes(true).next().unwrap();
            rest = &rest[grapheme.len()..];
            match grapheme {
                "\r\n" => (self.row, self.column) = (self.row + 1, 0),
                "\r" => self.column = 0,
                "\x07" => {}
                text => {
                    if self.column + text.width() > self.columns {
                        (self.row, self.column) = (self.row + 1, 0);
                    }
                    self.fit();
                    let row = &mut self.rows[self.row];
                    row.truncate(self.column);
                    row.push(text.to_owned());
                    row.extend((1..text.width()).map(|_| String::new()));
                    self.column += text.width();
                }
            }
            self.fit();
        }
    }

    fn fit(&mut self) {
        while self.rows.len() <= self.row {
            self.rows.push(vec![]);
        }
        let columns = self.column;
        let row = &mut self.rows[self.row];
        while row.len() < columns {
            row.push(" ".into());
        }
    }

    /// The last rows, and where the cursor is.
    fn shown(&self) -> (String, usize, usize) {
        let rows: Vec<String> = self.rows.iter().map(|row| row.concat().trim_end().to_owned()).collect();
        (rows.join("\n"), self.row, self.column)
    }
}

#[test]
fn emacs_keys_edit_the_line() {
    let mut desk = Desk::new(80);
    let cases: &[(&str, &str)] = &[
        ("ls -l", "ls -l"),
        ("sl\x02\x02\x1b[C\x1b[3~\x01l", "ls"),
        ("abc\x7f\x7fx", "ax"),
        ("tail x\x01\x0b\x19 \x19", "tail x tail x"),
        ("one two\x17three", "one three"),
        ("one two\x15", ""),
        ("one two\x1bb\x1bbX\x1bfY", "XoneY two"),
        ("one two\x01\x1bd", " two"),
        ("a\x1b[Hb\x1b[Fc", "bac"),
        ("a\x1b[1;5Db\x04", "b"),
        ("中文\x7f\x02国", "国中"),
        ("e\u{301}x\x02\x7f", "x"),
        ("sys\t stop", "systemctl  stop"),
        ("x\x00\x11\u{202e}y", "xy"),
    ];
    for (keys, line) in cases {
        assert_eq!(desk.line(keys), *line, "{keys:?}");
    }
}

#[test]
fn ends_and_interruptions_are_told() {
    let mut desk = Desk::new(80);
    assert_eq!(desk.keys("rm x\x03"), Some(LineEvent::Interrupted));
    assert_eq!(desk.keys("\x04"), Some(LineEvent::EndOfFile));
    assert_eq!(desk.keys(""), None);
    assert_eq!(desk.line("typed"), "typed");
}

#[test]
fn earlier_lines_are_found() {
    let mut desk = Desk::new(80);
    for line in ["ls /tmp", "df -h", "ls /var"] {
        assert_eq!(desk.line(line), line);
        desk.editor.remember(line);
    }
    assert_eq!(desk.line("\x1b[A\x1b[A"), "df -h");
    assert_eq!(desk.line("new\x1b[A\x1b[B!"), "new!");
    assert_eq!(desk.line("\x12ls"), "ls /var");
    assert_eq!(desk.line("\x12ls\x12"), "ls /tmp");
    assert_eq!(desk.line("\x12ls\x12\x05x"), "ls /tmpx");
}

#[test]
fn characters_split_over_packets_are_one() {
    let mut desk = Desk::new(80);
    for byte in "ls 中文".bytes() {
        assert_eq!(desk.keys([byte]), None);
    }
    assert_eq!(desk.line(""), "ls 中文");
}

#[test]
fn a_paste_is_taken_line_by_line_once_it_is_whole() {
    let mut desk = Desk::new(80);
    assert_eq!(desk.keys("\x1b[200~ls\t/a\r"), None, "a line of a paste waits for the others");
    assert_eq!(desk.keys("df\nuptime\x1b[201~"), Some(LineEvent::Line("ls /a".into())));
    desk.begin();
    assert_eq!(desk.keys(""), Some(LineEvent::Line("df".into())));
    desk.begin();
    assert_eq!(desk.keys(""), None, "the last line waits for Enter");
    assert_eq!(desk.line(" -p"), "uptime -p");
}

#[test]
fn a_paste_with_keys_in_it_is_dropped_to_its_end() {
    let mut desk = Desk::new(80);
    for bad in
        ["\x1b[A", "\x00", "\x1b]0;x\x07", "\x15", "\x7f", "\u{9b}", "\u{202e}", "\x0c", "\x04", "\x03"]
    {
        let paste = format!("\x1b[200~ls {bad}\rrm x\r\x1b[201~");
        assert_eq!(desk.keys(&paste), Some(LineEvent::PasteRefused), "{bad:?}");
        desk.begin();
        assert_eq!(desk.keys(""), None, "{bad:?}: nothing of it is left");
        assert_eq!(desk.line("df"), "df", "{bad:?}: and the keys are keys again");
    }
    // Never closed: two Ctrl-C lead out.
    assert_eq!(desk.keys("\x1b[200~ls\x03"), Some(LineEvent::PasteRefused));
    desk.begin();
    assert_eq!(desk.keys("ls\r\x03"), Some(LineEvent::Interrupted));
    desk.begin();
    assert_eq!(desk.line("df"), "df");
    // Longer than anybody means.
    let long = format!("\x1b[200~{}\x03", "a".repeat(2 * LONGEST_PASTE));
    assert_eq!(desk.keys(long), Some(LineEvent::PasteRefused));
}

#[test]
fn what_was_typed_ahead_can_be_forgotten() {
    let mut desk = Desk::new(80);
    assert_eq!(desk.keys("\x1b[200~rm x\ry\ry\x1b[201~y\ry"), Some(LineEvent::Line("rm x".into())));
    desk.editor.forget_ahead();
    desk.begin();
    assert_eq!(desk.keys(""), None);
    assert_eq!(desk.line("n"), "n");
}

#[test]
fn many_keys_at_once_are_drawn_once() {
    let mut desk = Desk::new(80);
    desk.keys("end\x01");
    desk.editor.typed("x".repeat(3000).as_bytes());
    let mut out = String::new();
    assert_eq!(desk.editor.read(&mut out), None);
    assert!(out.len() < 4000, "{}", out.len());
    desk.show(&out);
    assert_eq!(desk.line(""), format!("{}end", "x".repeat(3000)));
}

#[test]
fn a_line_is_no_longer_than_it_may_be() {
    let mut desk = Desk::new(80);
    assert_eq!(desk.line("a".repeat(MAX_LINE + 10)).len(), MAX_LINE);
}

#[test]
fn several_completions_are_listed_and_the_line_goes_on() {
    let mut desk = Desk::new(80);
    assert_eq!(desk.keys("l\t"), None);
    assert_eq!(desk.shown(), ("> l\nless  logout  ls\n> l".into(), 2, 3));
    assert_eq!(desk.line("s"), "ls");
}

#[test]
fn wrapped_lines_are_drawn_right() {
    let mut desk = Desk::new(10);
    desk.keys("abcdefgh");
    assert_eq!(desk.shown(), ("> abcdefgh\n".into(), 1, 0), "at the edge the cursor goes on below");
    desk.keys("ij");
    assert_eq!(desk.shown(), ("> abcdefgh\nij".into(), 1, 2));
    desk.keys("\x01X");
    assert_eq!(desk.shown(), ("> Xabcdefg\nhij".into(), 0, 3));
    desk.keys("\x0b中中中中中");
    assert_eq!(desk.shown(), ("> X中中中\n中中".into(), 1, 4), "half a column is not enough for a wide one");
    desk.keys("\x02\x02\x02\x7f");
    assert_eq!(desk.shown(), ("> X中中中\n中".into(), 0, 5));
}

#[test]
fn a_new_width_is_drawn_anew() {
    let mut desk = Desk::new(10);
    desk.keys("abcdefghij");
    let mut out = String::new();
    (desk.columns, desk.rows, desk.row, desk.column) = (6, vec![vec![]; 3], 2, 0);
    desk.editor.resize(6, &mut out);
    desk.show(&out);
    assert_eq!(desk.shown(), ("> abcd\nefghij\n".into(), 2, 0));
}

/// What is shown and what will run are the same, whatever is typed.
mod drawn {
    use proptest::prelude::*;

    use super::*;

    fn key() -> impl Strategy<Value = &'static str> {
        let keys = [
            "a", "b", " ", "中", "é", "👍", "/", "\x1b[D", "\x1b[C", "\x01", "\x05", "\x7f", "\x04", "\x0b",
            "\x15", "\x17", "\x19", "\x1bb", "\x1bf", "\x1bd", "\x1b[A", "\x1b[B",
        ];
        prop::sample::select(keys.to_vec())
    }

    proptest! {
        #[test]
        fn the_screen_shows_the_line(columns in 4usize..30, keys in prop::collection::vec(key(), 0..120)) {
            let mut desk = Desk::new(columns);
            desk.editor.remember("an earlier line that is rather long");
            for key in &keys {
                if *key == "\x04" && desk.editor.line.len() == 0 {
                    continue;
                }
                prop_assert_eq!(desk.keys(key), None);
            }
            let text = desk.editor.line.text();
            let shown: String = desk.rows.iter().flatten().map(String::as_str).collect();
            prop_assert_eq!(shown.replace(' ', ""), format!("> {text}").replace(' ', ""));
        }
    }
}

/// Whatever bytes come, what comes out is text that a person has seen.
mod hostile {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lines_are_plain_text(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"\x1b[20~1;\r\n\t\x03".to_vec())], 0..400),
        ) {
            let mut desk = Desk::new(40);
            let mut out = String::new();
            desk.editor.typed(&bytes);
            for _ in 0..bytes.len() + 2 {
                match desk.editor.read(&mut out) {
                    Some(LineEvent::Line(line)) => {
                        prop_assert!(line.chars().all(is_typeable), "{line:?}");
                        prop_assert!(line.len() <= MAX_LINE);
                    }
                    Some(_) => {}
                    None => break,
                }
                desk.editor.begin("> ", 40, &mut out);
            }
            prop_assert!(desk.editor.line.text().chars().all(is_typeable));
        }
    }
}

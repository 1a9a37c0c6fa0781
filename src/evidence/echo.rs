//! What typed input may be recorded: all of it, except while the target's echo is off.
//!
//! The gateway cannot see the target's terminal settings, but it sees the echo. A typed character waits
//! until the output shows it where it should appear, at the cursor; what is not echoed is dropped and
//! never written, not even its length. Keys that show nothing by themselves (controls, arrows) are kept,
//! in their place among the others. Where echo and chance look alike, evidence is lost rather than a
//! password kept: what a program that paints its own screen does not echo is dropped too.

use std::collections::VecDeque;

use unicode_width::UnicodeWidthChar as _;

use super::scan::{Scanner, Token, param};

/// Bytes that may wait. Beyond it characters count as not echoed.
const MAX_PENDING: usize = 64 * 1024;

/// Lines typed ahead that are looked for at a time: a big paste must not make every byte shown expensive.
const MAX_AHEAD: usize = 8;

/// Bytes of a bulk of output that decide where the cursor is, when nobody waits for an echo.
const TAIL: usize = 4096;

/// A key, or what a key sent. It has no `Debug`: most of these are passwords.
enum Key {
    Char(char),
    /// No UTF-8; its echo would not be either.
    Invalid(Box<[u8]>),
    Control(Box<[u8]>),
}

impl Key {
    fn of(token: Token<'_>, raw: &[u8]) -> Self {
        match token {
            Token::Char(char::REPLACEMENT_CHARACTER) => Self::Invalid(raw.into()),
            Token::Char(c) => Self::Char(c),
            _ => Self::Control(raw.into()),
        }
    }

    /// What its echo shows; none for a control.
    fn shows(&self) -> Option<char> {
        match self {
            Self::Char(c) => Some(*c),
            Self::Invalid(_) => Some(char::REPLACEMENT_CHARACTER),
            Self::Control(_) => None,
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Char(c) => c.len_utf8(),
            Self::Invalid(raw) | Self::Control(raw) => raw.len(),
        }
    }

    fn write(&self, into: &mut Vec<u8>) {
        match self {
            Self::Char(c) => into.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Self::Invalid(raw) | Self::Control(raw) => into.extend_from_slice(raw),
        }
    }
}

/// Keys up to a line end.
#[derive(Default)]
struct Line {
    keys: VecDeque<Key>,
    ended: bool,
    /// Typed before there was a prompt to answer: its echo may come late, after other output.
    ahead: bool,
    /// How many of its characters the output has just shown in a row; for a line typed ahead.
    seen: usize,
}

impl Line {
    fn next(&self) -> Option<char> {
        self.keys.front().and_then(Key::shows)
    }

    fn waits(&self) -> bool {
        self.text().next().is_some()
    }

    fn bytes(&self) -> usize {
        self.keys.iter().map(Key::len).sum()
    }

    fn text(&self) -> impl Iterator<Item = char> {
        self.keys.iter().filter_map(Key::shows)
    }

    /// Follows one more character of the output; `begins` where a word can begin.
    fn follow(&mut self, c: char, begins: bool) {
        if self.text().nth(self.seen) == Some(c) && (self.seen > 0 || begins) {
            self.seen += 1;
        } else {
            self.seen = usize::from(begins && self.text().next() == Some(c));
        }
    }

    /// Whether the output has shown all of it in a row.
    fn is_shown(&self) -> bool {
        self.waits() && self.text().nth(self.seen).is_none()
    }
}

/// Holds back what was typed until it was echoed.
pub struct EchoGate {
    typed: Scanner,
    shown: Scanner,
    lines: VecDeque<Line>,
    pending: usize,
    /// The cursor's column, as far as one line tells it.
    column: usize,
    /// Where the next echo should appear; nowhere once the cursor has left the line.
    point: Option<usize>,
    /// Enter was pressed and no line end has been shown since.
    entered: bool,
    /// The last character shown on this line.
    before: Option<char>,
}

impl Default for EchoGate {
    fn default() -> Self {
        Self {
            typed: Scanner::of_keys(),
            shown: Scanner::default(),
            lines: VecDeque::new(),
            pending: 0,
            column: 0,
            point: None,
            entered: false,
            before: None,
        }
    }
}

/// What one packet of output did.
#[derive(Debug, Default)]
struct Progress {
    free: Vec<u8>,
    echoed: bool,
    printed: bool,
    moved_on: bool,
}

impl EchoGate {
    /// Takes what the operator typed, and returns what may be recorded now.
    pub fn typed(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut free = Vec::new();
        let mut scanner = std::mem::take(&mut self.typed);
        let mut each = |token: Token<'_>, raw: &[u8]| self.key(token, raw, &mut free);
        scanner.feed(bytes, &mut each);
        scanner.lone_escape(&mut each);
        self.typed = scanner;
        free
    }

    /// Takes what the target showed, and returns what was typed before and may be recorded now.
    pub fn shown(&mut self, bytes: &[u8]) -> Vec<u8> {
        let bytes = if self.lines.is_empty() { self.skip_bulk(bytes) } else { bytes };
        let mut progress = Progress::default();
        let mut scanner = std::mem::take(&mut self.shown);
        scanner.feed(bytes, |token, _| self.show(token, &mut progress));
        self.shown = scanner;
        self.settle(&mut progress);
        progress.free
    }

    /// The end of the channel: what waits was not echoed. Returns the controls in it.
    pub fn finish(mut self) -> Vec<u8> {
        let mut free = Vec::new();
        while !self.lines.is_empty() {
            self.drop_first(&mut free);
        }
        free
    }

    /// With nothing to confirm, only the cursor's column matters, and it begins anew on each line.
    fn skip_bulk<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let from = bytes.iter().rposition(|&b| b == b'\n').unwrap_or(0).max(bytes.len().saturating_sub(TAIL));
        if from > 0 {
            self.shown.reset();
        }
        bytes.get(from..).unwrap_or_default()
    }

    fn key(&mut self, token: Token<'_>, raw: &[u8], free: &mut Vec<u8>) {
        self.hold(Key::of(token, raw), free);
        match token {
            Token::Control(b'\r' | b'\n') => self.end_line(free),
            // Ctrl-C, Ctrl-Z, Ctrl-\: the terminal throws away what it has not passed on.
            Token::Control(0x03 | 0x1a | 0x1c) => {
                while !self.lines.is_empty() {
                    self.drop_first(free);
                }
            }
            _ => {}
        }
    }

    fn hold(&mut self, key: Key, free: &mut Vec<u8>) {
        let full = self.pending + key.len() > MAX_PENDING;
        match key.shows() {
            None if full || self.lines.is_empty() => return key.write(free),
            Some(_) if full => return,
            _ => self.pending += key.len(),
        }
        self.open_line(free);
        if let Some(line) = self.lines.back_mut() {
            line.keys.push_back(key);
        }
    }

    /// Makes sure that the last line is one that goes on.
    fn open_line(&mut self, free: &mut Vec<u8>) {
        if self.lines.back().is_none_or(|line| line.ended) {
            let prompted = self.column > 0 && !self.entered;
            if prompted && self.lines.iter().all(|line| line.ahead) {
                // There is a prompt by now: what was typed before it has had its echo, or has none.
                while !self.lines.is_empty() {
                    self.drop_first(free);
                }
            }
            let ahead = !self.lines.is_empty() || !prompted;
            if self.lines.is_empty() {
                self.point = Some(self.column);
            }
            self.lines.push_back(Line { ahead, ..Line::default() });
        }
    }

    fn end_line(&mut self, free: &mut Vec<u8>) {
        self.entered = true;
        if let Some(line) = self.lines.back_mut() {
            line.ended = true;
        }
        self.release(free);
    }

    fn show(&mut self, token: Token<'_>, progress: &mut Progress) {
        match token {
            Token::Char(c) => self.print(c, progress),
            Token::Control(b'\n') => self.line_feed(progress),
            Token::Control(b'\r') => self.column = 0,
            Token::Control(0x08) => self.column = self.column.saturating_sub(1),
            Token::Control(b'\t') => self.column = (self.column / 8 + 1) * 8,
            Token::Csi { params, last } => self.steer(params, last),
            Token::Control(_) | Token::Escape => {}
        }
    }

    fn steer(&mut self, params: &[u8], last: u8) {
        let count = param(params, 0, 1).max(1);
        match last {
            b'C' => self.column += count,
            b'D' => self.column = self.column.saturating_sub(count),
            b'G' => self.column = count - 1,
            b'H' | b'f' => self.column = param(params, 1, 1).max(1) - 1,
            _ => {}
        }
    }

    fn print(&mut self, c: char, progress: &mut Progress) {
        progress.printed = true;
        let width = c.width().unwrap_or(0);
        if self.point == Some(self.column) && self.lines.front().and_then(Line::next) == Some(c) {
            self.point = Some(self.column + width);
            progress.echoed = true;
            self.confirm(progress);
        } else {
            let begins = self.before.is_none_or(|before| !before.is_alphanumeric());
            for line in self.lines.iter_mut().take(MAX_AHEAD).filter(|line| line.ahead && line.ended) {
                line.follow(c, begins);
            }
        }
        self.column += width;
        self.before = Some(c);
    }

    /// The first key was echoed, and with it goes every control up to the next character.
    fn confirm(&mut self, progress: &mut Progress) {
        if let Some(key) = self.lines.front_mut().and_then(|line| line.keys.pop_front()) {
            self.pending -= key.len();
            key.write(&mut progress.free);
        }
        self.release(&mut progress.free);
    }

    fn line_feed(&mut self, progress: &mut Progress) {
        self.find_ahead(progress);
        // Enter was answered with an empty line: the mark of a password.
        if self.lines.front().is_some_and(|line| line.ended && !line.ahead) {
            self.drop_first(&mut progress.free);
        }
        for line in self.lines.iter_mut().take(MAX_AHEAD) {
            line.seen = 0;
        }
        (self.column, self.point, self.before, self.entered) = (0, None, None, false);
        progress.moved_on = true;
    }

    /// A line typed ahead counts as echoed when all of it was shown in a row, and then the line ended.
    fn find_ahead(&mut self, progress: &mut Progress) {
        let found = self.lines.iter().take(MAX_AHEAD).position(|l| l.ahead && l.ended && l.is_shown());
        let Some(found) = found else { return };
        for _ in 0..found {
            self.drop_first(&mut progress.free);
        }
        if let Some(line) = self.lines.pop_front() {
            self.pending -= line.bytes();
            line.keys.iter().for_each(|key| key.write(&mut progress.free));
        }
        progress.echoed = true;
        self.release(&mut progress.free);
    }

    /// At the end of a packet: output that echoed nothing of what waits at a prompt means no echo.
    fn settle(&mut self, progress: &mut Progress) {
        let at_prompt = self.lines.front().is_some_and(|line| !line.ahead);
        if progress.printed && !progress.echoed && at_prompt {
            self.drop_first(&mut progress.free);
        }
        if progress.moved_on {
            self.point = Some(self.column);
        }
    }

    /// Frees the keys before the first character that waits.
    fn release(&mut self, free: &mut Vec<u8>) {
        while let Some(line) = self.lines.front_mut() {
            while let Some(key) = line.keys.pop_front_if(|key| key.shows().is_none()) {
                self.pending -= key.len();
                key.write(free);
            }
            if !line.keys.is_empty() {
                return;
            }
            self.lines.pop_front();
        }
    }

    fn drop_first(&mut self, free: &mut Vec<u8>) {
        if let Some(mut line) = self.lines.pop_front() {
            self.pending -= line.bytes();
            line.keys.retain(|key| key.shows().is_none());
            line.keys.iter().for_each(|key| key.write(free));
        }
        self.release(free);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays a dialogue, `<` typed and `>` shown, and returns what was recorded of the typed.
    fn recorded(dialogue: &[(char, &str)]) -> String {
        let mut gate = EchoGate::default();
        let mut free = Vec::new();
        for &(way, text) in dialogue {
            free.extend(if way == '<' { gate.typed(text.as_bytes()) } else { gate.shown(text.as_bytes()) });
        }
        free.extend(gate.finish());
        String::from_utf8_lossy(&free).into_owned()
    }

    #[test]
    fn a_shell_line_is_recorded_as_it_is_echoed() {
        let mut gate = EchoGate::default();
        gate.shown(b"\x1b[1m$ \x1b[0m");
        assert_eq!(gate.typed(b"l"), b"");
        assert_eq!(gate.shown(b"l"), b"l");
        assert_eq!(gate.typed(b"s"), b"");
        assert_eq!(gate.shown(b"s"), b"s");
        assert_eq!(gate.typed(b"\r"), b"\r");
        assert_eq!(gate.shown(b"\r\na b\r\n$ "), b"");
        assert_eq!(gate.typed(b"\x1b[A"), b"\x1b[A");
    }

    #[test]
    fn a_slow_line_is_recorded_though_the_echo_lags() {
        assert_eq!(
            recorded(&[
                ('>', "$ "),
                ('<', "l"),
                ('<', "s -"),
                ('>', "l"),
                ('<', "l"),
                ('>', "s"),
                ('>', " -l")
            ]),
            "ls -l"
        );
        assert_eq!(recorded(&[('>', "$ "), ('<', "ls\r"), ('>', "ls\r\nx\r\n$ ")]), "ls\r");
    }

    #[test]
    fn a_password_leaves_only_its_enter() {
        let prompt = "[sudo] password for zhou: ";
        assert_eq!(recorded(&[('>', prompt), ('<', "hunter2\r"), ('>', "\r\nroot\r\n")]), "\r");
        assert_eq!(
            recorded(&[('>', prompt), ('<', "hunter2"), ('<', "\r"), ('>', "\r\nhunter2 x\r\n$ ")]),
            "\r"
        );
        let wrong = [('<', "wrong\r"), ('>', "\r\nSorry, wrong.\r\n"), ('>', prompt)];
        assert_eq!(
            recorded(&[&[('>', prompt)], &wrong[..], &[('<', "root\r"), ('>', "\r\nroot@db1:~# ")]].concat()),
            "\r\r"
        );
        assert_eq!(recorded(&[('>', prompt), ('<', "hunter2\x03"), ('>', "\r\n$ ")]), "\x03");
        assert_eq!(recorded(&[('>', prompt), ('<', "hunter2")]), "");
    }

    #[test]
    fn other_output_does_not_confirm_a_password() {
        let mut dialogue = vec![('>', "Password: ")];
        for key in ["s", "e", "c", "r", "e", "t"] {
            dialogue.extend([('<', key), ('>', "\r\nthe secret service rests, here: secret\r\n")]);
        }
        dialogue.extend([('<', "\r"), ('>', "\r\n$ ")]);
        assert_eq!(recorded(&dialogue), "\r");
    }

    #[test]
    fn the_line_after_a_password_is_recorded_again() {
        assert_eq!(
            recorded(&[
                ('>', "$ "),
                ('<', "su\r"),
                ('>', "su\r\nPassword: "),
                ('<', "root\r"),
                ('>', "\r\n"),
                ('>', "# "),
                ('<', "id"),
                ('>', "id"),
                ('<', "\r"),
                ('>', "\r\nuid=0(root)\r\n# "),
            ]),
            "su\r\rid\r"
        );
    }

    #[test]
    fn pasted_lines_are_recorded_where_they_are_echoed() {
        let kernel = [('>', "$ "), ('<', "id\rls\r"), ('>', "id\r\nls\r\nuid=0\r\n$ x\r\n$ ")];
        assert_eq!(recorded(&kernel), "id\rls\r");
        let shell =
            [('>', "$ "), ('<', "id\rls\r"), ('>', "id\r\n"), ('>', "uid=0\r\n$ "), ('>', "ls\r\nx\r\n$ ")];
        assert_eq!(recorded(&shell), "id\rls\r");
        let secret =
            [('>', "$ "), ('<', "su\rhunter2\rid\r"), ('>', "su\r\nPassword: "), ('>', "\r\n# id\r\n")];
        assert_eq!(recorded(&secret), "su\r\rid\r");
    }

    #[test]
    fn lines_sent_before_the_first_prompt_are_recorded() {
        let early =
            [('<', "id\nexit\n"), ('>', "Welcome\r\n"), ('>', "$ id\r\nuid=0\r\n$ exit\r\nlogout\r\n")];
        assert_eq!(recorded(&early), "id\nexit\n");
    }

    #[test]
    fn bracketed_paste_keeps_its_marks() {
        assert_eq!(
            recorded(&[
                ('>', "$ "),
                ('<', "\x1b[200~ls -l\x1b[201~"),
                ('>', "\x1b[7mls -l\x1b[27m"),
                ('<', "\r")
            ]),
            "\x1b[200~ls -l\x1b[201~\r"
        );
    }

    #[test]
    fn an_insertion_in_the_middle_is_recorded() {
        assert_eq!(
            recorded(&[
                ('>', "$ "),
                ('<', "lx"),
                ('>', "lx"),
                ('<', "\x1b[D"),
                ('>', "\x08"),
                ('<', "s"),
                ('>', "sx\x08"),
                ('<', " "),
                ('>', " x\x08"),
            ]),
            "lx\x1b[Ds "
        );
    }

    #[test]
    fn a_line_repainted_with_colours_is_recorded() {
        assert_eq!(
            recorded(&[
                ('>', "\r\x1b[0m\x1b[27m\x1b[24m\x1b[Jhost% \x1b[K\x1b[?2004h"),
                ('<', "l"),
                ('>', "\x1b[4ml\x1b[24m"),
                ('<', "s"),
                ('>', "\x08\x1b[32ml\x1b[32ms\x1b[39m\x1b[90m -la\x1b[39m\x1b[4D"),
                ('<', "\t"),
                ('<', "-"),
                ('>', "\r\x1b[Jhost% \x1b[32mls\x1b[39m-"),
            ]),
            "ls\t-"
        );
    }

    #[test]
    fn chinese_is_recorded_also_when_packets_split_it() {
        let mut gate = EchoGate::default();
        gate.shown("王# ".as_bytes());
        let (text, mut free) = ("居庸关".as_bytes(), Vec::new());
        for byte in text {
            free.extend(gate.typed(&[*byte]));
        }
        for byte in text {
            free.extend(gate.shown(&[*byte]));
        }
        assert_eq!(free, text);
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut gate = EchoGate::default();
        gate.shown(b"Password: ");
        for _ in 0..100 {
            assert_eq!(gate.typed(&[b'x'; 4096]), b"");
        }
        assert!(gate.pending <= MAX_PENDING);
        assert_eq!(gate.typed(b"\r"), b"\r");
        assert_eq!(gate.shown(b"\r\n"), b"");
        assert_eq!((gate.pending, gate.lines.len()), (0, 0));
    }
}

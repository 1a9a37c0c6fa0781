//! Policies and requests drawn from a row of numbers; zeros, and what lies beyond the row, are the plainest
//! choice, so that a failing case shrinks to something short.

use std::cell::Cell;
use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan as _};
use serde_json::{Value, json};

use crate::clock::zone;
use crate::naive::Order;

pub const ZONES: [&str; 5] = ["Asia/Shanghai", "Europe/Berlin", "UTC", "Africa/Cairo", "Australia/Lord_Howe"];

/// Around these days something happens: clocks change, February is long, a year ends.
const DAYS: [&str; 10] = [
    "2026-05-20",
    "2026-03-29",
    "2026-10-25",
    "2028-02-29",
    "2026-12-31",
    "2027-03-28",
    "2026-04-24",
    "2026-10-29",
    "2026-10-04",
    "2027-04-04",
];
const AWAY: [i64; 13] = [0, 0, 0, 1, -1, 2, -2, 3, -3, 7, -7, 30, -30];
const FROM: [&str; 11] =
    ["00:00", "00:01", "01:30", "02:00", "02:30", "03:00", "08:30", "12:00", "18:00", "22:00", "23:59"];
const TO: [&str; 12] = [
    "24:00", "00:00", "00:01", "01:30", "02:00", "02:30", "03:00", "08:30", "12:00", "18:00", "22:00",
    "23:59",
];
const RANGES: [&str; 14] = [
    "0.0.0.0/0",
    "::/0",
    "203.0.113.0/24",
    "203.0.113.128/25",
    "203.0.113.7",
    "203.0.113.7/32",
    "2001:db8:10::/48",
    "2001:db8::1",
    "2001:db8::1/128",
    "::ffff:203.0.113.7",
    "::ffff:203.0.113.0/120",
    "128.0.0.0/1",
    "8000::/1",
    "10.99.0.0/16",
];
pub const ADDRESSES: [&str; 16] = [
    "203.0.113.7",
    "203.0.113.127",
    "203.0.113.128",
    "203.0.113.255",
    "203.0.114.0",
    "::ffff:203.0.113.7",
    "::ffff:cb00:7180",
    "2001:db8::1",
    "2001:db8::2",
    "2001:db8:10::",
    "2001:db8:10:ffff:ffff:ffff:ffff:ffff",
    "2001:db8:11::",
    "10.99.255.255",
    "::203.0.113.7",
    "255.255.255.255",
    "::",
];
pub const PLACES: [&str; 7] = [
    "127.0.0.1:8080",
    "[::1]:8080",
    "[0:0::1]:8080",
    "db1.example:22",
    "DB1.Example:22",
    "[::ffff:127.0.0.1]:8080",
    "127.0.0.1:80",
];
const SELECTORS: [&str; 7] = ["@g0", "@g1", "vendor:v0", "vendor:v1", "o0", "o1", "o2"];
const FILES: [&str; 4] = ["list", "download", "upload", "change"];
const PROTOCOLS: [&str; 5] = ["shell", "exec", "sftp", "scp", "forward"];
const LOGINS: [&str; 3] = ["root", "oracle", "deploy"];
const DANGERS: [&str; 4] = ["low", "medium", "high", "critical"];

pub struct Draw<'a> {
    numbers: &'a [u16],
    next: Cell<usize>,
}

impl<'a> Draw<'a> {
    pub fn new(numbers: &'a [u16]) -> Self {
        Self { numbers, next: Cell::new(0) }
    }

    fn below(&self, bound: usize) -> usize {
        let number = self.numbers.get(self.next.get()).copied().unwrap_or(0);
        self.next.set(self.next.get() + 1);
        usize::from(number) % bound
    }

    pub fn pick<T: Copy>(&self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// Once in so many times, and never of zeros.
    fn once_in(&self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    /// `key = ["a", "b"]`: one to three of the items.
    fn some(&self, to: &mut String, key: &str, items: &[&str]) {
        let mut chosen: Vec<_> = (0..=self.below(3)).map(|_| self.pick(items)).collect();
        chosen.sort_unstable();
        chosen.dedup();
        line(to, key, &chosen);
    }

    fn maybe(&self, to: &mut String, key: &str, items: &[&str]) {
        if self.once_in(3) {
            self.some(to, key, items);
        }
    }

    fn maybe_word(&self, to: &mut String, key: &str, items: &[&str]) {
        if self.once_in(3) {
            line(to, key, self.pick(items));
        }
    }

    fn day(&self, base: Date) -> Date {
        base + self.pick(&AWAY).days()
    }

    fn days(&self, base: Date) -> (Date, Date) {
        let (a, b) = (self.day(base), self.day(base));
        (a.min(b), a.max(b))
    }

    fn hours(&self) -> String {
        let (from, to) = (self.pick(&FROM), self.pick(&TO));
        if from == to { "00:00-24:00".to_owned() } else { format!("{from}-{to}") }
    }
}

fn line(to: &mut String, key: &str, value: impl serde::Serialize) {
    let value = serde_json::to_string(&value).expect("strings");
    writeln!(to, "{key} = {value}").expect("a string takes all");
}

/// A set of files in one text, the gateway's timezone and the day around which it turns.
pub struct Drawn {
    pub text: String,
    pub gateway: &'static str,
    base: Date,
}

pub fn policy(draw: &Draw<'_>) -> Drawn {
    let base: Date = draw.pick(&DAYS).parse().expect("a date");
    let mut text = String::new();
    for name in ["n0", "n1"] {
        text += &format!("[network.{name}]\n");
        draw.some(&mut text, "ranges", &RANGES);
    }
    for name in ["c0", "c1", "c2"] {
        text += &format!("[commands.{name}]\nmode = \"guard\"\ndefault = \"allow\"\nopaque = \"allow\"\n");
    }
    for name in ["s0", "s1", "s2"] {
        text += &format!("[schedule.{name}]\n");
        schedule(draw, base, &mut text);
    }
    let sources: Vec<_> = ["@n0", "@n1"].into_iter().chain(RANGES).collect();
    let schedules = ["s0", "s1", "s2"];
    for number in 0..4 {
        text += &format!("[operator.o{number}]\n");
        match number {
            0 => text += "groups = [\"g0\"]\nvendor = \"v0\"\n",
            1 => text += "groups = [\"g0\", \"g1\"]\nvendor = \"v1\"\n",
            _ => draw.maybe(&mut text, "groups", &["g0", "g1"]),
        }
        if number == 3 {
            line(&mut text, "roles", [draw.pick(&["operator", "auditor", "security", "system"])]);
            line(&mut text, "disabled", draw.once_in(3));
        }
        if draw.once_in(3) {
            let (first, last) = draw.days(base);
            let forms = [format!("{first}..{last}"), format!("{first}.."), format!("..{last}")];
            line(&mut text, "valid", &forms[draw.below(3)]);
        }
        draw.maybe_word(&mut text, "schedule", &schedules);
        draw.maybe(&mut text, "sources", &sources);
    }
    for (number, login) in LOGINS.iter().enumerate() {
        text += &format!("[asset.a{number}]\naddress = \"10.0.0.{number}:22\"\n");
        line(&mut text, "groups", [["h0", "h1", draw.pick(&["h0", "h1"])][number]]);
        let mut logins = vec![*login, draw.pick(&LOGINS), draw.pick(&LOGINS)];
        logins.sort_unstable();
        logins.dedup();
        line(&mut text, "logins", logins);
        draw.maybe_word(&mut text, "danger", &DANGERS);
        draw.maybe_word(&mut text, "schedule", &schedules);
    }
    for number in 0..2 + draw.below(6) {
        let denies = draw.once_in(5);
        text += &format!("[[rule]]\nid = \"r{number}\"\n");
        line(&mut text, "effect", if denies { "deny" } else { "allow" });
        if denies {
            draw.some(&mut text, "sources", &sources);
        } else {
            draw.maybe(&mut text, "sources", &sources);
            draw.maybe(&mut text, "commands", &["c0", "c1", "c2"]);
            draw.maybe_word(&mut text, "max_session", &["4h", "1s", "1h30m", "2d", "15m"]);
            draw.maybe_word(&mut text, "idle", &["15m", "90s", "1h"]);
            line(&mut text, "approval", draw.once_in(4));
        }
        // Some denials are of a purpose, whoever has it: narrower ones are hardly ever met.
        if denies && draw.once_in(2) {
            draw.some(&mut text, "files", &FILES);
            draw.some(&mut text, "forward_to", &PLACES);
        } else {
            draw.maybe(&mut text, "operators", &SELECTORS);
            draw.maybe(&mut text, "assets", &["@h0", "@h1", "a0", "a1"]);
            draw.maybe(&mut text, "logins", &LOGINS);
            draw.maybe(&mut text, "protocols", &PROTOCOLS);
            draw.maybe(&mut text, "via", &["direct", "tunnel", "tls"]);
            draw.maybe_word(&mut text, "max_danger", &DANGERS);
            draw.maybe(&mut text, "files", &FILES);
            draw.maybe(&mut text, "forward_to", &PLACES);
        }
        draw.maybe_word(&mut text, "schedule", &schedules);
    }
    Drawn { text, gateway: draw.pick(&ZONES), base }
}

fn schedule(draw: &Draw<'_>, base: Date, text: &mut String) {
    let days = ["daily", "Mon-Fri", "Sat,Sun", "Fri-Mon", "Sun", "Mon,Wed-Thu", "Tue-Mon", "Sat-Sun"];
    if !draw.once_in(4) {
        line(text, "timezone", draw.pick(&ZONES));
    }
    let open: Vec<_> =
        (0..=draw.below(3)).map(|_| format!("{} {}", draw.pick(&days), draw.hours())).collect();
    let extra: Vec<_> = (0..draw.below(3)).map(|_| format!("{} {}", draw.day(base), draw.hours())).collect();
    let closed: Vec<_> = (0..draw.below(3))
        .map(|_| {
            let (first, last) = draw.days(base);
            if draw.once_in(4) { format!("{first}..{last}") } else { first.to_string() }
        })
        .collect();
    if extra.is_empty() || !draw.once_in(8) {
        line(text, "open", open);
    }
    for (key, items) in [("extra", extra), ("closed", closed)] {
        if !items.is_empty() {
            line(text, key, items);
        }
    }
}

pub fn orders(draw: &Draw<'_>) -> Vec<Order> {
    let scopes = ["@g1", "vendor:v0", "o2", "o0,@g1", "all"];
    let order = |_| Order {
        scope: draw.pick(&scopes).to_owned(),
        except: draw.pick(&["", "o0", "@g0", "vendor:v1,o2"]).to_owned(),
        until: draw.once_in(2).then(|| "2026-06-01T00:00:00Z".parse().expect("a time")),
    };
    (0..draw.pick(&[0, 0, 0, 0, 0, 0, 0, 1, 2])).map(order).collect()
}

pub fn request(draw: &Draw<'_>, drawn: &Drawn) -> Value {
    let protocol = draw.pick(&PROTOCOLS);
    let mut request = json!({
        "operator": draw.pick(&["o0", "o1", "o2", "o0", "o1", "o2", "o0", "o1", "o2", "o3", "o4"]),
        "source": draw.pick(&ADDRESSES),
        "asset": draw.pick(&["a0", "a1", "a2", "a0", "a1", "a2", "a0", "a1", "a2", "a3"]),
        "login": draw.pick(&["root", "oracle", "deploy", "root", "oracle", "deploy", "guest"]),
        "protocol": protocol,
        "at": instant(draw, drawn.base),
    });
    if draw.once_in(2) {
        request["via"] = draw.pick(&["direct", "tunnel", "tls"]).into();
    }
    match protocol {
        "sftp" | "scp" if !draw.once_in(4) => request["file"] = draw.pick(&FILES).into(),
        "forward" => request["forward_to"] = draw.pick(&PLACES).into(),
        _ => {}
    }
    request
}

/// An edge of something in one of the zones, or shortly before or after it; written in another zone.
fn instant(draw: &Draw<'_>, base: Date) -> String {
    let (hour, minute) = draw.pick(&FROM).split_once(':').expect("HH:MM");
    let number = |text: &str| text.parse::<i8>().expect("a number");
    let edge = draw.day(base).at(number(hour), number(minute), 0, 0);
    let nanos = [0, 0, -1, 1, 500_000_000, -500_000_000, 999_999_999, 1_000_000_000, -1_000_000_000];
    let near = SignedDuration::from_nanos(draw.pick(&nanos))
        + SignedDuration::from_mins(draw.pick(&[0, 0, 0, 30, -30, 60, -60, 400]));
    let at = zone(draw.pick(&ZONES)).to_timestamp(edge).expect("an instant") + near;
    at.display_with_offset(zone(draw.pick(&ZONES)).to_offset(at)).to_string()
}

//! Recordings as asciicast v2 (<https://docs.asciinema.org/manual/asciicast/v2/>), which any player opens:
//! a header line, then one event a line.
//!
//! Beyond the format there is one key of our own in the header, `juyong`, which says whose session this is.

use std::io::Write as _;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::text::Joiner;
use crate::domain::{AssetName, LoginName, OperatorName, Protocol, RecordingId, SessionId};

/// How the marker begins that stands in front of the gateway's own words: the next `o` event is not the asset's.
pub const SAID: &str = "gateway says: ";

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub version: Version2,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// When it began, in seconds since 1970-01-01T00:00:00Z.
    pub timestamp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What was asked to be run; none for a login shell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    #[serde(default)]
    pub env: Env,
    pub juyong: CastSession,
}

/// The number 2, and no other: a header of another version is not read at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Version2;

impl TryFrom<u64> for Version2 {
    type Error = &'static str;

    fn try_from(version: u64) -> Result<Self, Self::Error> {
        if version == 2 { Ok(Self) } else { Err("only asciicast version 2 is read here") }
    }
}

impl From<Version2> for u64 {
    fn from(_: Version2) -> Self {
        2
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Env {
    #[serde(rename = "TERM", default, skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
    #[serde(rename = "SHELL", default, skip_serializing_if = "Option::is_none")]
    pub shell: Option<String>,
}

/// Whose session this is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CastSession {
    pub session: SessionId,
    pub recording: RecordingId,
    pub operator: OperatorName,
    pub asset: AssetName,
    pub login: LoginName,
    pub protocol: Protocol,
    /// Address and port of the operator.
    pub source: String,
}

/// One line after the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CastEvent {
    /// Since the beginning, in whole microseconds.
    pub at: Duration,
    pub what: CastEventKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CastEventKind {
    /// `o`: the asset's bytes.
    Output(Vec<u8>),
    /// `i`: the operator's bytes.
    Input(Vec<u8>),
    /// `r`: the window's new size.
    Resize { cols: u32, rows: u32 },
    /// `m`: a place to find again.
    Marker(String),
}

/// Appends a recording's lines to a buffer. Times are since the beginning and never run backwards: one
/// that does is written as the one before it.
#[derive(Debug, Default)]
pub struct Encoder {
    last: Duration,
    output: Joiner,
    errors: Joiner,
    input: Joiner,
}

impl Encoder {
    /// Begins a recording with its header line.
    pub fn begin(header: &Header, into: &mut Vec<u8>) -> Self {
        json(header, into);
        into.push(b'\n');
        Self::default()
    }

    pub fn output(&mut self, at: Duration, bytes: &[u8], into: &mut Vec<u8>) {
        let mut text = String::with_capacity(bytes.len());
        self.output.push(bytes, &mut text);
        self.text(at, 'o', &text, into);
    }

    /// Standard error of a channel without a terminal: also `o`, but a character split over packets is
    /// not joined with one of standard output.
    pub fn errors(&mut self, at: Duration, bytes: &[u8], into: &mut Vec<u8>) {
        let mut text = String::with_capacity(bytes.len());
        self.errors.push(bytes, &mut text);
        self.text(at, 'o', &text, into);
    }

    pub fn input(&mut self, at: Duration, bytes: &[u8], into: &mut Vec<u8>) {
        let mut text = String::with_capacity(bytes.len());
        self.input.push(bytes, &mut text);
        self.text(at, 'i', &text, into);
    }

    pub fn resize(&mut self, at: Duration, cols: u32, rows: u32, into: &mut Vec<u8>) {
        self.event(at, 'r', &format!("{cols}x{rows}"), into);
    }

    pub fn marker(&mut self, at: Duration, label: &str, into: &mut Vec<u8>) {
        self.event(at, 'm', label, into);
    }

    /// What the gateway itself shows to the person: a marker that says so, and the output that a player shows. It stands
    /// beside the asset's bytes, also where one of their characters is split.
    pub fn said(&mut self, at: Duration, line: &str, shown: &str, into: &mut Vec<u8>) {
        self.event(at, 'm', &format!("{SAID}{line}"), into);
        self.event(at, 'o', shown, into);
    }

    /// Writes what waited for the rest of a character that did not come.
    pub fn finish(&mut self, at: Duration, into: &mut Vec<u8>) {
        let (mut shown, mut wrong, mut typed) = (String::new(), String::new(), String::new());
        self.output.finish(&mut shown);
        self.errors.finish(&mut wrong);
        self.input.finish(&mut typed);
        self.text(at, 'o', &shown, into);
        self.text(at, 'o', &wrong, into);
        self.text(at, 'i', &typed, into);
    }

    /// A packet may hold no more than the beginning of a character: no event then.
    fn text(&mut self, at: Duration, code: char, text: &str, into: &mut Vec<u8>) {
        if !text.is_empty() {
            self.event(at, code, text, into);
        }
    }

    fn event(&mut self, at: Duration, code: char, text: &str, into: &mut Vec<u8>) {
        self.last = self.last.max(at);
        let (seconds, micros) = (self.last.as_secs(), self.last.subsec_micros());
        // Writing to a Vec has no error to pass on.
        let _ = write!(into, "[{seconds}.{micros:06}, \"{code}\", ");
        json(text, into);
        into.extend_from_slice(b"]\n");
    }
}

fn json(value: &(impl Serialize + ?Sized), into: &mut Vec<u8>) {
    // Nor has this: strings, numbers and structs of them are always JSON.
    let _ = serde_json::to_writer(into, value);
}

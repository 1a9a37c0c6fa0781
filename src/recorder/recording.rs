//! One channel's recording, from its header to its digests. Nothing here waits for the disk but making the file and
//! its end.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::file::{Laid, RecordingFile};
use super::limit::{Allowance, KEPT, Share, Tail};
use super::quota::Quota;
use super::unechoed::Unechoed;
use super::writers::Writers;
use crate::event::{Stream, Unrecorded};
use crate::evidence::cast::{Encoder, Header};
use crate::evidence::chain::StreamDigest;
use crate::terminal::echo::EchoGate;

/// Bytes of an end that are made into lines at once.
const PIECE: usize = 64 * 1024;

/// Whether a person sits at a terminal or a program at a pipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HasTerminal {
    /// A PTY: all output is kept, and of the input what the target echoed.
    Yes,
    /// The first 16 MiB, as they are written, and the last MiB of each stream are kept, and digests of everything.
    No,
    /// The same, and no stream goes on past what is kept.
    NoAndWhole,
}

/// What the recorded channel carried, for the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// On a terminal only of what was recorded: a digest of all that was typed would let passwords be
    /// guessed, and its length would tell theirs.
    pub input: Stream,
    pub output: Stream,
    /// Standard error of a channel without a terminal.
    pub errors: Stream,
    /// What is missing in the middle of them.
    pub unrecorded: Unrecorded,
    /// The file itself.
    pub file: Stream,
    pub path: PathBuf,
}

enum Rule {
    Echoed(EchoGate, Unechoed),
    Limited(Limited),
}

/// Each stream has an allowance of its own.
struct Limited {
    input: Allowance,
    output: Allowance,
    errors: Allowance,
    whole: bool,
}

/// Output, or standard error.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Output,
    Errors,
}

/// An open recording. A call gives the mark to wait for ([`RecordingFile::written`]). Once a write has failed every
/// later call fails too: a recording with a hole in it is none.
pub struct Recording {
    file: Arc<RecordingFile>,
    writers: Writers,
    encoder: Encoder,
    rule: Rule,
    /// Lines of the current call.
    lines: Vec<u8>,
    last: Duration,
    input: StreamDigest,
    output: StreamDigest,
    errors: StreamDigest,
}

/// A recording that is written to its end.
pub struct Finished {
    recording: Recording,
    unrecorded: Unrecorded,
}

impl Finished {
    /// Asks the disk to keep it (fdatasync), however long that takes, and returns the digests.
    ///
    /// # Errors
    /// When the disk does not keep it.
    pub async fn kept(self) -> io::Result<Closed> {
        let Self { recording: Recording { file, writers, input, output, errors, .. }, unrecorded } = self;
        let asked = Arc::clone(&file);
        let written = writers.apart(move || asked.sync()).await?;
        Ok(Closed {
            input: input.finish(),
            output: output.finish(),
            errors: errors.finish(),
            unrecorded,
            file: written,
            path: file.path().to_owned(),
        })
    }
}

/// How a recording is written.
pub struct RecordingTerms {
    pub terminal: HasTerminal,
    pub quota: Quota,
    pub writers: Writers,
    /// How long the disk may take for what a session waits for.
    pub patience: Duration,
}

impl Recording {
    /// Creates the file (mode 0600, its directories 0700), which waits for the disk, and has the header written.
    ///
    /// # Errors
    /// Where the file exists already or cannot be written: no recording, no session.
    pub fn create(
        dir: &Path,
        header: &Header,
        started: Timestamp,
        terms: RecordingTerms,
    ) -> io::Result<Self> {
        let path = super::path(dir, &header.juyong.recording, started);
        let file = super::create(&path).map_err(|fault| at(&path, &fault))?;
        Self::begin(file, path, header, terms)
    }

    fn begin(file: File, path: PathBuf, header: &Header, terms: RecordingTerms) -> io::Result<Self> {
        let RecordingTerms { terminal, quota, writers, patience } = terms;
        let operator = header.juyong.operator.clone();
        let file = RecordingFile::new(file, path, operator, quota, writers.clone(), patience);
        let mut lines = Vec::new();
        let encoder = Encoder::begin(header, &mut lines);
        let rule = match terminal {
            HasTerminal::Yes => Rule::Echoed(EchoGate::default(), Unechoed::default()),
            HasTerminal::No | HasTerminal::NoAndWhole => Rule::Limited(Limited {
                input: Allowance::new(),
                output: Allowance::new(),
                errors: Allowance::new(),
                whole: terminal == HasTerminal::NoAndWhole,
            }),
        };
        let mut recording = Self {
            file: Arc::new(file),
            writers,
            encoder,
            rule,
            lines,
            last: Duration::ZERO,
            input: StreamDigest::default(),
            output: StreamDigest::default(),
            errors: StreamDigest::default(),
        };
        recording.flush()?;
        Ok(recording)
    }

    /// Bytes from the asset, `at` since the beginning.
    pub fn output(&mut self, at: Duration, bytes: &[u8]) -> io::Result<u64> {
        self.lay_output(at, bytes).map(|laid| laid.mark())
    }

    /// The same, for whoever may write it themself.
    pub fn lay_output(&mut self, at: Duration, bytes: &[u8]) -> io::Result<Laid> {
        self.output.update(bytes);
        self.shown(at, bytes, Way::Output)
    }

    /// Standard error of a channel without a terminal.
    pub fn errors(&mut self, at: Duration, bytes: &[u8]) -> io::Result<u64> {
        self.errors.update(bytes);
        self.shown(at, bytes, Way::Errors).map(|laid| laid.mark())
    }

    /// Bytes from the operator. On a terminal they are written once they are echoed.
    pub fn input(&mut self, at: Duration, bytes: &[u8]) -> io::Result<u64> {
        self.last = self.last.max(at);
        match &mut self.rule {
            Rule::Echoed(gate, _) => {
                let free = gate.typed(bytes);
                self.recordable(at, &free);
                self.hidden(at, false);
            }
            Rule::Limited(limited) => {
                self.input.update(bytes);
                let (share, whole) = (limited.input.take(bytes), limited.whole);
                self.encoder.input(at, share.kept, &mut self.lines);
                limited.input.swelled(self.lines.len().saturating_sub(share.kept.len()));
                return self.past(at, "input", &share, whole).map(|laid| laid.mark());
            }
        }
        self.flush()
    }

    /// The window's new size.
    pub fn resize(&mut self, at: Duration, cols: u32, rows: u32) -> io::Result<u64> {
        self.last = self.last.max(at);
        self.encoder.resize(at, cols, rows, &mut self.lines);
        self.flush()
    }

    /// A place to find again: a command, a warning.
    pub fn marker(&mut self, at: Duration, label: &str) -> io::Result<u64> {
        self.last = self.last.max(at);
        self.encoder.marker(at, label, &mut self.lines);
        self.flush()
    }

    /// What the gateway itself shows: in the recording, and in no digest of what the asset sent.
    pub fn said(&mut self, at: Duration, line: &str, shown: &str) -> io::Result<u64> {
        self.last = self.last.max(at);
        self.encoder.said(at, line, shown, &mut self.lines);
        self.flush()
    }

    /// The file, to wait for.
    pub fn file(&self) -> Arc<RecordingFile> {
        Arc::clone(&self.file)
    }

    /// Writes what waits; the disk has yet to keep it.
    ///
    /// # Errors
    /// When it is not whole.
    pub async fn finish(self) -> io::Result<Finished> {
        // The ends of long streams are encoded: not on the threads that carry other sessions.
        let last = tokio::task::spawn_blocking(move || self.end()).await;
        let (recording, unrecorded, mark) = last.map_err(io::Error::other)??;
        recording.file.settled(mark).await?;
        Ok(Finished { recording, unrecorded })
    }

    fn end(mut self) -> io::Result<(Self, Unrecorded, u64)> {
        let unrecorded = self.last_words();
        self.encoder.finish(self.last, &mut self.lines);
        self.flush()?;
        let mark = self.file.pushed(); // all of it, also where the end itself is no line
        Ok((self, unrecorded, mark))
    }

    fn shown(&mut self, at: Duration, bytes: &[u8], from: Way) -> io::Result<Laid> {
        self.last = self.last.max(at);
        match &mut self.rule {
            Rule::Echoed(gate, _) => {
                // What was typed comes before what it made appear.
                let free = gate.shown(bytes);
                self.recordable(at, &free);
                self.hidden(at, false);
                from.write(&mut self.encoder, at, bytes, &mut self.lines);
                self.lay()
            }
            Rule::Limited(limited) => {
                let allowance = match from {
                    Way::Output => &mut limited.output,
                    Way::Errors => &mut limited.errors,
                };
                let (share, whole) = (allowance.take(bytes), limited.whole);
                from.write(&mut self.encoder, at, share.kept, &mut self.lines);
                allowance.swelled(self.lines.len().saturating_sub(share.kept.len()));
                self.past(at, from.name(), &share, whole)
            }
        }
    }

    /// What follows on the bytes that were kept: the mark where that stops, and the end where it must not.
    fn past(&mut self, at: Duration, way: &str, share: &Share<'_>, whole: bool) -> io::Result<Laid> {
        if share.stops {
            self.encoder.marker(at, &stops(way), &mut self.lines);
        }
        let laid = self.lay()?;
        match whole && share.beyond {
            true => Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("{way} goes past {KEPT} bytes"))),
            false => Ok(laid),
        }
    }

    /// Says that something was typed without an echo.
    fn hidden(&mut self, at: Duration, last: bool) {
        let Rule::Echoed(gate, unechoed) = &mut self.rule else { return };
        unechoed.add(gate.hidden());
        if let Some(mark) = unechoed.mark(at, last) {
            self.encoder.marker(at, &mark, &mut self.lines);
        }
    }

    /// What is known at the end only: what of the input was free, and how streams that were too long ended.
    fn last_words(&mut self) -> Unrecorded {
        let last = self.last;
        match &mut self.rule {
            Rule::Echoed(gate, _) => {
                let free = gate.drain();
                self.recordable(last, &free);
                self.hidden(last, true);
                Unrecorded::default()
            }
            Rule::Limited(limited) => {
                let take =
                    |allowance: &mut Allowance| std::mem::replace(allowance, Allowance::new()).finish();
                let tails = [take(&mut limited.input), take(&mut limited.output), take(&mut limited.errors)];
                let [input, output, errors] = tails;
                Unrecorded {
                    input: self.tail(input, "input", Encoder::input),
                    output: self.tail(output, "output", Encoder::output),
                    errors: self.tail(errors, "errors", Encoder::errors),
                }
            }
        }
    }

    /// Writes the end of a stream, and returns how much is missing before it.
    fn tail(
        &mut self,
        tail: Option<Tail>,
        way: &str,
        write: fn(&mut Encoder, Duration, &[u8], &mut Vec<u8>),
    ) -> u64 {
        let Some(Tail { omitted, bytes }) = tail else { return 0 };
        let text = format!("{way}: {omitted} bytes are not recorded; its last {} follow", bytes.len());
        self.encoder.marker(self.last, &text, &mut self.lines);
        // By pieces: each byte may be six characters.
        for piece in bytes.chunks(PIECE) {
            write(&mut self.encoder, self.last, piece, &mut self.lines);
            let _ = self.flush(); // a fault stays, and the next flush has it
        }
        omitted
    }

    fn recordable(&mut self, at: Duration, bytes: &[u8]) {
        self.input.update(bytes);
        self.encoder.input(at, bytes, &mut self.lines);
    }

    fn lay(&mut self) -> io::Result<Laid> {
        self.file.lay(&mut self.lines)
    }

    /// Has a writer do it.
    fn flush(&mut self) -> io::Result<u64> {
        self.lay().map(|laid| laid.mark())
    }
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Self::Output => "output",
            Self::Errors => "errors",
        }
    }

    fn write(self, encoder: &mut Encoder, at: Duration, bytes: &[u8], lines: &mut Vec<u8>) {
        match self {
            Self::Output => encoder.output(at, bytes, lines),
            Self::Errors => encoder.errors(at, bytes, lines),
        }
    }
}

fn stops(way: &str) -> String {
    format!(
        "{way} is past {KEPT} bytes, as they are written: from here on only its end is recorded; the journal has its length and digest"
    )
}

/// The same fault with the file's name.
fn at(path: &Path, fault: &io::Error) -> io::Error {
    io::Error::new(fault.kind(), format!("recording {}: {fault}", path.display()))
}

#[cfg(test)]
mod tests;

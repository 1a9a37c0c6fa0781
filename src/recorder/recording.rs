//! One channel's recording, from its header to its digests.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::limit::{Allowance, KEPT};
use crate::event::Stream;
use crate::evidence::cast::{Encoder, Header};
use crate::evidence::chain::StreamDigest;
use crate::evidence::echo::EchoGate;

/// Whether a person sits at a terminal or a program at a pipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terminal {
    /// A PTY: all output is kept, and of the input what the target echoed.
    Yes,
    /// The first 16 MiB each way are kept, and digests of everything.
    No,
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
    /// The file itself.
    pub file: Stream,
    pub path: PathBuf,
}

enum Rule {
    Echoed(EchoGate),
    Limited { input: Allowance, output: Allowance },
}

/// An open recording. Once a write has failed every later call fails too: a recording with a hole in it
/// is none.
pub struct Recording {
    file: File,
    path: PathBuf,
    encoder: Encoder,
    rule: Rule,
    /// Lines of the current call.
    lines: Vec<u8>,
    broken: bool,
    last: Duration,
    input: StreamDigest,
    output: StreamDigest,
    errors: StreamDigest,
    written: StreamDigest,
}

impl Recording {
    /// Creates the file (mode 0600, its directories 0700) and writes the header.
    ///
    /// # Errors
    /// Where the file exists already or cannot be written: no recording, no session.
    pub fn create(dir: &Path, header: &Header, started: Timestamp, terminal: Terminal) -> io::Result<Self> {
        let path = super::path(dir, &header.juyong.recording, started);
        let file = super::create(&path).map_err(|fault| at(&path, &fault))?;
        Self::begin(file, path, header, terminal)
    }

    fn begin(file: File, path: PathBuf, header: &Header, terminal: Terminal) -> io::Result<Self> {
        let mut lines = Vec::new();
        let encoder = Encoder::begin(header, &mut lines);
        let rule = match terminal {
            Terminal::Yes => Rule::Echoed(EchoGate::default()),
            Terminal::No => Rule::Limited { input: Allowance::new(), output: Allowance::new() },
        };
        let mut recording = Self {
            file,
            path,
            encoder,
            rule,
            lines,
            broken: false,
            last: Duration::ZERO,
            input: StreamDigest::default(),
            output: StreamDigest::default(),
            errors: StreamDigest::default(),
            written: StreamDigest::default(),
        };
        recording.flush()?;
        Ok(recording)
    }

    /// Bytes from the asset, `at` since the beginning.
    pub fn output(&mut self, at: Duration, bytes: &[u8]) -> io::Result<()> {
        self.output.update(bytes);
        self.shown(at, bytes, Encoder::output)
    }

    /// Standard error of a channel without a terminal.
    pub fn errors(&mut self, at: Duration, bytes: &[u8]) -> io::Result<()> {
        self.errors.update(bytes);
        self.shown(at, bytes, Encoder::errors)
    }

    /// Bytes from the operator. On a terminal they are written once they are echoed.
    pub fn input(&mut self, at: Duration, bytes: &[u8]) -> io::Result<()> {
        self.last = self.last.max(at);
        match &mut self.rule {
            Rule::Echoed(gate) => {
                let free = gate.typed(bytes);
                self.recordable(at, &free);
            }
            Rule::Limited { input, .. } => {
                self.input.update(bytes);
                let share = input.take(bytes);
                self.encoder.input(at, share.kept, &mut self.lines);
                if share.stops {
                    self.encoder.marker(at, &stops("input"), &mut self.lines);
                }
            }
        }
        self.flush()
    }

    /// The window's new size.
    pub fn resize(&mut self, at: Duration, cols: u32, rows: u32) -> io::Result<()> {
        self.last = self.last.max(at);
        self.encoder.resize(at, cols, rows, &mut self.lines);
        self.flush()
    }

    /// A place to find again: a command, a warning.
    pub fn marker(&mut self, at: Duration, label: &str) -> io::Result<()> {
        self.last = self.last.max(at);
        self.encoder.marker(at, label, &mut self.lines);
        self.flush()
    }

    /// What the gateway itself shows: in the recording, and in no digest of what the asset sent.
    pub fn said(&mut self, at: Duration, line: &str, shown: &str) -> io::Result<()> {
        self.last = self.last.max(at);
        self.encoder.said(at, line, shown, &mut self.lines);
        self.flush()
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes what waits, asks the disk to keep it (fdatasync), and returns the digests.
    pub fn finish(mut self) -> io::Result<Closed> {
        if let Rule::Echoed(gate) = &mut self.rule {
            let free = std::mem::take(gate).finish();
            self.recordable(self.last, &free);
        }
        self.encoder.finish(self.last, &mut self.lines);
        self.flush()?;
        self.file.sync_data().map_err(|fault| at(&self.path, &fault))?;
        Ok(Closed {
            input: self.input.finish(),
            output: self.output.finish(),
            errors: self.errors.finish(),
            file: self.written.finish(),
            path: self.path,
        })
    }

    fn shown(
        &mut self,
        at: Duration,
        bytes: &[u8],
        write: fn(&mut Encoder, Duration, &[u8], &mut Vec<u8>),
    ) -> io::Result<()> {
        self.last = self.last.max(at);
        match &mut self.rule {
            Rule::Echoed(gate) => {
                // What was typed comes before what it made appear.
                let free = gate.shown(bytes);
                self.recordable(at, &free);
                write(&mut self.encoder, at, bytes, &mut self.lines);
            }
            Rule::Limited { output, .. } => {
                let share = output.take(bytes);
                write(&mut self.encoder, at, share.kept, &mut self.lines);
                if share.stops {
                    self.encoder.marker(at, &stops("output"), &mut self.lines);
                }
            }
        }
        self.flush()
    }

    fn recordable(&mut self, at: Duration, bytes: &[u8]) {
        self.input.update(bytes);
        self.encoder.input(at, bytes, &mut self.lines);
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.broken {
            return Err(at(&self.path, &io::Error::other("an earlier write failed")));
        }
        if self.lines.is_empty() {
            return Ok(());
        }
        if let Err(fault) = self.file.write_all(&self.lines) {
            self.broken = true;
            return Err(at(&self.path, &fault));
        }
        self.written.update(&self.lines);
        self.lines.clear();
        // One large packet should not hold its memory for the hours of a session.
        self.lines.shrink_to(64 * 1024);
        Ok(())
    }
}

fn stops(way: &str) -> String {
    format!("{way} is not recorded past {KEPT} bytes; its length and digest are in the journal")
}

/// The same fault with the file's name.
fn at(path: &Path, fault: &io::Error) -> io::Error {
    io::Error::new(fault.kind(), format!("recording {}: {fault}", path.display()))
}

#[cfg(test)]
mod tests;

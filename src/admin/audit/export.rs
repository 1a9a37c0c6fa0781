//! A session's recordings as files for others.

use std::io::Read as _;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::super::error::AdminError;
use super::recording::{Source, is_files, named};
use super::spool::{Spool, Stop, hand, spool};
use super::view::View;
use crate::access::Services;
use crate::domain::{Letters, plain_lines};
use crate::evidence::cast::{CastEvent, CastEventKind, Encoder, Header};
use crate::evidence::transcript::Transcript;
use crate::recorder;
use crate::terminal::reset::RESET;

/// Bytes that are handed on at a time.
const PIECE: usize = 64 * 1024;

/// A file, as it comes.
pub type ExportedBytes = Spool<Bytes>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// asciicast, for players.
    Cast,
    /// The text that was on the screen.
    Text,
}

pub(super) async fn export(
    services: &Services,
    view: &View,
    id: String,
    format: ExportFormat,
) -> Result<ExportedBytes, AdminError> {
    let sources = named(services, view, &id).await?;
    Ok(spool(move |to| {
        let mut sink = Sink { to, held: Vec::new() };
        match (format, sources.as_slice()) {
            (ExportFormat::Cast, [one]) if is_exact(one, &id)? => copy(one, &mut sink)?,
            (ExportFormat::Cast, _) => cast(&sources, &mut sink)?,
            (ExportFormat::Text, _) => txt(&sources, &mut sink)?,
        }
        sink.flush()
    }))
}

/// Gathers small pieces.
struct Sink<'t> {
    to: &'t mpsc::Sender<Bytes>,
    held: Vec<u8>,
}

impl Sink<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= PIECE { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Stop> {
        match self.held.is_empty() {
            true => Ok(()),
            false => hand(self.to, std::mem::take(&mut self.held).into()),
        }
    }
}

/// Whether the file is given as it lies, to the byte, so that its digest is the journal's: one recording that a player
/// can show, or that was asked for by its own id.
fn is_exact(source: &Source, id: &str) -> Result<bool, Stop> {
    let files = is_files(source.open()?.header().juyong.protocol);
    Ok(source.charset.is_none() && (!files || source.id.as_str() == id))
}

fn copy(source: &Source, sink: &mut Sink<'_>) -> Result<(), Stop> {
    let mut file = recorder::open(&source.path)?;
    let mut buffer = vec![0; PIECE];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(()),
            read => sink.put(buffer.get(..read).unwrap_or_default())?,
        }
    }
}

/// One recording of several: their times go on, with a mark and a size between them.
fn cast(sources: &[Source], sink: &mut Sink<'_>) -> Result<(), Stop> {
    let mut film: Option<Film> = None;
    for source in sources {
        let reader = source.open()?;
        let header = reader.header().clone();
        let mut lines = Vec::new();
        let film = match &mut film {
            Some(film) => film.next(source, &header, &mut lines),
            none => none.insert(Film::begin(source, &header, &mut lines)),
        };
        sink.put(&lines)?;
        if is_files(header.juyong.protocol) {
            continue;
        }
        let mut letters = Letters::of(source.charset);
        for event in reader {
            lines.clear();
            film.take(&event.map_err(AdminError::failed)?, &mut letters, &mut lines);
            sink.put(&lines)?;
        }
        lines.clear();
        film.encoder.finish(film.end, &mut lines);
        sink.put(&lines)?;
    }
    Ok(())
}

struct Film {
    encoder: Encoder,
    /// When the first recording began, in seconds since 1970.
    first: i64,
    /// Where the current one begins, and where the film has come to.
    from: Duration,
    end: Duration,
}

impl Film {
    fn begin(source: &Source, header: &Header, lines: &mut Vec<u8>) -> Self {
        let encoder = Encoder::begin(header, lines);
        let mut film = Self { encoder, first: header.timestamp, from: Duration::ZERO, end: Duration::ZERO };
        film.mark(source, header, lines);
        film
    }

    /// No earlier than it was, and not before the last one's end.
    fn next(&mut self, source: &Source, header: &Header, lines: &mut Vec<u8>) -> &mut Self {
        let since = u64::try_from(header.timestamp.saturating_sub(self.first)).unwrap_or_default();
        self.from = self.end.max(Duration::from_secs(since));
        self.end = self.from;
        self.encoder.resize(self.from, header.width, header.height, lines);
        self.encoder.output(self.from, format!("{RESET}\x1b[H\x1b[2J").as_bytes(), lines);
        self.mark(source, header, lines);
        self
    }

    fn mark(&mut self, source: &Source, header: &Header, lines: &mut Vec<u8>) {
        let protocol = header.juyong.protocol;
        let note = if is_files(protocol) { ": files, not shown" } else { "" };
        self.encoder.marker(self.from, &format!("recording {} {protocol}{note}", source.id), lines);
    }

    fn take(&mut self, event: &CastEvent, letters: &mut Letters, lines: &mut Vec<u8>) {
        let at = self.from.saturating_add(event.at);
        self.end = self.end.max(at);
        match &event.what {
            CastEventKind::Output(bytes) => self.encoder.output(at, &letters.read(bytes), lines),
            CastEventKind::Input(bytes) => self.encoder.input(at, bytes, lines),
            CastEventKind::Resize { cols, rows } => self.encoder.resize(at, *cols, *rows, lines),
            CastEventKind::Marker(label) => self.encoder.marker(at, label, lines),
        }
    }
}

/// What was on the screen, line by line.
fn txt(sources: &[Source], sink: &mut Sink<'_>) -> Result<(), Stop> {
    for source in sources {
        let reader = source.open()?;
        let protocol = reader.header().juyong.protocol;
        let terminal = reader.header().env.term.is_some();
        if sources.len() > 1 || is_files(protocol) {
            sink.put(format!("── {}  {protocol}\n", source.id).as_bytes())?;
        }
        if is_files(protocol) {
            continue;
        }
        let mut letters = Letters::of(source.charset);
        let mut transcript = if terminal { Transcript::default() } else { Transcript::without_terminal() };
        for event in reader {
            if let CastEventKind::Output(bytes) = event.map_err(AdminError::failed)?.what {
                sink.put(plain_lines(&transcript.lines(&letters.read(&bytes))).as_bytes())?;
            }
        }
        sink.put(plain_lines(&transcript.finish()).as_bytes())?;
    }
    Ok(())
}
